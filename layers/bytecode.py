"""Compiles a layer's modules for Lambda, where `/opt` is read-only and no cold start could keep it.

Bytecode is for one version of Python, and laptops have others. Pyodide is CPython as WebAssembly:
it runs wherever Node does, and what it compiles is what Lambda's CPython of that version reads.
"""

import shutil
import subprocess
from pathlib import Path

from layers.built import ROOT

COMPILER = Path(__file__).with_name("bytecode.mjs")
PACKAGE = ROOT / "node_modules" / "pyodide" / "package.json"

IN_LAMBDA = "/opt/python"
"""Where Lambda mounts the modules of layers; tracebacks name files below it."""


class NoCompilerError(Exception):
    """Nothing here compiles for Lambda's Python."""

    def __init__(self, lacking: str) -> None:
        super().__init__(
            f"{lacking} is missing, so the layers would carry no bytecode and every cold start"
            " would compile them anew, for about a second: run `make setup`."
        )


def compile_modules(packages: Path, python: str) -> None:
    """Put bytecode beside every module below `packages`.

    It is never checked against its source (PEP 552, `unchecked-hash`): in a layer neither changes.

    Args:
        packages: the folder `python/` of a layer.
        python: the version of Python to compile for, such as `3.14`.

    Raises:
        NoCompilerError: there is no Node, or no Pyodide.
        CalledProcessError: a module does not compile, or Pyodide is another Python.
    """
    node = shutil.which("node")
    if node is None:
        raise NoCompilerError("Node")
    if not PACKAGE.exists():
        raise NoCompilerError("Pyodide")
    subprocess.run([node, str(COMPILER), str(packages), IN_LAMBDA, python], check=True)  # noqa: S603 - all of it is ours


def recipe() -> bytes:
    """Return what the bytecode depends on besides the modules: our script and Pyodide's version."""
    lock = ROOT / "package-lock.json"
    return COMPILER.read_bytes() + lock.read_bytes()
