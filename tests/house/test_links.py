"""Links in the documents lead somewhere, and every dependency has its line of reason."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.source import ROOT, kept_files

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
DOCUMENTS = [path for path in kept_files() if path.suffix == ".md"]


def anchors(text):
    """The names that a page's headings can be linked by."""
    headings = re.findall(r"^#+ +(.*)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = document.parent / file if file else document
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path.read_text("utf-8"))):
            broken.append(target)
    assert not broken


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    peers = (ROOT / "bench/requirements.in").read_text(encoding="utf-8").splitlines()
    wanted = [line for group in (*groups, peers) for line in group if line and not line.startswith("#")]
    reasons = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    names = {re.split(r"[\[<>=~! ]", line)[0] for line in wanted}
    assert not sorted(name for name in names if f"| {name} |" not in reasons)
