"""Builds the core layer for Lambda: our shared modules and their bytecode."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from layers import bytecode
from layers.built import LAYERS, ROOT, build_once
from layers.dependencies.build import LAMBDA_PYTHON

CORE = ROOT / "layers" / "core"

IGNORED = ("__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store")
"""Names of files and folders that tools leave among the sources; zips and layers omit them."""


def build_core() -> Path:
    """Return the folder of the layer, built anew only if a module has changed.

    Raises:
        NoCompilerError: nothing here compiles for Lambda's Python.
        CalledProcessError: a module does not compile.
    """
    return build_once(LAYERS / f"core-{_digest()}", _fill)


def files_below(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file as its path below `root` and its path on disk, in a fixed order."""
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root)
        if file.is_file() and not set(name.parts) & set(IGNORED):
            yield name, file


def _digest() -> str:
    digest = hashlib.sha256(bytecode.recipe() + LAMBDA_PYTHON.encode())
    for name, file in files_below(CORE):
        digest.update(b"\0".join((b"", name.as_posix().encode(), file.read_bytes())))
    return digest.hexdigest()[:16]


def _fill(packages: Path) -> None:
    shutil.copytree(CORE / packages.name, packages, ignore=shutil.ignore_patterns(*IGNORED))
    bytecode.compile_modules(packages, LAMBDA_PYTHON)
