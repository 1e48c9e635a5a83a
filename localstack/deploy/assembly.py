"""The CDK app's cloud assembly for a local AWS: synthesized only when its sources changed.

Synth is by far the slowest step of a deployment, and its result depends only on files of this
repository. So a digest of those files tells whether the last assembly is still up to date.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from localstack.common import environment, program
from localstack.common.aws import LocalAws
from localstack.common.environment import AUDIENCE
from localstack.common.home import PROJECT
from localstack.common.locks import waiting_lock
from localstack.common.progress import Say
from localstack.emulator.runtime import Runtime
from novapay.schema import LOCAL_STAGE, prefix_of

SOURCES = ("cdk", "functions", "layers", "cdk.json", "requirements", "package-lock.json")
NOT_SOURCES = ("__pycache__", ".mypy_cache", ".ruff_cache")
CDK = PROJECT / "node_modules" / ".bin" / "cdk"
ASSEMBLIES = PROJECT / "build"


@dataclass(frozen=True, slots=True)
class Assembly:
    """The assembly of a stage for one target.

    Attributes:
        target: where it is deployed to; see `cdk.target`.
        wheels: the platform of the packages in functions without layers: linux or host.
        stage: the stage that it deploys.
        auth: how the API authenticates its callers: open, iam or jwt.
        issuer: the URL of the issuer whose tokens the API requires; empty if it requires none.
    """

    target: str
    wheels: str = "linux"
    stage: str = LOCAL_STAGE
    auth: str = "open"
    issuer: str = ""

    @classmethod
    def of(cls, runtime: Runtime) -> Self:
        """Return the assembly of what is deployed to a local AWS."""
        return cls(
            runtime.kind.name, runtime.wheels, runtime.stage, runtime.auth, runtime.issuer_url
        )

    @property
    def folder(self) -> Path:
        """The directory of the assembly."""
        asks = (self.auth,) if self.auth != "open" else ()
        kind = (self.stage,) if self.stage != LOCAL_STAGE else ()
        return ASSEMBLIES / "-".join(("cdk.out", self.target, *kind, *asks))

    @property
    def prefix(self) -> str:
        """What the names of the stage's resources begin with."""
        return prefix_of(self.stage)

    @property
    def context(self) -> tuple[str, ...]:
        """The context arguments for the CDK command line."""
        values = {"stage": self.stage, "target": self.target, "wheels": self.wheels}
        if self.auth != "open":
            values["auth"] = self.auth
        if self.issuer:
            values |= {"issuer": self.issuer, "audience": AUDIENCE}
        return tuple(part for name, value in values.items() for part in ("-c", f"{name}={value}"))

    def held(self, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Lock it, so that no other run in this checkout synthesizes it meanwhile."""
        return waiting_lock(self.folder.with_suffix(".lock"), on_wait=on_wait)

    def synthesize_if_changed(self, aws: LocalAws, *, log: Path, say: Say) -> tuple[str, bool]:
        """Synthesize the assembly, unless it was made from the current sources.

        Args:
            aws: the AWS that the CDK command line may call.
            log: the file for the output of synth.
            say: shows progress.

        Returns:
            the digest of the sources, and whether it was synthesized now.

        Raises:
            LocalFailure: synth failed.
        """
        digest = digest_of_sources(PROJECT, self.context)
        mark = self.folder / "sources.sha256"
        if mark.exists() and mark.read_text(encoding="utf-8") == digest:
            return digest, False
        shutil.rmtree(self.folder, ignore_errors=True)
        program.run(
            [str(CDK), "synth", "--quiet", "--output", str(self.folder), *self.context],
            env=environment.of_program(aws.variables),
            log=log,
            say=say,
            failed="The CDK app could not be synthesized.",
            remedy=f"Its output is in {log}; it ends with:",
        )
        mark.write_text(digest, encoding="utf-8")
        return digest, True

    def templates(self) -> dict[str, dict[str, Any]]:
        """Return the template of each stack, by stack name; nested stacks are not among them."""
        return {
            file.name.removesuffix(".template.json"): json.loads(file.read_text(encoding="utf-8"))
            for file in sorted(self.folder.glob("*.template.json"))
            if not file.name.endswith(".nested.template.json")
        }


def digest_of_sources(project: Path, context: Sequence[str]) -> str:
    """Return a digest of everything that an assembly is made from: names and contents of files."""
    digest = hashlib.sha256(" ".join(context).encode())
    for file in _source_files(project):
        contents = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(project).as_posix()} {contents}\n".encode())
    return digest.hexdigest()


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
