"""The root of all errors, and the one that should never be."""

from dataclasses import dataclass, field
from typing import ClassVar


class NovaPayError(Exception):
    """The root: `code` is a stable slug, `str(error)` the sentence that a client reads."""

    code: ClassVar[str] = "internal-error"

    @property
    def detail(self) -> str:
        """The sentence that says what is wrong and where."""
        return (
            "Something went wrong on our side; with the same Idempotency-Key the request can be"
            " sent again."
        )

    def __str__(self) -> str:
        return self.detail


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of a request: a JSON pointer into it, and what is wrong there."""

    pointer: str
    detail: str


@dataclass(eq=False)
class InvariantViolated(NovaPayError):
    """A promise of the ledger is broken. It is said aloud and nothing is written."""

    code: ClassVar[str] = "invariant-violated"
    what: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        return "The ledger's own check failed; nothing was written and the operators know."
