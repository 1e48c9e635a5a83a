"""A transaction as it is stored: why money moved, between whom, and the keys of its entries.

What it says is fixed before its entries are posted, and each of them carries the hash of that: so a
wallet's chain also seals what the transactions table says.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Self, TypedDict, cast

from novapay.domain.chain import canonical_json
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import Refusal
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.instants import format_instant
from novapay.domain.metadata import Metadata
from novapay.domain.money import Currency, Rate
from novapay.domain.posting import Posting
from novapay.domain.quote import QuoteId
from novapay.domain.reference import Reference
from novapay.domain.wallet import UserId, WalletId


class TransactionType(StrEnum):
    """Why money moved."""

    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    POSTING = "posting"
    FX_HOUSE = "fx_house"
    PAYROLL_FUND = "payroll_fund"
    PAYROLL_PAYMENT = "payroll_payment"
    PAYROLL_RETURN = "payroll_return"
    HOLD = "hold"
    HOLD_CAPTURE = "hold_capture"
    HOLD_RELEASE = "hold_release"
    REVERSAL = "reversal"

    @property
    def is_reversible(self) -> bool:
        """Whether a reversal can give it back."""
        return self in _REVERSIBLE

    @property
    def is_internal(self) -> bool:
        """Whether money enters or leaves the system with it, which only internal callers decide."""
        return self in (TransactionType.DEPOSIT, TransactionType.WITHDRAWAL)


_REVERSIBLE = (
    TransactionType.TRANSFER,
    TransactionType.DEPOSIT,
    TransactionType.WITHDRAWAL,
    TransactionType.PAYROLL_PAYMENT,
    TransactionType.HOLD_CAPTURE,
)

REVERSALS_MAX = 50
"""How many reversals a transaction may have: each of them writes its row, which lists them all."""


class TransactionStatus(StrEnum):
    """The outcome of a transaction: one commit decides it, so there is no state in between."""

    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class EntryKey:
    """Where an entry is stored."""

    wallet_id: WalletId
    sequence: int


class Facts(TypedDict, total=False):
    """What is known of a transaction beside its outcome; see `Transaction`."""

    amount_text: str | None
    currency: Currency | None
    sender_wallet_id: WalletId | None
    recipient_wallet_id: WalletId | None
    sender_user_id: UserId | None
    recipient_user_id: UserId | None
    fx_rate: Rate | None
    fx_quote_id: QuoteId | None
    linked_transaction_id: TransactionId | None
    description: str | None
    idempotency_key: IdempotencyKey | None
    reference: Reference | None
    reverses: TransactionId | None
    hold_id: TransactionId | None
    metadata: Metadata | None
    expires_at: datetime | None
    payee_wallet_id: WalletId | None
    payee_user_id: UserId | None
    payer_wallet_id: WalletId | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction before its outcome is known.

    Attributes:
        transaction_id: the id that it gets.
        transaction_type: why money shall move.
        facts: what its row will say.
        description: the client's words with their salt, if its entries carry them; then the row
            gets the words from here.
    """

    transaction_id: TransactionId
    transaction_type: TransactionType
    facts: Facts
    description: Description | None = None

    def hash(self) -> str:
        """Return the hash of its facts, which its entries carry."""
        words = self.description
        return transaction_hash(
            self.transaction_id,
            self.transaction_type,
            self.facts,
            description_commitment=None if words is None else words.commitment(),
        )

    def told(self) -> Facts:
        """Return what the row says, the client's words included."""
        if self.description is None:
            return self.facts
        return {**self.facts, "description": self.description.text}


