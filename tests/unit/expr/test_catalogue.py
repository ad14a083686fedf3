"""The catalogue: listed without importing, loaded when used, one thing of each name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanwright.app.wiring import catalogue
from scanwright.expr.catalogue import Catalogue, Entry, Folder, indicator_entry, kernel_entry
from scanwright.expr.words import ALIASES, ELSEWHERE, WORDS
from scanwright.model.errors import SettingsError
from scanwright.model.signature import Signature

PACKAGE = "made_up_indicators"
ENTRY = '''
from __future__ import annotations

from scanwright.expr import Expr, close, indicator


@indicator()
def {name}(x: Expr = close, n: int = 3) -> Expr:
    """A made-up one."""
    return x[n]
'''


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A folder of files that would fail if they were imported, as a package."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def folder_of(attribute=""):
    return Folder(package=PACKAGE, make=indicator_entry, attribute=attribute)


def test_listing_imports_nothing(made_up):
    (made_up / "broken.py").write_text("raise AssertionError('imported')")
    (made_up / "sound.py").write_text(ENTRY.format(name="sound"))
    (made_up / "_template.py").write_text("raise AssertionError('imported')")
    words = Catalogue(folders=(folder_of(),))
    assert words.names() == ("broken", "sound")
    assert "broken" in words
    assert words["sound"].signature.shown("sound") == "sound(x=close, n=3)"
    assert f"{PACKAGE}.broken" not in sys.modules


def test_one_file_adds_one_thing(made_up):
    words = Catalogue(words=WORDS, folders=(folder_of(),))
    assert "fresh" not in words
    (made_up / "fresh.py").write_text(ENTRY.format(name="fresh"))
    assert "fresh" in Catalogue(words=WORDS, folders=(folder_of(),))


def test_two_things_of_one_name_fail_naming_both(made_up):
    (made_up / "lag.py").write_text(ENTRY.format(name="lag"))
    kernels = Folder(package="scanwright.kernels", make=kernel_entry, attribute="KERNEL")
    with pytest.raises(SettingsError) as caught:
        Catalogue(folders=(kernels, folder_of()))
    assert "lag in scanwright.kernels and in made_up_indicators" in str(caught.value)


def test_a_file_may_not_take_a_word_of_the_grammar(made_up):
    (made_up / "at.py").write_text(ENTRY.format(name="at"))
    with pytest.raises(SettingsError, match="at in the grammar and in made_up_indicators"):
        Catalogue(words=WORDS, folders=(folder_of(),))


def test_a_kernel_is_declared_under_its_files_name(made_up):
    (made_up / "other.py").write_text("from scanwright.kernels.lag import KERNEL")
    words = Catalogue(folders=(Folder(package=PACKAGE, make=kernel_entry, attribute="KERNEL"),))
    with pytest.raises(SettingsError, match="a Kernel named other"):
        words["other"]


def test_what_is_further_comes_after_the_files(made_up):
    (made_up / "mine.py").write_text(ENTRY.format(name="mine"))
    asked = []

    def further():
        asked.append(True)
        return {"theirs": Entry(name="theirs", signature=Signature(), kind="foreign", doc="", example="theirs()")}

    words = Catalogue(folders=(folder_of(),), fallback=further)
    assert "mine" in words
    assert not asked
    assert words.names() == ("mine", "theirs")
    assert words["theirs"].kind == "foreign"


def test_no_name_is_no_entry():
    with pytest.raises(KeyError):
        catalogue()["no_such_thing"]


def test_importing_the_catalogue_loads_no_indicator():
    program = (
        "import sys\n"
        "from scanwright.app.wiring import catalogue\n"
        "catalogue().names()\n"
        "loaded = [name for name in sys.modules if name.startswith('scanwright.indicators.')]\n"
        "heavy = {'talib', 'polars', 'pandas', 'pyarrow'} & set(sys.modules)\n"
        "assert not loaded and not heavy, (loaded, heavy)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_entry_tells_about_itself():
    for entry in catalogue():
        assert entry.doc, entry.name
        assert entry.example, entry.name
        assert entry.kind, entry.name


def test_the_nearest_name_is_found():
    assert catalogue().nearest("smaa") == "sma"
    assert catalogue().nearest("CLOS", ["close"]) == "close"
    assert catalogue().nearest("qqqqq") == ""


def test_aliases_lead_somewhere_and_hide_nothing():
    words = catalogue()
    for alias, name in ALIASES.items():
        assert name in words, alias
        assert alias not in words, alias


def test_what_is_said_elsewhere_is_not_said_here():
    assert {name for name in ELSEWHERE if name in catalogue()} == {"and", "or", "not"}  # for AND(...) and the like


def test_a_leading_series_with_a_default_may_be_left_out():
    words = catalogue()
    assert words["rsi"].optional_lead == 1
    assert words["fill"].optional_lead == 0
