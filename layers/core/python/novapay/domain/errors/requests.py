"""Errors of requests that cannot be accepted as they are."""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors.base import FieldError, NovaPayError


@dataclass(eq=False)
class InvalidInput(NovaPayError):
    """The request does not match the API contract."""

    code: ClassVar[str] = "invalid-request"
    pointer: ClassVar[str] = ""
    errors: tuple[FieldError, ...] = ()

    @property
    def detail(self) -> str:
        return "The request is not valid; see errors."

    @property
    def faults(self) -> tuple[FieldError, ...]:
        """Return what is wrong and where: at least one fault."""
        return self.errors or (FieldError(self.pointer, self.detail),)


class InvalidAmount(InvalidInput, ValueError):
    """Not a decimal string above zero with at most 12 digits before and 8 after the point."""

    @property
    def detail(self) -> str:
        return (
            "must be a decimal string above zero with at most 12 digits before and 8 after the "
            "point, without sign or exponent"
        )


class InvalidCurrency(InvalidInput, ValueError):
    """Not a currency of today's ISO 4217."""

    @property
    def detail(self) -> str:
        return "must be the code, in capitals, of a currency that is current in ISO 4217"


@dataclass(eq=False)
class InvalidText(InvalidInput, ValueError):
    """A text with something in it that cannot be seen."""

    reason: str = "must be text that can be seen"

    @property
    def detail(self) -> str:
        return self.reason


class Conflict(NovaPayError):
    """The request conflicts with what is already stored."""

    code: ClassVar[str] = "conflict"


@dataclass(eq=False)
class IdempotencyKeyReused(Conflict):
    """The key was used for another payload within the last 24 hours."""

    code: ClassVar[str] = "idempotency-key-reused"
    key: str

    @property
    def detail(self) -> str:
        return f"The key {self.key!r} was used with another payload; take a new key."


@dataclass(eq=False)
class TransactionExists(Conflict):
    """A transaction was already written under this id."""

    code: ClassVar[str] = "transaction-exists"
    transaction_id: str

    @property
    def detail(self) -> str:
        return f"Transaction {self.transaction_id} already exists."
