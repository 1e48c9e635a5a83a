"""Holds as clients send and read them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, Strict

from novapay.domain.caller import Caller
from novapay.domain.entry import TransactionId
from novapay.domain.errors import FieldError, InvalidInput
from novapay.domain.hold import Hold, HoldsPage, HoldStatus
from novapay.domain.hold_steps import Captured, CaptureOrder, HoldOrder, Payee
from novapay.domain.money import Money
from novapay.domain.transaction import TransactionStatus
from novapay.http.cursor import cursor_before
from novapay.http.schemas.fields import (
    Amount,
    Body,
    CurrencyCode,
    GivenInstant,
    Instant,
    OptionalDescription,
    OptionalMetadata,
    ReferenceText,
    RequestBody,
    StoredId,
    UserIdField,
    WalletIdField,
    is_absent,
)


class _PaysSomebody(RequestBody):
    """A body that may say who is paid: both the wallet and its owner, or neither."""

    recipient_wallet_id: WalletIdField | None = Field(
        default=None,
        description="The wallet that alone may be paid; null leaves it to the capture.",
    )
    recipient_user_id: UserIdField | None = Field(
        default=None,
        description="The user who owns the wallet that may be paid.",
    )

    def payee(self) -> Payee | None:
        """Return who is paid; None where the body does not say it.

        Raises:
            InvalidInput: it names only one of the wallet and its owner.
        """
        wallet_id, user_id = self.recipient_wallet_id, self.recipient_user_id
        if (wallet_id is None) is not (user_id is None):
            missing = "recipientWalletId" if wallet_id is None else "recipientUserId"
            fault = FieldError(f"/{missing}", "must be there: a recipient is a wallet and its user")
            raise InvalidInput(errors=(fault,))
        return Payee(wallet_id, user_id) if wallet_id and user_id else None


class CreateHold(_PaysSomebody):
    """Money to set aside."""

    wallet_id: WalletIdField = Field(description="The wallet whose money is set aside.")
    user_id: UserIdField = Field(description="The user who owns that wallet.")
    amount: Amount = Field(description="How much is set aside, in `currency`.")
    currency: CurrencyCode = Field(description="The wallet's currency, an ISO 4217 code.")
    expires_at: GivenInstant | None = Field(
        default=None,
        description="From when on it can be neither captured nor released, and its money returns "
        "by itself: at most 31 days ahead; null is in 7 days.",
    )
    description: OptionalDescription = Field(
        default=None, description="Words for the owner's statement; none if empty."
    )
    reference: ReferenceText | None = Field(
        default=None,
        exclude_if=is_absent,
        description="Your own name of this hold: no second movement of yours can have it, ever.",
    )
    metadata: OptionalMetadata = Field(
        default=None,
        exclude_if=is_absent,
        description="Your own pairs of text, up to 512 bytes in all; shown, never interpreted.",
    )

    def order(self, caller: Caller) -> HoldOrder:
        return HoldOrder(
            wallet_id=self.wallet_id,
            user_id=self.user_id,
            amount=Money.parse(self.amount, self.currency),
            amount_text=self.amount,
            payee=self.payee(),
            expires_at=self.expires_at,
            description=self.description,
            reference=caller.scoped_reference(self.reference),
            metadata=self.metadata,
        )


class HoldBody(Body):
    """Money that is set aside from a wallet. Captured, released and remaining are its amount."""

    hold_id: StoredId = Field(
        description="The hold's id, which is also that of the transaction that set it aside."
    )
    status: HoldStatus = Field(
        description="HELD until it is CAPTURED, RELEASED or EXPIRED; EXPIRED from `expiresAt` on, "
        "also before its money is back, which takes two minutes at most."
    )
    wallet_id: StoredId = Field(description="The wallet whose money is set aside.")
    user_id: StoredId = Field(description="The user who owns that wallet.")
    recipient_wallet_id: StoredId | None = Field(
        description="The wallet that alone may be paid; null where the capture says it."
    )
    recipient_user_id: StoredId | None = Field(
        description="The user who owns the wallet that may be paid; null where the capture says it."
    )
    amount: Amount = Field(description="How much was set aside, in `currency`, as it was sent.")
    currency: CurrencyCode = Field(description="The wallet's currency, an ISO 4217 code.")
    captured_amount: str = Field(description="How much was captured, with 8 decimals.")
    released_amount: str = Field(description="How much went back to the wallet, with 8 decimals.")
    remaining_amount: str = Field(description="How much is still set aside, with 8 decimals.")
    captures: list[StoredId] = Field(
        description="The transactions that captured some of it, in their order; 20 at most."
    )
    description: str | None = Field(
        description="Words for the owner's statement; null without any."
    )
    reference: str | None = Field(description="Your own name of it; null without one.")
    metadata: dict[str, str] | None = Field(description="Your own pairs; null without any.")
    expires_at: Instant = Field(description="When it ends, in UTC.")
    created_at: Instant = Field(description="When the money was set aside, in UTC.")

    @classmethod
    def of(cls, hold: Hold, now: datetime) -> Self:
        """Return a hold with the status that it has at an instant."""
        return cls._with(hold, hold.status_at(now))

    @classmethod
    def stored(cls, hold: Hold) -> Self:
        """Return a hold as a commit leaves it."""
        return cls._with(hold, hold.status)

    @classmethod
    def _with(cls, hold: Hold, status: HoldStatus) -> Self:
        metadata = hold.transaction.metadata
        pairs = None if metadata is None else metadata.pairs
        return cls(
            hold_id=hold.hold_id,
            status=status,
            wallet_id=hold.wallet_id,
            user_id=hold.user_id,
            recipient_wallet_id=hold.transaction.payee_wallet_id,
            recipient_user_id=hold.transaction.payee_user_id,
            amount=hold.transaction.amount_text or str(hold.amount),
            currency=hold.amount.currency,
            captured_amount=str(hold.captured),
            released_amount=str(hold.released),
            remaining_amount=str(hold.remaining),
            captures=list(hold.captures),
            description=hold.transaction.description,
            reference=hold.transaction.reference,
            metadata=None if pairs is None else dict(pairs),
            expires_at=hold.expires_at,
            created_at=hold.transaction.created_at,
        )


class CaptureHold(_PaysSomebody):
    """A payment from a hold."""

    amount: Amount | None = Field(
        default=None, description="How much is paid, in the hold's currency; null is all of it."
    )
    final: Annotated[bool, Strict()] = Field(
        default=True,
        description="Whether it is the last: then what is left returns to the wallet with it.",
    )
    description: OptionalDescription = Field(
        default=None, description="Words for both owners' statements; none if empty."
    )

    def order(self, hold_id: TransactionId) -> CaptureOrder:
        return CaptureOrder(
            hold_id=hold_id,
            amount_text=self.amount,
            payee=self.payee(),
            is_final=self.final,
            description=self.description,
        )


class CaptureReceipt(Body):
    """A payment from a hold that was made, and what is left of the hold."""

    transaction_id: StoredId = Field(description="The id of the transfer to the recipient.")
    status: TransactionStatus = Field(
        description="COMPLETED: a refused capture is a problem instead."
    )
    amount: Amount = Field(description="How much was paid, in `currency`, as it was sent.")
    currency: CurrencyCode = Field(description="The hold's currency, an ISO 4217 code.")
    recipient_wallet_id: StoredId | None = Field(description="The wallet that was paid.")
    recipient_user_id: StoredId | None = Field(description="The user who owns that wallet.")
    hold: HoldBody = Field(description="The hold after it.")

    @classmethod
    def of(cls, captured: Captured) -> Self:
        transfer, hold = captured.transfer, captured.hold
        return cls(
            transaction_id=transfer.transaction_id,
            status=transfer.status,
            amount=transfer.amount_text or "",
            currency=transfer.currency or hold.amount.currency,
            recipient_wallet_id=transfer.recipient_wallet_id,
            recipient_user_id=transfer.recipient_user_id,
            hold=HoldBody.stored(hold),
        )


class ReleaseHold(RequestBody):
    """A release says nothing but which hold."""


class HoldList(Body):
    """A page of a wallet's holds, the newest first."""

    data: list[HoldBody] = Field(
        description="The holds; there may be fewer than `limit`, even none, before the last page."
    )
    next: str | None = Field(
        description="The `cursor` of the next page; null where this is the last."
    )

    @classmethod
    def of(cls, page: HoldsPage) -> Self:
        data = [HoldBody.of(hold, page.now) for hold in page.holds]
        return cls(data=data, next=cursor_before(page.before))
