"""Entries, statements and checks as clients send and read them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, RootModel

from novapay.domain.chain import ChainReport, TamperReason
from novapay.domain.entry import (
    Description,
    Entry,
    EntryType,
    TransactionId,
    check_not_derived,
)
from novapay.domain.invariant import Imbalance
from novapay.domain.money import Money, Rate
from novapay.domain.pages import Page
from novapay.domain.posting import LEGS_MAX, LEGS_MIN, Leg
from novapay.http.schemas.fields import (
    Amount,
    Body,
    CurrencyCode,
    Instant,
    OptionalDescription,
    RequestBody,
    TransactionIdField,
    UserIdField,
    WalletIdField,
)
from novapay.http.schemas.pages import PageBody


class CreateEntry(RequestBody):
    """One side of a posting to write."""

    wallet_id: WalletIdField = Field(description="The wallet whose money moves.")
    user_id: UserIdField = Field(description="The user who owns the wallet.")
    entry_type: EntryType = Field(description="DEBIT takes from the wallet, CREDIT gives to it.")
    amount: Amount = Field(description="How much moves, in `currency`.")
    currency: CurrencyCode = Field(description="The wallet's currency, an ISO 4217 code.")
    locked_fx_rate: Amount | None = Field(
        default=None, description="The rate that both sides of an exchange were locked at."
    )
    description: OptionalDescription = Field(
        default=None, description="Words for the wallet's owner; none if empty."
    )

    def leg(self, transaction_id: TransactionId, new_salt: Callable[[], str]) -> Leg:
        rate = self.locked_fx_rate
        return Leg(
            transaction_id=transaction_id,
            wallet_id=self.wallet_id,
            user_id=self.user_id,
            entry_type=self.entry_type,
            amount=Money.parse(self.amount, self.currency),
            locked_fx_rate=None if rate is None else Rate.parse(rate),
            description=Description.salted(self.description, new_salt),
        )


class CreatePosting(RequestBody):
    """A balanced set of entries to write under one id."""

    transaction_id: Annotated[TransactionIdField, AfterValidator(check_not_derived)] = Field(
        description="The transaction's id, made by you; a UUID of version 5 is refused."
    )
    entries: Annotated[list[CreateEntry], Field(min_length=LEGS_MIN, max_length=LEGS_MAX)] = Field(
        description="The entries to write: within each currency the debits equal the credits."
    )

    def legs(self, new_salt: Callable[[], str]) -> list[Leg]:
        return [entry.leg(self.transaction_id, new_salt) for entry in self.entries]


class EntryBody(Body):
    """An entry, with everything that its hash is over."""

    id: str = Field(description="The entry's id.")
    transaction_id: str = Field(description="The transaction that the entry belongs to.")
    wallet_id: str = Field(description="The wallet whose money moved.")
    user_id: str = Field(description="The user who owns the wallet.")
    sequence: int = Field(description="The entry's number in its wallet, from 1 without gaps.")
    entry_type: EntryType = Field(description="DEBIT took from the wallet, CREDIT gave to it.")
    amount: str = Field(description="How much moved, in `currency`, with 8 decimals.")
    currency: str = Field(description="The wallet's currency, an ISO 4217 code.")
    balance_after: str = Field(
        description="What the wallet held after this entry, with 8 decimals."
    )
    locked_fx_rate: str | None = Field(
        description="The rate that an exchange was locked at; null within one currency."
    )
    description: str | None = Field(
        description="Words for the wallet's owner; null where there are none or they were erased."
    )
    description_salt: str | None = Field(
        description="The random part of `descriptionCommitment`, 32 hexadecimal digits; null "
        "without a description."
    )
    description_commitment: str | None = Field(
        description="SHA-256 over salt and description, 64 hexadecimal digits: it stands for the "
        "words in `hash`."
    )
    transaction_hash: str | None = Field(
        description="SHA-256 over what the transaction says, 64 hexadecimal digits; null in "
        "version 1, which had none."
    )
    created_at: Instant = Field(description="When the entry was written, in UTC.")
    version: int = Field(description="The version of the format of the bytes that are hashed.")
    previous_hash: str = Field(
        description="The hash of the entry before this one, 64 hexadecimal digits; `GENESIS` for "
        "the first."
    )
    hash: str = Field(
        description="SHA-256 over this entry and `previousHash`, 64 hexadecimal digits."
    )

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
            transaction_hash=entry.transaction_hash,
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


class StatementPage(PageBody[EntryBody]):
    """A page of a wallet's entries, newest first; `next` leads to the page after it."""

    items: list[EntryBody] = Field(alias="entries", description="The entries of the page.")

    @classmethod
    def of(cls, page: Page[Entry], *, limit: int, offset: int) -> Self:
        return cls.page_of(page, EntryBody.of, limit=limit, offset=offset)


class BalanceCheck(Body):
    """Whether a transaction's debits are its credits."""

    balanced: bool = Field(
        description="Whether the debits equal the credits and every entry is there unchanged."
    )
    reason: Imbalance | None = Field(
        default=None, description="What is wrong; only there where `balanced` is false."
    )

    @classmethod
    def of(cls, imbalance: Imbalance | None) -> Self:
        return cls(balanced=True) if imbalance is None else cls(balanced=False, reason=imbalance)


class ChainCheck(Body):
    """Whether a wallet's history is whole, and where it breaks first."""

    valid: bool = Field(description="Whether every entry is there, unchanged and linked.")
    tampered_at: str | None = Field(
        default=None,
        description="The id of the first entry that does not fit; only there where `valid` is "
        "false, null where there is no entry to name.",
    )
    sequence: int | None = Field(
        default=None,
        description="The number at which the chain breaks; only there where `valid` is false.",
    )
    reason: TamperReason | None = Field(
        default=None, description="What is wrong there; only there where `valid` is false."
    )
    entries_checked: int = Field(
        description="How many entries were found to be right, from the first on."
    )
    head_hash: str = Field(
        description="The hash of the last entry that was checked, 64 hexadecimal digits; `GENESIS` "
        "where there was none."
    )

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
