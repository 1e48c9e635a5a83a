"""The ports of the use cases to the outside world; their adapters are in `providers`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.caller import Caller
from novapay.domain.fault import Fault
from novapay.domain.figures import Figure, Window
from novapay.domain.operator import Operator
from novapay.domain.rates import RateTable
from novapay.domain.wallet import UserId, WalletId


class RateProvider(Protocol):
    """Gives the current exchange rates, all of them against one base."""

    def table(self) -> RateTable:
        """Return the rates as they are now; no earlier answer is remembered.

        Raises:
            FxRateUnavailable: the provider is down, too slow, or sent an invalid answer.
        """


class Operators(Protocol):
    """Knows who may call as an operator."""

    def list_operators(self) -> Sequence[Operator]:
        """Return the operators, with the hashes of their tokens.

        Raises:
            Unavailable: where they are kept did not answer.
        """


class ExecutionState(StrEnum):
    """The state of an execution. DEAD: it failed, timed out or was stopped."""

    ABSENT = "ABSENT"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    DEAD = "DEAD"


class Executions(Protocol):
    """Runs payroll jobs. A run has a name, and a name runs at most once."""

    def start(self, name: str, job_id: str, *, request_id: str | None) -> None:
        """Start a job's run; nothing happens if the name was started before.

        Args:
            name: the run's name.
            job_id: the job to run.
            request_id: the request that created the job, for the run's log lines; None if unknown.

        Raises:
            Unavailable: Step Functions did not answer.
        """

    def state(self, name: str) -> ExecutionState:
        """Return the state of a run.

        Raises:
            Unavailable: Step Functions did not answer.
        """


class Figures(Protocol):
    """Reads how often each event happened."""

    def hourly(self, window: Window) -> list[Figure]:
        """Return a figure for each metric: what all services counted in each hour of a window.

        Raises:
            Unavailable: the provider did not answer.
        """

    def faults(self, window: Window) -> list[Fault]:
        """Return what broken places checks met in a window; a place may be named several times.

        Raises:
            Unavailable: the provider did not answer.
        """


class TokenRefused(Exception):
    """A bearer token is not from our issuer, not for this API, or expired.

    `reason` is for the log; the caller is only told that the token was refused.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Tokens(Protocol):
    """Finds the caller of a bearer token."""

    def caller_of(self, token: str) -> Caller:
        """Return the caller that a token stands for.

        Raises:
            TokenRefused: the token is not valid.
            Unavailable: the provider did not answer.
        """


class Seals(Protocol):
    """Makes seals that nobody can make without us, and checks them."""

    def seal(self, message: bytes) -> bytes:
        """Return the seal of a message of 32 bytes, a hash.

        Raises:
            Unavailable: the key service did not answer.
        """

    def fits(self, seal: bytes, message: bytes) -> bool:
        """Return whether a seal was made of this message, by us.

        Raises:
            Unavailable: the key service did not answer.
        """


class AccountNumbers(Protocol):
    """Encrypts account numbers; each can be decrypted for its own wallet only."""

    def encrypt(
        self, account_number: str, *, wallet_id: WalletId, user_id: UserId
    ) -> EncryptedAccountNumber:
        """Return the number as it is stored.

        Raises:
            Unavailable: the key service did not answer.
        """

    def decrypt(
        self, encrypted: EncryptedAccountNumber, *, wallet_id: WalletId, user_id: UserId
    ) -> str:
        """Return the number in full.

        Raises:
            InvariantViolated: it was not encrypted for this wallet, or has been changed.
            Unavailable: the key service did not answer.
        """
