"""Environments for the programs we start: none of them may reach the user's real AWS account."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from novapay.schema import LOCAL_STAGE, prefix_of

ACCOUNT = "000000000000"
REGION = "us-east-1"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105  # the emulator takes any; it protects nothing
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
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(objects),
        **_credentials(),
    }


def of_cdk(endpoint_url: str) -> dict[str, str]:
    """Return the CDK command line's environment: the user's own, without AWS variables."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))
    }
    return {
        **inherited,
        "PATH": _path(),
        "NO_PROXY": NO_PROXY,
        "no_proxy": NO_PROXY,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ENDPOINT_URL_S3": endpoint_url,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        # Compiling the CDK's own modules is a quarter of a synthesis: it is done once, whatever
        # the user has set.
        "PYTHONDONTWRITEBYTECODE": "",
        "NO_COLOR": "1",
        **_credentials(),
    }


def keep_off_proxies() -> None:
    """Make this process connect to the emulator directly, even if the user has a proxy."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = NO_PROXY


def _credentials() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _path() -> str:
    """Return a PATH that begins with this interpreter's directory: its Node and npm are locked."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
