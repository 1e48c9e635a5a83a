"""What the use cases ask of the world, and others fulfil: the adapters are in `providers`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.caller import Caller
from novapay.domain.figures import Figure, Window
from novapay.domain.money import Currency, Rate
from novapay.domain.wallet import UserId, WalletId


class RateProvider(Protocol):
    """Knows what one unit of a currency is worth in another, now."""

    def rate(self, *, source: Currency, target: Currency) -> Rate:
        """Return how much of `target` one unit of `source` buys.

        Raises:
            FxRateUnavailable: the provider is down, slow, not understood, or lacks the pair.
        """


class ExecutionState(StrEnum):
    """What has become of an execution."""

    ABSENT = "ABSENT"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    DEAD = "DEAD"


class Executions(Protocol):
    """Runs jobs, each under a name; one name runs once."""

    def start(self, name: str, job_id: str, *, request_id: str | None) -> None:
        """Start a job's run; a name that has been started already is left alone.

        Args:
            name: the run's.
            job_id: the job.
            request_id: what the run's log lines shall be found by, if it is known.

        Raises:
            Unavailable: Step Functions did not answer.
        """

    def state(self, name: str) -> ExecutionState:
        """Return what has become of a run.

        Raises:
            Unavailable: Step Functions did not answer.
        """


class Figures(Protocol):
    """Knows how often what happened."""

    def hourly(self, services_of: Mapping[str, tuple[str, ...]], window: Window) -> list[Figure]:
        """Return a figure for each metric: what its services counted in each hour of a window.

        Raises:
            Unavailable: nobody knows at the moment.
        """


class TokenRefused(Exception):
    """A bearer token is not one of the issuer's, not for us, or not any more.

    `reason` is for the log: a caller learns no more than that it was refused.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Tokens(Protocol):
    """Knows whose a bearer token is."""

    def caller_of(self, token: str) -> Caller:
        """Return whose token it is.

        Raises:
            TokenRefused: it is nobody's.
            Unavailable: nobody knows at the moment.
        """


class AccountNumbers(Protocol):
    """Encrypts account numbers, each so that it can be read as that of its own wallet only."""

    def encrypt(
        self, account_number: str, *, wallet_id: WalletId, user_id: UserId
    ) -> EncryptedAccountNumber:
        """Return the number as it is kept.

        Raises:
            Unavailable: the key did not answer.
        """

    def decrypt(
        self, encrypted: EncryptedAccountNumber, *, wallet_id: WalletId, user_id: UserId
    ) -> str:
        """Return the number in full.

        Raises:
            InvariantViolated: it was not encrypted for this wallet, or has been changed.
            Unavailable: the key did not answer.
        """