def hashes_of(*drafts: Draft) -> dict[TransactionId, str]:
    """Return what the entries of these transactions are posted with."""
    return {draft.transaction_id: draft.hash() for draft in drafts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A transaction; a movement between two wallets names both.

    Attributes:
        idempotency_key: the client's, or a payroll item's own; None if there was none.
        hold_id: the hold that a capture or a release is of.
        expires_at, payee_wallet_id, payee_user_id: of a hold only: until when it may be captured,
            and who alone may be paid from it, if it says so.
        payer_wallet_id: the client's wallet that the money came from, where the sending wallet is
            one of ours that only held it; None where the sender paid by itself, and in payments
            that were stored before this was.
        reverses: the transaction that this one gives back, all of it or a part.
        reversed_units: how much of this transaction was given back so far, in units of 10^-8 of
            its `currency`.
        reversals: the transactions that gave it back, oldest first.
    """

    transaction_id: TransactionId
    transaction_type: TransactionType
    status: TransactionStatus
    created_at: datetime
    amount_text: str | None = None
    currency: Currency | None = None
    sender_wallet_id: WalletId | None = None
    recipient_wallet_id: WalletId | None = None
    sender_user_id: UserId | None = None
    recipient_user_id: UserId | None = None
    fx_rate: Rate | None = None
    fx_quote_id: QuoteId | None = None
    linked_transaction_id: TransactionId | None = None
    description: str | None = None
    failure_code: str | None = None
    failure_detail: str | None = None
    idempotency_key: IdempotencyKey | None = None
    reference: Reference | None = None
    reverses: TransactionId | None = None
    hold_id: TransactionId | None = None
    metadata: Metadata | None = None
    expires_at: datetime | None = None
    payee_wallet_id: WalletId | None = None
    payee_user_id: UserId | None = None
    payer_wallet_id: WalletId | None = None
    entries: tuple[EntryKey, ...] = ()
    reversed_units: int = 0
    reversals: tuple[TransactionId, ...] = ()

    @classmethod
    def completed(cls, posting: Posting, draft: Draft) -> Self:
        """Return the row of a transaction whose entries are part of a posting."""
        own = [it for it in posting.entries if it.transaction_id == draft.transaction_id]
        return cls(
            transaction_id=draft.transaction_id,
            transaction_type=draft.transaction_type,
            status=TransactionStatus.COMPLETED,
            created_at=own[0].created_at,
            entries=tuple(EntryKey(entry.wallet_id, entry.sequence) for entry in own),
            **draft.told(),
        )

    @classmethod
    def refused(cls, refusal: Refusal, draft: Draft, *, now: datetime) -> Self:
        """Return the row of a transaction that was refused and moved nothing."""
        return cls(
            transaction_id=draft.transaction_id,
            transaction_type=draft.transaction_type,
            status=TransactionStatus.FAILED,
            created_at=now,
            failure_code=refusal.code,
            failure_detail=refusal.detail,
            **draft.told(),
        )

    def hash(self, *, description_commitment: str | None) -> str:
        """Return the hash that the entries of such a row carry, from version 2 of the format on.

        Args:
            description_commitment: that of its entries, which the row does not repeat.
        """
        return transaction_hash(
            self.transaction_id,
            self.transaction_type,
            cast("Facts", {name: getattr(self, name) for name in Facts.__annotations__}),
            description_commitment=description_commitment,
        )

    def known_to(self) -> list[UserId | None]:
        """Return the users who may see it.

        A refused transfer is visible to the sender only: it reveals the sender's balance.
        """
        is_made = self.status is TransactionStatus.COMPLETED
        return [self.sender_user_id, *([self.recipient_user_id] if is_made else [])]


def house_transaction_id(transaction_id: TransactionId) -> TransactionId:
    """Return the id of the system's transaction that belongs to an FX transfer."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(transaction_id), "fx-house")))


def transaction_hash(
    transaction_id: TransactionId,
    transaction_type: TransactionType,
    facts: Facts,
    *,
    description_commitment: str | None,
) -> str:
    """Return the hex SHA-256 of a transaction's facts, as docs/ledger-format.md specifies it.

    Args:
        transaction_id, transaction_type: which transaction, and why money moves.
        facts: what else its row says; what is absent is hashed as null.
        description_commitment: stands for the client's words, which may be erased; None if the
            entries carry none, or each its own.
    """
    rate, metadata = facts.get("fx_rate"), facts.get("metadata")
    fields: dict[str, str | int | None] = {
        "amount": facts.get("amount_text"),
        "currency": facts.get("currency"),
        "descriptionCommitment": description_commitment,
        "fxQuoteId": facts.get("fx_quote_id"),
        "fxRate": None if rate is None else str(rate),
        "holdId": facts.get("hold_id"),
        "idempotencyKey": facts.get("idempotency_key"),
        "linkedTransactionId": facts.get("linked_transaction_id"),
        "metadataCommitment": None if metadata is None else metadata.commitment,
        "recipientUserId": facts.get("recipient_user_id"),
        "recipientWalletId": facts.get("recipient_wallet_id"),
        "reference": facts.get("reference"),
        "reverses": facts.get("reverses"),
        "senderUserId": facts.get("sender_user_id"),
        "senderWalletId": facts.get("sender_wallet_id"),
        "transactionId": transaction_id,
        "type": transaction_type.value,
    }
    if (payer_wallet_id := facts.get("payer_wallet_id")) is not None:
        fields["payerWalletId"] = payer_wallet_id
    if transaction_type is TransactionType.HOLD:
        expires_at = facts.get("expires_at")
        fields |= {
            "expiresAt": None if expires_at is None else format_instant(expires_at),
            "payeeUserId": facts.get("payee_user_id"),
            "payeeWalletId": facts.get("payee_wallet_id"),
        }
    return sha256(canonical_json(fields)).hexdigest()
