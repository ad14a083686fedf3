"""Compile the kernels (Cython, clones of every loop for the kinds of processors, a C compiler) and build the page.

Hatchling calls this for every wheel: an editable one gets its modules beside their sources, any other gets them
inside. `python hatch_build.py` compiles in place alone. A module is kept whose source and build did not change.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
PACKAGE = "scanwright.kernels._compiled"
SOURCES = ROOT / "src" / "scanwright" / "kernels" / "_compiled"
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")

# The same bits on every tile and thread: no fast-math, no contraction to fused multiply-add. `-fno-math-errno` and
# `-fno-trapping-math` let the compiler vectorise square roots and comparisons; neither changes a value.
FLAGS = ("-O3", "-DNDEBUG", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-w")
# Not every compiler knows these; each is tried before it is used.
OPTIONAL = (
    ("-fno-trapping-math",),
    ("-fno-semantic-interposition",),
    ("-mprefer-vector-width=512",),
    ("--param", "vect-max-version-for-alias-checks=64"),
)
# Pointers have no bounds to check; division is C's, so a kernel sees to its own zeros and signs.
DIRECTIVES = ("boundscheck=False", "wraparound=False", "initializedcheck=False", "cdivision=True")

CLONES = """\
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define SCANWRIGHT_CLONES {attribute}
#else
#define SCANWRIGHT_CLONES
#endif
#if defined(__GNUC__)
#define SCANWRIGHT_INLINE __attribute__((always_inline))
#else
#define SCANWRIGHT_INLINE
#endif
"""
# The first that the compiler takes. The last is for a C library that cannot choose at load time (musl).
ATTRIBUTES = (
    '__attribute__((target_clones("arch=x86-64-v4","arch=x86-64-v3","default")))',
    '__attribute__((target_clones("avx512f","avx2","default")))',
    "",
)
LOOP = """
SCANWRIGHT_CLONES
static void twice(double *x, long n);
static void twice(double *x, long n) { for (long i = 0; i < n; i++) x[i] *= 2; }
void (*probe)(double *, long) = twice;
"""


class CannotCompileError(Exception):
    """What stopped the build, and what to do about it."""


class KernelBuild(BuildHookInterface[Any]):
    """Hatchling's door to the compiler."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and put what was compiled into the wheel (an editable one finds it beside the sources)."""
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        page = build_page()
        if version == "editable":
            compile_all(SOURCES)
            return
        if page:
            build_data["force_include"][str(page)] = "scanwright/app/page"
        into = ROOT / "build" / f"wheel-{sys.implementation.cache_tag}"
        shutil.rmtree(into, ignore_errors=True)
        for path in compile_all(into):
            build_data["force_include"][str(path)] = f"{PACKAGE.replace('.', '/')}/{path.name}"


def build_page() -> Path | None:
    """The built page; none where its sources are not here, or `SCANWRIGHT_NO_PAGE` is set (an image for workers)."""
    builder = ROOT / "web" / "build.py"
    if not builder.exists() or os.environ.get("SCANWRIGHT_NO_PAGE"):
        return None
    return runpy.run_path(str(builder))["build"]()


class Toolchain(NamedTuple):
    """A C compiler, the flags that it takes, and its word for clones."""

    link: tuple[str, ...]
    flags: tuple[str, ...]
    clones: str
    built_by: str

    def build(self, name: str, folder: Path) -> Path:
        """One kernel: its source to C, the C to an extension module in `folder`, replaced in one step."""
        with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as place:
            c, module = Path(place, f"{name}.c"), Path(place, f"{name}{SUFFIX}")
            cython(name, c)
            c.write_text(cloned(c.read_text(encoding="utf-8"), name, self.clones), encoding="utf-8")
            headers = f"-I{sysconfig.get_path('include')}"
            _run([*self.link, *self.flags, headers, str(c), "-o", str(module), "-lm"], name)
            return module.replace(folder / module.name)


def toolchain() -> Toolchain:
    """The compiler of this machine, asked what it takes."""
    words = shlex.split(sysconfig.get_config_var("LDSHARED") or "cc -shared")
    named = shlex.split(os.environ.get("CC", "")) or words[:1]
    found = next((shutil.which(each) for each in (named[0], "cc", "gcc", "clang") if shutil.which(each)), None)
    if found is None:
        raise CannotCompileError("no C compiler was found: install one (Debian: apt-get install gcc)")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        raise CannotCompileError("Python.h was not found: install it (Debian: apt-get install python3-dev)")
    link = (found, *named[1:], *words[1:])
    flags = list(FLAGS)
    for extra in OPTIONAL:
        if _takes(link, (*flags, *extra), LOOP.replace("SCANWRIGHT_CLONES", "")):
            flags += extra
    headers = (CLONES.format(attribute=attribute) for attribute in ATTRIBUTES)
    clones = next((header for header in headers if _takes(link, tuple(flags), header + LOOP)), None)
    if clones is None:
        raise CannotCompileError(f"the C compiler {found} could not compile a loop of three lines")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    parts = (told, SUFFIX, version_of("cython"), *link, *flags, clones, Path(__file__).read_text(encoding="utf-8"))
    built_by = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return Toolchain(link=link, flags=tuple(flags), clones=clones, built_by=built_by)


