"""The root of all errors, and the error of a failed integrity check."""

from dataclasses import dataclass, field
from typing import ClassVar


class NovaPayError(Exception):
    """The root: `code` is a stable slug, `str(error)` is the sentence for the client."""

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
    """An integrity check failed. It is logged and counted, and no money is moved.

    Attributes:
        what: what is wrong, for the log.
        facts: more for the log, as ids; clients see neither.
    """

    code: ClassVar[str] = "invariant-violated"
    what: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        return "A data integrity check failed. No money was moved."
