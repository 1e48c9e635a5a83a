"""Transfers as clients send and read them."""

from typing import Self

from pydantic import Field

from novapay.domain.caller import Caller
from novapay.domain.money import Currency, Money, format_units
from novapay.domain.reversal import GivenBack
from novapay.domain.transaction import (
    REVERSALS_MAX,
    Transaction,
    TransactionStatus,
    TransactionType,
)
from novapay.domain.transfer import TransferOrder, Transferred
from novapay.http.schemas.fields import (
    Amount,
    Body,
    CurrencyCode,
    Instant,
    OptionalDescription,
    OptionalMetadata,
    QuoteIdField,
    Reason,
    ReferenceText,
    RequestBody,
    StoredId,
    UserIdField,
    WalletIdField,
    is_absent,
)


class CreateTransfer(RequestBody):
    """A transfer to make."""

    sender_wallet_id: WalletIdField = Field(description="The wallet that pays.")
    recipient_wallet_id: WalletIdField = Field(description="The wallet that is paid.")
    sender_user_id: UserIdField = Field(description="The user who owns the wallet that pays.")
    recipient_user_id: UserIdField = Field(description="The user who owns the wallet that is paid.")
    amount: Amount = Field(description="How much the sender pays, in `currency`.")
    currency: CurrencyCode = Field(description="The sender's currency, an ISO 4217 code.")
    fx_quote_id: QuoteIdField | None = Field(
        default=None,
        description="The quote whose locked rate is used; needed between two currencies.",
    )
    description: OptionalDescription = Field(
        default=None, description="Words for both owners' statements; none if empty."
    )
    reference: ReferenceText | None = Field(
        default=None,
        exclude_if=is_absent,
        description="Your own name of this movement: no second one of yours can have it, ever.",
    )
    metadata: OptionalMetadata = Field(
        default=None,
        exclude_if=is_absent,
        description="Your own pairs of text, up to 512 bytes in all; shown, never interpreted.",
    )

    def order(self, caller: Caller) -> TransferOrder:
        return TransferOrder(
            sender_wallet_id=self.sender_wallet_id,
            recipient_wallet_id=self.recipient_wallet_id,
            sender_user_id=self.sender_user_id,
            recipient_user_id=self.recipient_user_id,
            amount=Money.parse(self.amount, self.currency),
            amount_text=self.amount,
            fx_quote_id=self.fx_quote_id,
            description=self.description,
            reference=caller.scoped_reference(self.reference),
            metadata=self.metadata,
        )


class TransferReceipt(Body):
    """A transfer that was made; the amount is as it was sent."""

    transaction_id: StoredId = Field(description="The transfer's id.")
    status: TransactionStatus = Field(
        description="COMPLETED: a refused transfer is a problem instead."
    )
    amount: Amount = Field(description="How much the sender paid, in `currency`, as it was sent.")
    currency: CurrencyCode = Field(description="The sender's currency, an ISO 4217 code.")
    fx_rate: str | None = Field(description="The locked rate; null within one currency.")
    sender_balance: str = Field(
        description="What the sender's wallet holds after it, in `currency`, with 8 decimals."
    )

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


class CreateReversal(RequestBody):
    """What to give back of a transaction, and why."""

    amount: Amount | None = Field(
        default=None,
        description="How much, in the currency of the original's sender; all that is left if "
        "absent.",
    )
    reason: Reason = Field(description="Why, for both owners' statements.")