def _takes(link: tuple[str, ...], flags: tuple[str, ...], text: str) -> bool:
    """Whether the compiler makes a module of a text with these flags, without a complaint about any."""
    with tempfile.TemporaryDirectory() as place:
        c = Path(place, "probe.c")
        c.write_text(text)
        command = [*link, *flags, "-Werror", str(c), "-o", str(Path(place, "probe.so"))]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def cython(name: str, into: Path) -> None:
    """Write the C of one kernel."""
    directives = [word for each in DIRECTIVES for word in ("-X", each)]
    source = str(SOURCES / f"{name}.py")
    asked = ["-3", "--module-name", f"{PACKAGE}.{name}", "-I", str(ROOT / "src"), *directives, source, "-o", str(into)]
    _run([sys.executable, "-m", "cython", *asked], name)


def cloned(c: str, name: str, clones: str) -> str:
    """The C with the clones' macro before the forward declaration of each function `advance...` or `run...`.

    What the kernels declare inline is made part of each clone: called apart, it would be the plainest processor's code.

    >>> print(cloned("static void __pyx_f_10scanwright_1a_run(double *); /*proto*/", "a", "").strip())
    SCANWRIGHT_CLONES static void __pyx_f_10scanwright_1a_run(double *); /*proto*/
    """
    ours = r"[^;={}\n]*\b__pyx_f_10scanwright_\w*"
    loops = rf"^(static (?!CYTHON_INLINE|PyObject){ours}?{len(name)}{name}_(?:advance|run)\w*\(.*/\*proto\*/)$"
    parts = rf"^(static CYTHON_INLINE (?!PyObject){ours}\(.*/\*proto\*/)$"
    marked = re.sub(loops, r"SCANWRIGHT_CLONES \1", c, flags=re.MULTILINE)
    return clones + re.sub(parts, r"SCANWRIGHT_INLINE \1", marked, flags=re.MULTILINE)


def _run(command: list[str], name: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotCompileError(f"the kernel {name} could not be compiled:\n{done.stdout}{done.stderr}")


def compile_all(folder: Path) -> list[Path]:
    """Compile every kernel that is new or changed into a folder; answer with all that a wheel needs of it.

    Those that compile are kept and recorded even where another fails; the failures are raised together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = runpy.run_path(str(SOURCES / "__init__.py"))
    wanted = {name: sources["source_hash"](name, SOURCES) for name in sources["kernels"](SOURCES)}
    record = folder / sources["RECORD"]
    tools = toolchain()
    kept = _kept(folder, record, wanted, tools.built_by)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        tasks = {name: pool.submit(tools.build, name, folder) for name in wanted if name not in kept}
    failures = {name: task.exception() for name, task in tasks.items() if task.exception()}
    built = {name: digest for name, digest in wanted.items() if name not in failures}
    _write(record, {**built, "_built_by": tools.built_by})
    sys.stderr.write(f"kernels: {len(tasks) - len(failures)} compiled, {len(kept)} unchanged, {len(failures)} failed\n")
    if failures:
        raise CannotCompileError("\n".join(str(failure) for failure in failures.values()))
    return [record, *(folder / f"{name}{SUFFIX}" for name in wanted)]


def _kept(folder: Path, record: Path, wanted: dict[str, str], built_by: str) -> set[str]:
    """The kernels that need no compiling; modules whose source is gone, or that do not fit it, are removed."""
    known = json.loads(record.read_text()) if record.exists() else {}
    same = known.get("_built_by") == built_by
    fits = {name for name, digest in wanted.items() if same and known.get(name) == digest}
    for path in folder.glob(f"*{SUFFIX}"):
        if path.name.removesuffix(SUFFIX) not in wanted:
            path.unlink()
    return {name for name in fits if (folder / f"{name}{SUFFIX}").exists()}


def _write(record: Path, content: dict[str, str]) -> None:
    fresh = record.with_suffix(".fresh")
    fresh.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    fresh.replace(record)


if __name__ == "__main__":
    try:
        compile_all(SOURCES)
    except CannotCompileError as stop:
        sys.exit(str(stop))
