"""A transaction as it is stored: why money moved, between whom, and the keys of its entries."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self, TypedDict, Unpack

from novapay.domain.entry import TransactionId
from novapay.domain.errors import Refusal
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Currency, Rate
from novapay.domain.posting import Posting
from novapay.domain.quote import QuoteId
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

    amount_text: str
    currency: Currency
    sender_wallet_id: WalletId
    recipient_wallet_id: WalletId
    sender_user_id: UserId
    recipient_user_id: UserId
    fx_rate: Rate | None
    fx_quote_id: QuoteId | None
    linked_transaction_id: TransactionId | None
    description: str | None
    idempotency_key: IdempotencyKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A transaction; a movement between two wallets names both.

    `idempotency_key` is the client's, or a payroll item's own; None if there was none.
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
    entries: tuple[EntryKey, ...] = ()

    @classmethod
    def completed(
        cls,
        posting: Posting,
        transaction_id: TransactionId,
        transaction_type: TransactionType,
        **facts: Unpack[Facts],
    ) -> Self:
        """Return the record of a transaction whose entries are part of a posting."""
        own = [entry for entry in posting.entries if entry.transaction_id == transaction_id]
        return cls(
            transaction_id=transaction_id,
            transaction_type=transaction_type,
            status=TransactionStatus.COMPLETED,
            created_at=own[0].created_at,
            entries=tuple(EntryKey(entry.wallet_id, entry.sequence) for entry in own),
            **facts,
        )

    @classmethod
    def refused(
        cls,
        refusal: Refusal,
        transaction_id: TransactionId,
        transaction_type: TransactionType,
        *,
        now: datetime,
        **facts: Unpack[Facts],
    ) -> Self:
        """Return the record of a transaction that was refused and moved nothing."""
        return cls(
            transaction_id=transaction_id,
            transaction_type=transaction_type,
            status=TransactionStatus.FAILED,
            created_at=now,
            failure_code=refusal.code,
            failure_detail=refusal.detail,
            **facts,
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
