"""The CDK app's cloud assembly for the embedded AWS: synthesized only when its sources changed.

Synth is by far the dearest step of a deployment, and what it makes depends on nothing but files
of this repository: so a digest of those files says whether the last assembly is still the one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from localstack import environment, program
from localstack.home import PROJECT
from localstack.locks import waiting_lock
from localstack.progress import Say

SOURCES = ("cdk", "functions", "layers", "cdk.json", "requirements", "package-lock.json")
NOT_SOURCES = ("__pycache__", ".mypy_cache", ".ruff_cache")
CDK = PROJECT / "node_modules" / ".bin" / "cdk"
CONTEXT = ("-c", "stage=local", "-c", "target=ministack")
ASSEMBLY = PROJECT / "build" / "cdk.out-ministack"


def assembly_held(on_wait: Callable[[], None]) -> AbstractContextManager[None]:
    """Hold `ASSEMBLY`, so that no other run of this checkout synthesizes over it meanwhile."""
    return waiting_lock(ASSEMBLY.with_suffix(".lock"), on_wait=on_wait)


def synthesize_if_changed(endpoint_url: str, *, log: Path, say: Say) -> tuple[str, bool]:
    """Promise that `ASSEMBLY` belongs to the sources as they are.

    Returns:
        the sources' digest, and whether it had to be synthesized.

    Raises:
        LocalFailure: synth failed.
    """
    digest = digest_of_sources(PROJECT)
    mark = ASSEMBLY / "sources.sha256"
    if mark.exists() and mark.read_text(encoding="utf-8") == digest:
        return digest, False
    shutil.rmtree(ASSEMBLY, ignore_errors=True)
    _synthesize(endpoint_url, log=log, say=say)
    mark.write_text(digest, encoding="utf-8")
    return digest, True


def digest_of_sources(project: Path) -> str:
    """Promise a digest of all that goes into the assembly: names and contents of the files."""
    digest = hashlib.sha256(" ".join(CONTEXT).encode())
    for file in _source_files(project):
        contents = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(project).as_posix()} {contents}\n".encode())
    return digest.hexdigest()


def templates() -> dict[str, dict[str, Any]]:
    """Promise each stack's template by the name of its stack."""
    return {
        file.name.removesuffix(".template.json"): json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(ASSEMBLY.glob("*.template.json"))
    }


def _synthesize(endpoint_url: str, *, log: Path, say: Say) -> None:
    program.run(
        [str(CDK), "synth", "--quiet", "--output", str(ASSEMBLY), *CONTEXT],
        env=environment.of_cdk(endpoint_url),
        log=log,
        say=say,
        failed="The CDK app could not be synthesized.",
        mend=f"What it said is in {log}; it ends with:",
    )


def _source_files(project: Path) -> list[Path]:
    files: list[Path] = []
    for name in SOURCES:
        source = project / name
        files += [source] if source.is_file() else source.rglob("*")
    return sorted(
        file
        for file in files
        if file.is_file() and not any(part in NOT_SOURCES for part in file.parts)
    )
