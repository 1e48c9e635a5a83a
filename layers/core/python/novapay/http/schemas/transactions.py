"""Transfers as clients send and read them."""

from typing import Self

from novapay.domain.money import Money
from novapay.domain.transfer import (
    Transfer,
    TransferOrder,
    Transferred,
    TransferStatus,
    TransferType,
)
from novapay.http.schemas.fields import (
    Amount,
    Body,
    CurrencyCode,
    Instant,
    OptionalDescription,
    QuoteIdField,
    TransactionIdField,
    UserIdField,
    WalletIdField,
)


class CreateTransfer(Body):
    """A transfer to make."""

    sender_wallet_id: WalletIdField
    recipient_wallet_id: WalletIdField
    sender_user_id: UserIdField
    recipient_user_id: UserIdField
    amount: Amount
    currency: CurrencyCode
    fx_quote_id: QuoteIdField | None = None
    description: OptionalDescription = None

    def order(self) -> TransferOrder:
        return TransferOrder(
            sender_wallet_id=self.sender_wallet_id,
            recipient_wallet_id=self.recipient_wallet_id,
            sender_user_id=self.sender_user_id,
            recipient_user_id=self.recipient_user_id,
            amount=Money.parse(self.amount, self.currency),
            amount_text=self.amount,
            fx_quote_id=self.fx_quote_id,
            description=self.description,
        )


class TransferReceipt(Body):
    """A transfer that was made; the amount is as it was sent."""

    transaction_id: TransactionIdField
    status: TransferStatus
    amount: Amount
    currency: CurrencyCode
    fx_rate: str | None
    sender_balance: str

    @classmethod
    def of(cls, transferred: Transferred) -> Self:
        transfer, sender_balance = transferred.transfer, transferred.sender_balance
        return cls(
            transaction_id=transfer.transaction_id,
            status=transfer.status,
            amount=transfer.amount_text or "",
            currency=transfer.currency or sender_balance.currency,
            fx_rate=None if transfer.fx_rate is None else str(transfer.fx_rate),
            sender_balance=str(sender_balance),
        )


class TransferBody(Body):
    """A transaction of any type: what was asked and what became of it."""

    transaction_id: TransactionIdField
    type: TransferType
    status: TransferStatus
    amount: str | None
    currency: CurrencyCode | None
    sender_wallet_id: WalletIdField | None
    recipient_wallet_id: WalletIdField | None
    sender_user_id: UserIdField | None
    recipient_user_id: UserIdField | None
    fx_rate: str | None
    fx_quote_id: QuoteIdField | None
    linked_transaction_id: TransactionIdField | None
    description: str | None
    failure_code: str | None
    failure_reason: str | None
    idempotency_key: str | None
    created_at: Instant

    @classmethod
    def of(cls, transfer: Transfer) -> Self:
        return cls(
            transaction_id=transfer.transaction_id,
            type=transfer.transfer_type,
            status=transfer.status,
            amount=transfer.amount_text,
            currency=transfer.currency,
            sender_wallet_id=transfer.sender_wallet_id,
            recipient_wallet_id=transfer.recipient_wallet_id,
            sender_user_id=transfer.sender_user_id,
            recipient_user_id=transfer.recipient_user_id,
            fx_rate=None if transfer.fx_rate is None else str(transfer.fx_rate),
            fx_quote_id=transfer.fx_quote_id,
            linked_transaction_id=transfer.linked_transaction_id,
            description=transfer.description,
            failure_code=transfer.failure_code,
            failure_reason=transfer.failure_detail,
            idempotency_key=transfer.idempotency_key,
            created_at=transfer.created_at,
        )
