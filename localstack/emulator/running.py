"""A LocalStack that the user has started: it is found, and never started or stopped."""

from __future__ import annotations

import requests

from localstack.common.aws import LocalAws
from localstack.common.failure import LocalFailure
from localstack.common.home import Home
from localstack.common.progress import Say
from localstack.emulator.runtime import COMMUNITY, RuntimeKind
from novapay.schema import LOCAL_STAGE

COMPOSE_FILE = "localstack/emulator/docker-compose.yml"
ANSWER_TIMEOUT_S = 10


class RunningLocalStack:
    """One LocalStack at an address."""

    def __init__(self, home: Home, endpoint_url: str, *, wheels: str = "linux") -> None:
        self.home = home
        self.endpoint_url = endpoint_url
        self.stage = LOCAL_STAGE
        self.wheels = wheels
        self.auth = "open"
        self.issuer_url = ""

    @property
    def kind(self) -> RuntimeKind:
        """LocalStack's community edition."""
        return COMMUNITY

    @property
    def aws(self) -> LocalAws:
        """It takes any keys."""
        return LocalAws(self.endpoint_url)

    def start(self, say: Say) -> bool:
        """Check that it answers.

        Returns:
            False, because it was running already.

        Raises:
            LocalFailure: nothing answers there, or something that is not LocalStack.
        """
        say("waiting until it answers")
        address = f"{self.endpoint_url}{self.kind.health_path}"
        try:
            response = requests.get(address, timeout=ANSWER_TIMEOUT_S)
            response.raise_for_status()
            version = str(response.json()["version"])
        except (requests.RequestException, KeyError, TypeError) as error:
            raise LocalFailure(
                f"No LocalStack answers at {self.endpoint_url}.",
                remedy=f"docker compose -f {COMPOSE_FILE} up --detach --wait\nthen the same command"
                " again. If it listens elsewhere, add ENDPOINT=http://127.0.0.1:PORT",
                evidence=str(error),
            ) from error
        say(f"LocalStack {version}")
        self.home.make_private()
        return False
