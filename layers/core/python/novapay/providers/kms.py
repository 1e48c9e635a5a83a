"""KMS: a client whose every call ends, and which of its errors pass by themselves."""

from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import get_session

CONNECT_TIMEOUT_S = 1
READ_TIMEOUT_S = 2
SDK_ATTEMPTS_MAX = 3

PASSING_FAULTS = frozenset(
    {
        "DependencyTimeoutException",
        "InternalFailure",
        "KMSInternalException",
        "KeyUnavailableException",
        "LimitExceededException",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)


class KeyRefused(Exception):
    """KMS does not let us use the key: the deployment is wrong, or somebody has switched it off."""


def connect() -> BaseClient:
    """Return a client of KMS whose every call ends within its time-outs."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": SDK_ATTEMPTS_MAX},
        tcp_keepalive=True,
    )
    return get_session().create_client("kms", config=config)
