"""The repository as the house tests read it: files, modules, and what each module imports."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
PACKAGE = SRC / "scanwright"


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that git keeps, or would keep at the next commit."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files(*folders: str) -> tuple[Path, ...]:
    """The kept Python files, or those of some top folders."""
    python = (path for path in kept_files() if path.suffix == ".py")
    return tuple(path for path in python if not folders or path.relative_to(ROOT).parts[0] in folders)


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, node: ast.AST | int) -> str:
    """How a finding is named: file and line."""
    line = node if isinstance(node, int) else getattr(node, "lineno", 0)
    return f"{path.relative_to(ROOT)}:{line}"


def inside(path: Path) -> str:
    """A source file's place in the package: `store/manifest.py`."""
    return path.relative_to(PACKAGE).as_posix()


def module_name(path: Path) -> str:
    """A source file's dotted name; a package's is its folder's."""
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Each absolute name that a file imports, lazily too; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(tree(path)):
        yield from ((node, name) for name in named(path, node))


def named(path: Path, node: ast.AST) -> Iterator[str]:
    """The names that one statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            package = module_name(path).split(".")
            cut = node.level - (path.name == "__init__.py")
            base = ".".join([*package[: len(package) - cut], *filter(None, [base])])
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


def at_load(path: Path) -> Iterator[ast.stmt]:
    """The import statements that run when the module is loaded: not those in functions, nor those for types only."""
    waiting: list[ast.AST] = list(tree(path).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and re.search(r"\bTYPE_CHECKING\b", ast.unparse(node.test)):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def dotted(node: ast.AST) -> str:
    """A chain of attributes as text: `np.random.default_rng`; nothing for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
