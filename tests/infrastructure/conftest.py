"""Synthesizes each kind of deployment once a session: it takes seconds to load CDK."""

import json
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from layers.built import ROOT

# Importing CDK starts the first `node` on the path: let that be the one the project installs.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from tests.infrastructure.synthesized import Synthesized, synthesize_into


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Synthesized]:
    """Return a function that synthesizes a deployment, or remembers that it has."""
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]

    @cache
    def once(stage: str, target: str, **context: str) -> Synthesized:
        folder = tmp_path_factory.mktemp(f"{stage}-{target}")
        return synthesize_into(folder, {**flags, "stage": stage, "target": target, **context})

    return once


@pytest.fixture(scope="session")
def dev(synthesize: Callable[..., Synthesized]) -> Synthesized:
    """Return what a plain `cdk synth` gives."""
    return synthesize("dev", "aws")


@pytest.fixture(scope="session")
def prod(synthesize: Callable[..., Synthesized]) -> Synthesized:
    """Return the deployment whose data counts, with the firewall before it, and with canaries."""
    return synthesize("prod", "aws", auth="iam", waf="on", wafRate="5000", rollout="canary")


@pytest.fixture(scope="session")
def restored(synthesize: Callable[..., Synthesized]) -> Synthesized:
    """Return a deployment after an incident: on restored tables, with operators' networks named."""
    return synthesize("dev", "aws", tables="restored-", adminCidrs="192.0.2.0/24,2001:db8::/32")


@pytest.fixture(scope="session")
def tokens(synthesize: Callable[..., Synthesized]) -> Synthesized:
    """Return the deployment whose data counts, for callers with bearer tokens."""
    return synthesize(
        *("prod", "aws"),
        auth="jwt",
        issuer="https://id.example",
        audience="payments",
        waf="on",
    )


@pytest.fixture(scope="session")
def ministack(synthesize: Callable[..., Synthesized]) -> Synthesized:
    """Return the deployment to the embedded emulator."""
    return synthesize("local", "ministack")


@pytest.fixture(scope="session")
def localstack(synthesize: Callable[..., Synthesized]) -> Synthesized:
    """Return the deployment to LocalStack, with packages that this interpreter can load."""
    return synthesize("local", "localstack", wheels="host")
