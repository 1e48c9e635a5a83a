"""Environments for the programs we start: none of them may reach the user's real AWS account."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from localstack.common.keys import Keys
from novapay.schema import LOCAL_STAGE, prefix_of

ACCOUNT = "000000000000"
REGION = "us-east-1"
NO_PROXY = "127.0.0.1,localhost"
PREFIX = prefix_of(LOCAL_STAGE)
"""What the names of the local stage's resources begin with."""

AUDIENCE = PREFIX
"""The audience of the local issuer's tokens."""


def of_emulator(*, port: int, state: Path, objects: Path, workers: Path) -> dict[str, str]:
    """Return the emulator's whole environment, which the functions' processes inherit.

    It has nothing of the user's own: no credentials, profile, proxy or PYTHONPATH.
    """
    return {
        "PATH": _path(),
        "HOME": str(workers),
        "LANG": "C.UTF-8",
        "TMPDIR": str(workers),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(objects),
        # Nobody knows these: MiniStack does not check the signature of its own keys.
        **of_keys(Keys.at_random()),
    }


def of_program(aws: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program that uses a local AWS, as the CDK command line does.

    Args:
        aws: the variables of that AWS; all others are the user's own, without those for AWS.
    """
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))
    }
    return {
        **inherited,
        "PATH": _path(),
        "NO_PROXY": NO_PROXY,
        "no_proxy": NO_PROXY,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        # Compiling the CDK's own modules is a quarter of a synthesis: it is done once, whatever
        # the user has set.
        "PYTHONDONTWRITEBYTECODE": "",
        "NO_COLOR": "1",
        **aws,
    }


def keep_off_proxies() -> None:
    """Make this process connect to the emulator directly, even if the user has a proxy."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = NO_PROXY


def of_keys(keys: Keys) -> dict[str, str]:
    """Return the variables that make an SDK use these keys, and nothing of the user's."""
    return {
        "AWS_ACCESS_KEY_ID": keys.id,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _path() -> str:
    """Return a PATH that begins with this interpreter's directory: its Node and npm are locked."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
