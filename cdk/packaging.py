"""What is uploaded for each function: a zip of its own module, and what it stands on if no layer
can hold that.

Zips are written straight from the sources under `build/`, with fixed times and modes, so that the
same source has the same hash on any machine and unchanged functions are not deployed again.
"""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from cdk.target import Target
from layers.dependencies.build import ROOT, build

CORE = ROOT / "layers" / "core"
ZIPS = ROOT / "build" / "functions"

IGNORED = ("__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store")
"""What tools leave beside sources."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


class FunctionPackages:
    """Makes the zip of each function for one target.

    Whatever all functions have in common is zipped once; each function's zip starts as its copy.
    """

    def __init__(self, target: Target) -> None:
        self._folder = ZIPS / target.name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._common = None if target.layers else self._zip_common()

    def zip_of(self, module: str) -> Path:
        """Return the zip of the function in `module`, such as `ledger/get_transaction`.

        Raises FileNotFoundError if there is no such module.
        """
        source = Path("functions", f"{module}.py")
        path = self._folder / f"{module.replace('/', '.')}.zip"
        if self._common:
            shutil.copyfile(self._common, path)
        _write(path, "a" if self._common else "w", [(source, ROOT / source)])
        return path

    def _zip_common(self) -> Path:
        path = self._folder / "common.zip"
        roots = (CORE / "python", build("host") / "python")
        _write(path, "w", (pair for root in roots for pair in _files_below(root)))
        return path


def _files_below(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file as its path in the zip and its path on disk, in a fixed order."""
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root)
        if file.is_file() and not set(name.parts) & set(IGNORED):
            yield name, file


def _write(path: Path, mode: Literal["a", "w"], files: Iterable[tuple[Path, Path]]) -> None:
    with zipfile.ZipFile(path, mode, zipfile.ZIP_DEFLATED) as archive:
        for name, file in files:
            entry = zipfile.ZipInfo(name.as_posix(), _EPOCH)
            entry.external_attr = _MODE
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
