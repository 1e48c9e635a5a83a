"""The addresses of the running stack, for people and programs: `.local/outputs.json`."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cdk.target import MINISTACK
from localstack.common.aws import LocalAws
from localstack.common.environment import REGION
from localstack.common.failure import LocalFailure
from localstack.common.keys import ANY, Keys
from localstack.common.ports import LOOPBACK, is_taken

ADMIN_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Outputs:
    """What users of the running stack need; the names are those in the file."""

    apiUrl: str  # noqa: N815  # the file's contract
    consoleUrl: str  # noqa: N815
    adminToken: str  # noqa: N815
    endpointUrl: str  # noqa: N815
    region: str
    auth: str = "open"
    """How the API authenticates its callers: `open` (not at all), `iam` or `jwt`."""

    issuerUrl: str = ""  # noqa: N815
    """The URL of the issuer of tokens, if the API requires tokens."""

    target: str = MINISTACK.name
    """Where it runs, as in `TARGET=…`."""

    accessKeyId: str = ANY.id  # noqa: N815
    """The id of the local AWS's root keys; no key of a real account is ever here."""

    secretAccessKey: str = ANY.secret  # noqa: N815
    """The secret of those keys."""

    @property
    def apiId(self) -> str:  # noqa: N802  # named as the other outputs are
        """The id of the API, which is in the address that an emulator gives it."""
        return self.apiUrl.split("/")[-2]

    @property
    def aws(self) -> LocalAws:
        """The local AWS that it runs on."""
        return LocalAws(self.endpointUrl, Keys(self.accessKeyId, self.secretAccessKey))


def write_outputs(
    file: Path, *, api_url: str, aws: LocalAws, auth: str, issuer_url: str, target: str
) -> Outputs:
    """Write and return the outputs of a local AWS; an admin token in the file is kept."""
    outputs = Outputs(
        apiUrl=api_url,
        consoleUrl=f"{api_url}/admin/console",
        adminToken=_token_before(file) or secrets.token_urlsafe(ADMIN_TOKEN_BYTES),
        endpointUrl=aws.endpoint_url,
        region=REGION,
        auth=auth,
        issuerUrl=issuer_url,
        target=target,
        accessKeyId=aws.keys.id,
        secretAccessKey=aws.keys.secret,
    )
    save_outputs(file, outputs)
    return outputs


def save_outputs(file: Path, outputs: Outputs) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as new:
        new.write(json.dumps(asdict(outputs), indent=2) + "\n")
    unfinished.replace(file)


def read_outputs(file: Path) -> Outputs:
    """Read the file.

    Raises:
        LocalFailure: there is none, because the stack was never started.
    """
    if not file.exists():
        raise LocalFailure("NovaPay was not started here yet.", remedy="make run")
    return Outputs(**json.loads(file.read_text(encoding="utf-8")))


def read_running(file: Path) -> Outputs:
    """Read the file of a stack that answers; one in an AWS account is not asked.

    Raises:
        LocalFailure: the stack was never started, or it was stopped.
    """
    outputs = read_outputs(file)
    endpoint = urlsplit(outputs.endpointUrl)
    if endpoint.port is None or is_taken(endpoint.port, host=endpoint.hostname or LOOPBACK):
        return outputs
    options = [f"PORT={endpoint.port}"]
    if outputs.target != MINISTACK.name:
        options.append(f"TARGET={outputs.target}")
    if outputs.auth != "open":
        options.append(f"AUTH={outputs.auth}")
    raise LocalFailure(
        f"NovaPay is not running. It was on port {endpoint.port}.",
        remedy=f"Start it there again: make run {' '.join(options)}",
    )


def _token_before(file: Path) -> str | None:
    return read_outputs(file).adminToken if file.exists() else None
