"""Builds the dependencies layer from the lock, without Docker: `build.py aws | linux | host`.

The wheels are fetched for the platform asked for, so a laptop of any kind builds the arm64 layer.
Functions call a few AWS services, and botocore ships the data of over four hundred: without the
others the layer is 20 MB smaller unpacked, and 15 MB smaller zipped.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from uv import find_uv_bin

Target = Literal["aws", "linux", "host"]
"""Lambda on arm64; Lambda's Python in a container of this machine; this very interpreter."""

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "layer.txt"
LAYERS = ROOT / "build" / "layers"

LAMBDA_PYTHON = "3.14"
"""The newest Python that both Lambda and the locked wheels offer."""

PROCESSOR = "aarch64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def _lambda_on(processor: str) -> tuple[str, ...]:
    return ("--python-platform", f"{processor}-manylinux2014", "--python-version", LAMBDA_PYTHON)


PLATFORMS: dict[Target, tuple[str, ...]] = {
    "aws": _lambda_on("aarch64"),
    "linux": _lambda_on(PROCESSOR),
    "host": ("--python", sys.executable, "--python-version", platform.python_version()),
}

SERVICES = frozenset(
    {
        "cloudwatch",
        "dynamodb",
        "events",
        "kms",
        "scheduler",
        "secretsmanager",
        "sns",
        "sqs",
        "stepfunctions",
        "sts",
    }
)
"""The AWS services that functions may call, under botocore's names for them."""


def build(target: Target) -> Path:
    """Return the folder of the layer for `target`, built anew only if the lock has changed.

    Raises CalledProcessError if a package cannot be had.
    """
    digest = _digest(target)
    layer = LAYERS / f"{target}-{digest}"
    if not layer.is_dir():
        _build_anew(layer, target)
    return layer


def _digest(target: Target) -> str:
    """Return what the layer's content depends on: the lock, this file and the platform."""
    recipe = [LOCK.read_bytes(), Path(__file__).read_bytes(), repr(PLATFORMS[target]).encode()]
    return hashlib.sha256(b"\0".join(recipe)).hexdigest()[:16]


def _build_anew(layer: Path, target: Target) -> None:
    """Build beside the goal and move into place, so that a layer is there whole or not at all."""
    LAYERS.mkdir(parents=True, exist_ok=True)
    for other in LAYERS.glob(f"{target}-*"):
        if other != layer:
            shutil.rmtree(other)
    with tempfile.TemporaryDirectory(dir=LAYERS) as scratch:
        packages = Path(scratch) / "layer" / "python"
        _install(packages, target)
        _prune(packages)
        _move(packages.parent, layer)


def _move(built: Path, layer: Path) -> None:
    """Put `built` in place, unless another process was quicker: then its layer is the same."""
    try:
        built.rename(layer)
    except OSError:
        if not layer.is_dir():
            raise


def _install(packages: Path, target: Target) -> None:
    command = [find_uv_bin(), "pip", "install", "--quiet", "--target", str(packages)]
    command += ["--only-binary", ":all:", "--require-hashes", "--requirements", str(LOCK)]
    subprocess.run([*command, *PLATFORMS[target]], check=True)  # noqa: S603 - all of it is ours


def _prune(packages: Path) -> None:
    """Drop what no function loads; the dist-info stays, for scanners and for its licences.

    Its RECORD goes: it would list what has been dropped.
    """
    for service in (packages / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    shutil.rmtree(packages / "bin")
    shutil.rmtree(packages / "boto3" / "examples")
    for pattern in (".lock", "*.dist-info/RECORD", "botocore/data/*/*/examples-1.json"):
        for useless in packages.glob(pattern):
            useless.unlink()


def main() -> None:
    """Build the layer named on the command line and print where it is."""
    parser = argparse.ArgumentParser(description="Build the dependencies layer from the lock.")
    parser.add_argument("platform", choices=PLATFORMS)
    print(build(parser.parse_args().platform).relative_to(ROOT))  # noqa: T201


if __name__ == "__main__":
    main()
