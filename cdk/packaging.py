"""The zip that is uploaded for each function: its own module, and core and packages if needed.

Zips are written to `build/` with fixed times and modes, and modules are not compressed. So the same
source has the same hash on every machine, and unchanged functions are not deployed again.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cdk.target import Target
from layers.built import ROOT
from layers.core_layer import CORE, files_below
from layers.dependencies.build import Target as Wheels
from layers.dependencies.build import build

ZIPS = ROOT / "build" / "functions"

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


class FunctionPackages:
    """Makes the zip of each function for one target.

    What all functions have in common is zipped once; each function's zip begins as a copy of it.
    `wheels` selects the packages for a target without layers.
    """

    def __init__(self, target: Target, wheels: Wheels = "linux") -> None:
        self._wheels = wheels
        self._folder = ZIPS / target.name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._common = None if target.layers else self._zip_common()

    def zip_of(self, module: str) -> Path:
        """Return the zip of the function in `module`, such as `ledger/get_transaction`.

        Raises FileNotFoundError if there is no such module.
        """
        source = Path("functions", f"{module}.py")
        path = self._folder / f"{module.replace('/', '.')}.zip"
        with _replaced_at_once(path) as scratch:
            if self._common:
                shutil.copyfile(self._common, scratch)
            _add(scratch, [(source, ROOT / source)], zipfile.ZIP_STORED)
        return path

    def _zip_common(self) -> Path:
        path = self._folder / "common.zip"
        roots = (CORE / "python", build(self._wheels) / "python")
        with _replaced_at_once(path) as scratch:
            files = (pair for root in roots for pair in files_below(root))
            _add(scratch, files, zipfile.ZIP_DEFLATED)
        return path


@contextmanager
def _replaced_at_once(path: Path) -> Iterator[Path]:
    """Yield a scratch path that then replaces `path`, so no other synthesis reads half a file."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        scratch = Path(folder) / path.name
        yield scratch
        scratch.replace(path)


def _add(path: Path, files: Iterable[tuple[Path, Path]], compression: int) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for name, file in files:
            entry = zipfile.ZipInfo(name.as_posix(), _EPOCH)
            entry.external_attr = _MODE
            archive.writestr(entry, file.read_bytes(), compression)
