"""Where layers are built: in `build/layers/`, each in a folder named after what it was made of."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "build" / "layers"


def build_once(layer: Path, fill: Callable[[Path], None]) -> Path:
    """Return the folder of a layer, made only if it is not there.

    It is made beside its place and moved there, so that a layer is there whole or not at all.

    Args:
        layer: the folder, `<name>-<digest of all that its content depends on>`; the folders of the
            same name with another digest are deleted.
        fill: puts the modules into the folder `python/` of the layer, which it creates.

    Raises:
        CalledProcessError: a program that `fill` needs has failed.
    """
    if layer.is_dir():
        return layer
    layer.parent.mkdir(parents=True, exist_ok=True)
    name = layer.name.rpartition("-")[0]
    for other in layer.parent.glob(f"{name}-*"):
        shutil.rmtree(other)
    with tempfile.TemporaryDirectory(dir=layer.parent) as scratch:
        packages = Path(scratch) / "layer" / "python"
        fill(packages)
        _move(packages.parent, layer)
    return layer


def _move(built: Path, layer: Path) -> None:
    """Put `built` in place, unless another process was quicker: then its layer is the same."""
    try:
        built.rename(layer)
    except OSError:
        if not layer.is_dir():
            raise
