"""A transfer: what was asked, what became of it, and where its entries are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from novapay.domain.entry import Description, EntryType, TransactionId
from novapay.domain.errors import SameWallet
from novapay.domain.money import Currency, Money, Rate
from novapay.domain.posting import Leg, Posting
from novapay.domain.wallet import UserId, WalletId


class TransferType(StrEnum):
    """Why money moved."""

    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    POSTING = "posting"


class TransferStatus(StrEnum):
    """A transfer is decided in one commit: there is no state between."""

    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class EntryKey:
    """Where an entry is stored."""

    wallet_id: WalletId
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOrder:
    """What a client asks for. `amount_text` is the amount as the client wrote it."""

    sender_wallet_id: WalletId
    recipient_wallet_id: WalletId
    sender_user_id: UserId
    recipient_user_id: UserId
    amount: Money
    amount_text: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transaction as it is stored; a transfer between two wallets names both."""

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
    description: str | None = None
    failure_code: str | None = None
    failure_detail: str | None = None
    entries: tuple[EntryKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Transferred:
    """A completed transfer, and what it left in the sender's wallet."""

    transfer: Transfer
    sender_balance: Money


def transfer_legs(
    order: TransferOrder, transaction_id: TransactionId, description: Description | None
) -> list[Leg]:
    """Return the two legs of a transfer within one currency.

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
        description=description,
    )
    credit = Leg(
        transaction_id=transaction_id,
        wallet_id=order.recipient_wallet_id,
        user_id=order.recipient_user_id,
        entry_type=EntryType.CREDIT,
        amount=order.amount,
        description=description,
    )
    return [debit, credit]


def entry_keys(posting: Posting) -> tuple[EntryKey, ...]:
    """Return where the entries of a posting will be stored, in their order."""
    return tuple(EntryKey(entry.wallet_id, entry.sequence) for entry in posting.entries)
