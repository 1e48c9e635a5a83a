"""What is being deployed, parsed once from the context of the command line (`-c name=value`).

The rules about which stage may be what are here, so that no stack has to ask again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aws_cdk import RemovalPolicy

from cdk.target import AWS, TARGETS, Target
from layers.dependencies.build import Target as Wheels

LOCAL_STAGE = "local"
DISPOSABLE_STAGES = (LOCAL_STAGE, "dev")
"""Stages whose data goes when their stacks go; every other stage keeps it."""

DEFAULT_ENDPOINT_URL = "http://127.0.0.1:4566"
"""Where both emulators listen unless told otherwise."""

ECB_RATES_URL = "https://api.frankfurter.dev/v1"
"""The public Frankfurter service: reference rates of the European Central Bank."""

WHEELS: dict[str, Wheels] = {"linux": "linux", "host": "host"}

_Choice = TypeVar("_Choice")
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")


class DeploymentRefusedError(ValueError):
    """The command line asks for a deployment that must not be."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One stage on one target.

    `endpoint_url` is where an emulator listens. `wheels` is what functions without layers carry:
    those of Lambda's own images, or of this interpreter if an emulator runs functions on it.
    """

    stage: str
    target: Target
    is_open: bool
    endpoint_url: str
    fx_provider: str
    fx_base_url: str
    wheels: Wheels

    @property
    def simulates(self) -> bool:
        """Whether failures can be switched on by a call."""
        return self.stage == LOCAL_STAGE

    @property
    def payroll_machine_name(self) -> str:
        """The name of the state machine that runs payroll."""
        return f"{self.prefix}-payroll"

    @property
    def prefix(self) -> str:
        """The name before every resource of this stage."""
        return f"novapay-{self.stage}"

    @property
    def keeps_data(self) -> bool:
        """Whether tables, keys and logs outlive their stacks."""
        return self.stage not in DISPOSABLE_STAGES

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What becomes of data and logs when their stack is deleted."""
        return RemovalPolicy.RETAIN if self.keeps_data else RemovalPolicy.DESTROY


def parse_deployment(context: Callable[[str], Any], environment: Mapping[str, str]) -> Deployment:
    """Return the deployment that `context`, a look-up by name, and the environment describe.

    Raises DeploymentRefusedError for a bad value and for an API that would be open to the world.
    """
    stage = context("stage") or "dev"
    if not _STAGE.fullmatch(stage):
        raise DeploymentRefusedError(
            f"stage={stage} is no name for a stage: up to 20 lower-case letters, digits and hyphens"
        )
    target = _one_of(TARGETS, "target", context("target") or AWS.name)
    auth = context("auth") or ("open" if stage == LOCAL_STAGE else "iam")
    is_open = _one_of({"iam": False, "open": True}, "auth", auth)
    if is_open and stage != LOCAL_STAGE:
        raise DeploymentRefusedError(
            f"auth=open is for stage={LOCAL_STAGE} only: it would let anyone move the money of"
            f" stage={stage}. Leave it out to have every route want SigV4 (auth=iam)."
        )
    if is_open and not target.is_emulator:
        raise DeploymentRefusedError(
            f"stage={stage} is open to everyone and so belongs on an emulator: add"
            " -c target=ministack or -c target=localstack, or choose auth=iam or another stage."
        )
    endpoint_url = environment.get("AWS_ENDPOINT_URL", DEFAULT_ENDPOINT_URL).rstrip("/")
    fx = context("fx") or ("fixed" if target.is_emulator else "http")
    return Deployment(
        stage=stage,
        target=target,
        is_open=is_open,
        endpoint_url=endpoint_url,
        fx_provider=_one_of({"fixed": "fixed", "http": "http"}, "fx", fx),
        fx_base_url=context("fxBaseUrl") or ECB_RATES_URL,
        wheels=_one_of(WHEELS, "wheels", context("wheels") or "linux"),
    )


def _one_of(choices: dict[str, _Choice], name: str, value: str) -> _Choice:
    if value not in choices:
        raise DeploymentRefusedError(f"{name}={value} is none of {', '.join(choices)}")
    return choices[value]
