"""A transfer: the request, its outcome, and the keys of its entries."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from novapay.domain.entry import Description, EntryType, TransactionId
from novapay.domain.errors import SameWallet
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Currency, Money, Rate
from novapay.domain.posting import Leg, Posting
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.wallet import UserId, Wallet, WalletId


class TransferType(StrEnum):
    """Why money moved."""

    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    POSTING = "posting"
    FX_HOUSE = "fx_house"
    PAYROLL_FUND = "payroll_fund"
    PAYROLL_PAYMENT = "payroll_payment"
    PAYROLL_RETURN = "payroll_return"


class TransferStatus(StrEnum):
    """The outcome of a transfer: one commit decides it, so there is no state in between."""

    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class EntryKey:
    """Where an entry is stored."""

    wallet_id: WalletId
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOrder:
    """A request for a transfer. `amount_text` is the amount as the client wrote it."""

    sender_wallet_id: WalletId
    recipient_wallet_id: WalletId
    sender_user_id: UserId
    recipient_user_id: UserId
    amount: Money
    amount_text: str
    fx_quote_id: QuoteId | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transaction as it is stored; a transfer between two wallets names both.

    `idempotency_key` is the client's, or a payroll item's own; None if there was none.
    """

    transaction_id: TransactionId
    transfer_type: TransferType
    status: TransferStatus
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

    def known_to(self) -> list[UserId | None]:
        """Return the users who may see it.

        A refused transfer is visible to the sender only: it reveals the sender's balance.
        """
        is_made = self.status is TransferStatus.COMPLETED
        return [self.sender_user_id, *([self.recipient_user_id] if is_made else [])]


@dataclass(frozen=True, slots=True)
class Transferred:
    """A completed transfer, and the sender's balance after it."""

    transfer: Transfer
    sender_balance: Money


@dataclass(frozen=True, slots=True)
class TransferPage:
    """Transactions that touched a wallet, newest first, and how many entries the wallet has."""

    transfers: list[Transfer]
    total: int


def transfer_legs(
    order: TransferOrder,
    transaction_id: TransactionId,
    description: Description | None,
    quote: Quote | None = None,
) -> list[Leg]:
    """Return the two legs of a transfer; with a quote the recipient gets its `toAmount`.

    Raises:
        SameWallet: sender and recipient are one wallet.
    """
    if order.sender_wallet_id == order.recipient_wallet_id:
        raise SameWallet(order.sender_wallet_id)
    debit = Leg(
        transaction_id=transaction_id,
        wallet_id=order.sender_wallet_id,
        user_id=order.sender_user_id,
        entry_type=EntryType.DEBIT,
        amount=order.amount,
        locked_fx_rate=quote.rate if quote else None,
        description=description,
    )
    credit = replace(
        debit,
        wallet_id=order.recipient_wallet_id,
        user_id=order.recipient_user_id,
        entry_type=EntryType.CREDIT,
        amount=quote.to_amount if quote else order.amount,
    )
    return [debit, credit]


def house_legs(
    quote: Quote, transaction_id: TransactionId, liquidity: Mapping[Currency, Wallet]
) -> list[Leg]:
    """Return the system's side of an FX transfer, so that each currency sums to zero.

    The liquidity wallets receive what the sender pays, and pay what the recipient receives.

    Args:
        quote: the locked rate and both amounts.
        transaction_id: the id of the system's transaction.
        liquidity: the liquidity wallet of each of the two currencies.
    """
    taken = Leg(
        transaction_id=transaction_id,
        wallet_id=liquidity[quote.from_amount.currency].wallet_id,
        entry_type=EntryType.CREDIT,
        amount=quote.from_amount,
        locked_fx_rate=quote.rate,
    )
    given = replace(
        taken,
        wallet_id=liquidity[quote.to_amount.currency].wallet_id,
        entry_type=EntryType.DEBIT,
        amount=quote.to_amount,
    )
    return [taken, given]


def house_transaction_id(transaction_id: TransactionId) -> TransactionId:
    """Return the id of the system's transaction that belongs to an FX transfer."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(transaction_id), "fx-house")))


def entry_keys(posting: Posting, transaction_id: TransactionId) -> tuple[EntryKey, ...]:
    """Return where the entries of one transaction of a posting will be stored, in their order."""
    return tuple(
        EntryKey(entry.wallet_id, entry.sequence)
        for entry in posting.entries
        if entry.transaction_id == transaction_id
    )


def exchange(transfer: Transfer, quote: Quote, posting: Posting) -> tuple[Transfer, Transfer]:
    """Return an FX transfer with its rate, and the system's transaction that is linked to it."""
    house_id = house_transaction_id(transfer.transaction_id)
    locked = replace(transfer, fx_rate=quote.rate, linked_transaction_id=house_id)
    house = Transfer(
        transaction_id=house_id,
        transfer_type=TransferType.FX_HOUSE,
        status=TransferStatus.COMPLETED,
        created_at=transfer.created_at,
        fx_rate=quote.rate,
        fx_quote_id=quote.quote_id,
        linked_transaction_id=transfer.transaction_id,
        entries=entry_keys(posting, house_id),
    )
    return locked, house
