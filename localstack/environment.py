"""Environments for the programs we start: none of them may reach the user's real AWS account."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ACCOUNT = "000000000000"
REGION = "us-east-1"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105  # the emulator takes any; it protects nothing
NO_PROXY = "127.0.0.1,localhost"


def of_emulator(*, port: int, state: Path, objects: Path, workers: Path) -> dict[str, str]:
    """Promise the emulator's whole environment: the functions' processes inherit all of it.

    Built from nothing, so that no credential, profile, proxy or PYTHONPATH of the user gets in.
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
    """Promise the CDK command line's environment: the user's own, less everything of AWS."""
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
        "NO_COLOR": "1",
        **_credentials(),
    }


def keep_off_proxies() -> None:
    """Make this process speak to the emulator directly, whatever proxy the user goes through."""
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
    """This interpreter's programs first: its Node and npm are the locked ones."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
