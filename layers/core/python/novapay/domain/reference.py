"""A client's own name of a movement of money: it stands for one movement for good."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from novapay.domain.entry import TransactionId

Reference = NewType("Reference", str)

REFERENCE_CHARACTERS_MAX = 64


@dataclass(frozen=True, slots=True)
class ScopedReference:
    """A reference as one caller uses it: another caller may use the same text for itself.

    Attributes:
        scope: the caller's name.
        text: what the client calls the movement.
    """

    scope: str
    text: Reference


@dataclass(frozen=True, slots=True)
class ReferenceRecord:
    """What is stored of a reference that is taken.

    Attributes:
        scope_reference: the scope and the text.
        transaction_id: the movement that has it.
        created_at: when it was taken.
    """

    scope_reference: str
    transaction_id: TransactionId
    created_at: datetime
