"""Everything that is built is wired: each module is reached from an entry point or found in a catalogue's folder."""

from __future__ import annotations

import ast
import tomllib

from tests.house.source import PACKAGE, ROOT, imports, module_name, python_files, tree

# Folders whose files a catalogue, or Alembic, finds by listing them.
CATALOGUES = ("indicators/", "kernels/", "data/providers/", "workers/", "store/records/migrations/")


def entry_points() -> set[str]:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    return {"scanwright", "scanwright.__main__", *(target.split(":")[0] for target in scripts.values())}


def reached_from(path, known):
    """The modules of ours that a file names: by import, or by a text that is a module's name."""
    texts = (node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant) and node.value in known)
    for name in {*texts, *(name for _, name in imports(path))} & known:
        parts = name.split(".")
        yield from (".".join(parts[: n + 1]) for n in range(len(parts)))


def test_every_module_is_reached():
    modules = {module_name(path): path for path in python_files("src")}
    found_by_folder = {
        name
        for name, path in modules.items()
        if path.relative_to(PACKAGE).as_posix().startswith(CATALOGUES)
        and (path.stem == "__init__" or not path.stem.startswith("_"))
    }
    reached: set[str] = set()
    waiting = (entry_points() | found_by_folder) & set(modules)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= set(reached_from(modules[name], set(modules))) - reached
    templates = {name for name, path in modules.items() if path.stem == "_template"}
    assert not sorted(set(modules) - reached - templates), "built and not wired: import it, or remove it"
