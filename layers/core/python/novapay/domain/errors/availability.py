"""Temporary errors: the same request may be sent again."""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors.base import NovaPayError


class Processing(NovaPayError):
    """Another request with the same key is in progress."""

    code: ClassVar[str] = "processing"

    @property
    def detail(self) -> str:
        return "A request with this key is being processed; try again in a second."


class Unavailable(NovaPayError):
    """A temporary error: the same request with the same key may be sent again."""

    code: ClassVar[str] = "unavailable"

    @property
    def detail(self) -> str:
        return "The service is temporarily unavailable; try again."


class Contention(Unavailable):
    """Other requests kept changing the same wallets until the deadline."""

    code: ClassVar[str] = "contention"

    @property
    def detail(self) -> str:
        return "The wallets are very busy; try again with the same key."


@dataclass(eq=False)
class StoreUnavailable(Unavailable):
    """The database did not answer, or throttled us until the deadline.

    `may_have_written` is whether what was to be written may be there all the same.
    """

    code: ClassVar[str] = "store-unavailable"
    may_have_written: bool = False


@dataclass(eq=False)
class ClockSkewed(Unavailable):
    """Our clock and the database's are more than 5 seconds apart, so nothing was written.

    `offset_ms` is by how many milliseconds ours is ahead, or, below zero, behind.
    """

    code: ClassVar[str] = "clock-skewed"
    offset_ms: int

    @property
    def detail(self) -> str:
        return "The clock of this server is wrong, so nothing was written; try again."


class OutcomeUnknown(Unavailable):
    """The database did not say whether it wrote what a request without a key asked for."""

    code: ClassVar[str] = "outcome-unknown"

    @property
    def detail(self) -> str:
        return (
            "The database did not say whether this was done: look before you send it again."
            " With an Idempotency-Key it could be sent again as it is."
        )


@dataclass(eq=False)
class FxRateUnavailable(Unavailable):
    """The rate provider is down, too slow, sent an invalid answer, or its rates are too old."""

    code: ClassVar[str] = "fx-rate-unavailable"
    reason: str = "the provider gave none"

    @property
    def detail(self) -> str:
        return (
            f"There are no exchange rates at the moment: {self.reason}. An older one is never "
            "used; try again."
        )
