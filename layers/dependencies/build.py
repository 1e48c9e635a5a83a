"""Builds the dependencies layer from the lock, without Docker: `build.py aws | linux | host`.

The wheels are fetched for the platform asked for, so a laptop of any kind builds the arm64 layer.
Functions call a few AWS services, and botocore ships the data of over four hundred: without the
others the layer is 20 MB smaller unpacked, and 15 MB smaller zipped. The layer for AWS carries
bytecode too, because Lambda could not keep what it compiles.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Literal

from uv import find_uv_bin

from layers import bytecode
from layers.built import LAYERS, ROOT, build_once

Target = Literal["aws", "linux", "host"]
"""Lambda on arm64; Lambda's Python in a container of this machine; this very interpreter."""

LOCK = ROOT / "requirements" / "layer.txt"

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

    Raises:
        CalledProcessError: a package cannot be had, or does not compile.
        NoCompilerError: nothing here compiles for Lambda's Python.
    """
    return build_once(LAYERS / f"{target}-{_digest(target)}", partial(_fill, target=target))


def _digest(target: Target) -> str:
    """Return what the layer's content depends on: lock, this file, platform, and the compiler."""
    recipe = [LOCK.read_bytes(), Path(__file__).read_bytes(), repr(PLATFORMS[target]).encode()]
    if target == "aws":
        recipe.append(bytecode.recipe())
    return hashlib.sha256(b"\0".join(recipe)).hexdigest()[:16]


def _fill(packages: Path, target: Target) -> None:
    _install(packages, target)
    _prune(packages)
    if target == "aws":
        bytecode.compile_modules(packages, LAMBDA_PYTHON)


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
