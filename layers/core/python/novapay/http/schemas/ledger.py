"""Entries, statements and checks as clients send and read them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, RootModel

from novapay.domain.chain import ChainReport, TamperReason
from novapay.domain.entry import Description, Entry, EntryType, TransactionId
from novapay.domain.invariant import Imbalance
from novapay.domain.money import Money, Rate
from novapay.domain.posting import LEGS_MAX, LEGS_MIN, Leg
from novapay.domain.statement import Statement
from novapay.http.pagination import next_page
from novapay.http.schemas.fields import (
    Amount,
    Body,
    CurrencyCode,
    Instant,
    OptionalDescription,
    TransactionIdField,
    UserIdField,
    WalletIdField,
)

DERIVED_VERSION = 5
"""Of the ids that payroll and FX make from others: whoever took one first would block them."""


class CreateEntry(Body):
    """One side of a posting to write."""

    wallet_id: WalletIdField
    user_id: UserIdField
    entry_type: EntryType
    amount: Amount
    currency: CurrencyCode
    locked_fx_rate: Amount | None = None
    description: OptionalDescription = None

    def leg(self, transaction_id: TransactionId, new_salt: Callable[[], str]) -> Leg:
        rate = self.locked_fx_rate
        words = self.description
        return Leg(
            transaction_id=transaction_id,
            wallet_id=self.wallet_id,
            user_id=self.user_id,
            entry_type=self.entry_type,
            amount=Money.parse(self.amount, self.currency),
            locked_fx_rate=None if rate is None else Rate.parse(rate),
            description=None if words is None else Description(words, new_salt()),
        )


def _not_derived(transaction_id: TransactionId) -> TransactionId:
    if UUID(transaction_id).version == DERIVED_VERSION:
        raise ValueError("must not be a UUID of version 5: those are derived by NovaPay itself")
    return transaction_id


class CreatePosting(Body):
    """A balanced set of entries to write under one id."""

    transaction_id: Annotated[TransactionIdField, AfterValidator(_not_derived)]
    entries: Annotated[list[CreateEntry], Field(min_length=LEGS_MIN, max_length=LEGS_MAX)]

    def legs(self, new_salt: Callable[[], str]) -> list[Leg]:
        return [entry.leg(self.transaction_id, new_salt) for entry in self.entries]


class EntryBody(Body):
    """An entry, with everything that its hash is over."""

    id: str
    transaction_id: str
    wallet_id: str
    user_id: str
    sequence: int
    entry_type: EntryType
    amount: str
    currency: str
    balance_after: str
    locked_fx_rate: str | None
    description: str | None
    description_salt: str | None
    description_commitment: str | None
    created_at: Instant
    version: int
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        words = entry.description
        return cls(
            id=entry.entry_id,
            transaction_id=entry.transaction_id,
            wallet_id=entry.wallet_id,
            user_id=entry.user_id,
            sequence=entry.sequence,
            entry_type=entry.entry_type,
            amount=str(entry.amount),
            currency=entry.amount.currency,
            balance_after=str(entry.balance_after),
            locked_fx_rate=None if entry.locked_fx_rate is None else str(entry.locked_fx_rate),
            description=None if words is None else words.text,
            description_salt=None if words is None else words.salt,
            description_commitment=entry.description_commitment,
            created_at=entry.created_at,
            version=entry.version,
            previous_hash=entry.previous_hash,
            hash=entry.hash,
        )


class EntryList(RootModel[list[EntryBody]]):
    """The entries of one transaction, in the order in which they were posted."""

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Self:
        return cls([EntryBody.of(entry) for entry in entries])


class StatementPage(Body):
    """A page of a wallet's entries, newest first; `next` leads to the page after it."""

    entries: list[EntryBody]
    total: int
    limit: int
    offset: int
    next: str | None

    @classmethod
    def of(cls, page: Statement, path: str, *, limit: int, offset: int) -> Self:
        return cls(
            entries=[EntryBody.of(entry) for entry in page.entries],
            total=page.total,
            limit=limit,
            offset=offset,
            next=next_page(path, limit=limit, offset=offset, total=page.total),
        )


class BalanceCheck(Body):
    """Whether a transaction's debits are its credits."""

    balanced: bool
    reason: Imbalance | None = None

    @classmethod
    def of(cls, imbalance: Imbalance | None) -> Self:
        return cls(balanced=True) if imbalance is None else cls(balanced=False, reason=imbalance)


class ChainCheck(Body):
    """Whether a wallet's history is whole, and where it breaks first."""

    valid: bool
    tampered_at: str | None = None
    sequence: int | None = None
    reason: TamperReason | None = None
    entries_checked: int
    head_hash: str

    @classmethod
    def of(cls, report: ChainReport) -> Self:
        checked, head_hash = report.entries_checked, report.head_hash
        if report.valid:
            return cls(valid=True, entries_checked=checked, head_hash=head_hash)
        return cls(
            valid=False,
            tampered_at=report.tampered_at,
            sequence=report.sequence,
            reason=report.reason,
            entries_checked=checked,
            head_hash=head_hash,
        )
