"""The one way to make a client of an AWS service, with time-outs and few attempts for every call.

botocore by itself waits a minute for an answer, several times over: longer than a function runs.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import get_session

CONNECT_TIMEOUT_S = 1
WAIT_S_MAX = 1
"""The most seconds that botocore waits before the second attempt; the wait doubles after that."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may wait for an answer, and how often it is sent before it fails."""

    read_timeout_s: int
    attempts_max: int

    @property
    def longest_s(self) -> int:
        """The seconds after which a call has surely ended, waits between attempts included."""
        tries_s = self.attempts_max * (CONNECT_TIMEOUT_S + self.read_timeout_s)
        return tries_s + ((1 << self.attempts_max - 1) - 1) * WAIT_S_MAX


DEFAULT = Patience(read_timeout_s=5, attempts_max=2)
KMS = Patience(read_timeout_s=2, attempts_max=3)
"""KMS answers within milliseconds or not at all."""


def connect(service: str, patience: Patience = DEFAULT) -> Any:
    """Return a low-level client of a service; nothing is connected before its first call.

    botocore alone makes it: boto3 around it would cost a sixth of a cold start and add nothing.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=patience.read_timeout_s,
        retries={"mode": "standard", "total_max_attempts": patience.attempts_max},
        tcp_keepalive=True,
        # AWS checks each request too, and says what is wrong; checking it here first would cost a
        # seventh of a transfer's CPU.
        parameter_validation=False,
    )
    session = get_session()
    session.register_component("data_loader", _loader())
    return session.create_client(service, config=config)


@cache
def _loader() -> Loader:
    """Return what reads botocore's data; it keeps what it has read for a process's next client."""
    return create_loader()