class ReversalReceipt(Body):
    """A reversal that was made."""

    transaction_id: StoredId = Field(description="The reversal's id.")
    reverses: StoredId = Field(description="The transaction that it gives back.")
    status: TransactionStatus = Field(
        description="COMPLETED: a refused reversal is a problem instead."
    )
    amount: Amount = Field(
        description="How much the original's sender got back, in `currency`: as it was sent, or "
        "all that was left."
    )
    currency: CurrencyCode = Field(
        description="The currency of the original's sender, an ISO 4217 code."
    )
    fx_rate: str | None = Field(
        description="The original's locked rate, at which it was given back; null within one "
        "currency."
    )
    reversed_amount: str = Field(
        description="How much of the original was given back so far, in `currency`, with 8 "
        "decimals."
    )

    @classmethod
    def of(cls, given: GivenBack) -> Self:
        reversal, original = given.reversal, given.original
        return cls(
            transaction_id=reversal.transaction_id,
            reverses=original.transaction_id,
            status=reversal.status,
            amount=reversal.amount_text or "",
            currency=reversal.currency or Currency(""),
            fx_rate=None if reversal.fx_rate is None else str(reversal.fx_rate),
            reversed_amount=format_units(original.reversed_units),
        )


class TransferBody(Body):
    """A transaction of any type: what was asked and what became of it."""

    transaction_id: StoredId = Field(description="The transaction's id.")
    type: TransactionType = Field(
        description="Why the money moved: a `transfer`, or another kind of movement."
    )
    status: TransactionStatus = Field(
        description="COMPLETED: the money moved; FAILED: it was refused, and none did."
    )
    amount: str | None = Field(
        description="How much, in `currency`, as it was asked for; null for a posting of several "
        "amounts."
    )
    currency: CurrencyCode | None = Field(
        description="The sender's currency, an ISO 4217 code; null for a posting of several."
    )
    sender_wallet_id: StoredId | None = Field(
        description="The wallet that paid; null where it is not one."
    )
    recipient_wallet_id: StoredId | None = Field(
        description="The wallet that was paid; null where it is not one."
    )
    sender_user_id: StoredId | None = Field(
        description="The user who owns the wallet that paid; null where it is not one."
    )
    recipient_user_id: StoredId | None = Field(
        description="The user who owns the wallet that was paid; null where it is not one."
    )
    fx_rate: str | None = Field(description="The locked rate; null within one currency.")
    fx_quote_id: StoredId | None = Field(
        description="The quote that was used; null within one currency."
    )
    linked_transaction_id: StoredId | None = Field(
        description="The other half of an exchange, which moves the house's money; null without "
        "one."
    )
    description: str | None = Field(
        description="Words for the owners' statements; null without any."
    )
    failure_code: str | None = Field(
        description="The code of the refusal; null where there was none."
    )
    failure_reason: str | None = Field(
        description="The refusal as a sentence; null where there was none."
    )
    idempotency_key: str | None = Field(
        description="The key that it was asked for with; null without one."
    )
    created_at: Instant = Field(description="When it was decided, in UTC.")
    reference: str | None = Field(
        description="The name that its client gave it, for good; null without one."
    )
    metadata: dict[str, str] | None = Field(
        description="Its client's own pairs of text; null where there are none or they were erased."
    )
    metadata_salt: str | None = Field(
        description="The random part of `metadataCommitment`, 32 hexadecimal digits; null without "
        "pairs."
    )
    metadata_commitment: str | None = Field(
        description="SHA-256 over salt and pairs, 64 hexadecimal digits: it stands for them in "
        "`transactionHash`."
    )
    reverses: StoredId | None = Field(
        description="The transaction that it gives back, all of it or a part; null if it gives "
        "none back."
    )
    reversed_amount: str = Field(
        description="How much of it was given back so far, in `currency`, with 8 decimals."
    )
    reversals: list[StoredId] = Field(
        description=f"The transactions that gave it back, oldest first, {REVERSALS_MAX} at most."
    )

    @classmethod
    def of(cls, transfer: Transaction) -> Self:
        metadata = transfer.metadata
        return cls(
            transaction_id=transfer.transaction_id,
            type=transfer.transaction_type,
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
            reference=transfer.reference,
            metadata=None if metadata is None or metadata.pairs is None else dict(metadata.pairs),
            metadata_salt=None if metadata is None else metadata.salt,
            metadata_commitment=None if metadata is None else metadata.commitment,
            reverses=transfer.reverses,
            reversed_amount=format_units(transfer.reversed_units),
            reversals=list(transfer.reversals),
        )
