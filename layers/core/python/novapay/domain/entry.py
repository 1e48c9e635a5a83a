"""One DEBIT or CREDIT on one wallet: immutable, numbered, linked to the entry before it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType, Self
from uuid import UUID

from novapay.domain.money import Money, Rate
from novapay.domain.wallet import UserId, WalletId

TransactionId = NewType("TransactionId", str)

DESCRIPTION_CHARACTERS_MAX = 140

DERIVED_VERSION = 5
"""The version of the UUIDs that payroll and FX derive from other ids: a client who took such an id
first would block the transaction that it belongs to."""

_SALT = re.compile(r"[0-9a-f]{32}")


def check_not_derived(transaction_id: TransactionId) -> TransactionId:
    """Return an id that a client chose.

    Raises:
        ValueError: it is one of those that NovaPay derives itself.
    """
    if UUID(transaction_id).version == DERIVED_VERSION:
        raise ValueError("must not be a UUID of version 5: those are derived by NovaPay itself")
    return transaction_id


class EntryType(StrEnum):
    """The side of an entry: a DEBIT takes from the wallet, a CREDIT gives to it."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"

    def signed(self, units: int) -> int:
        """Return what `units` of this side do to a balance."""
        return -units if self is EntryType.DEBIT else units


@dataclass(frozen=True, slots=True)
class Description:
    """A free text, and a salt: with it the text can be erased without breaking the chain."""

    text: str
    salt: str

    @classmethod
    def salted(cls, text: str | None, new_salt: Callable[[], str]) -> Self | None:
        """Return a client's words with a new salt; None for no words."""
        return None if text is None else cls(text, new_salt())

    def commitment(self) -> str:
        """Return the hex SHA-256 of salt and text, which the chain contains instead of the text."""
        return sha256(f"{self.salt}{self.text}".encode()).hexdigest()

    def is_committed_to(self, commitment: str | None) -> bool:
        """Return whether these are the words and the salt of a commitment.

        Salt and words are hashed one after the other, so where the salt ends has to be known: with
        a salt of another length, words could be moved into it unseen.
        """
        return _SALT.fullmatch(self.salt) is not None and self.commitment() == commitment


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as it is stored; `hash` covers all fields except the description's text.

    `transaction_hash` is over what its transaction's row says; None in version 1, which had none.
    """

    version: int
    wallet_id: WalletId
    sequence: int
    entry_id: str
    transaction_id: TransactionId
    user_id: UserId
    entry_type: EntryType
    amount: Money
    balance_after: Money
    locked_fx_rate: Rate | None
    description: Description | None
    description_commitment: str | None
    transaction_hash: str | None
    created_at: datetime
    previous_hash: str
    hash: str
