"""A hold: money set aside from a wallet, to be captured or released later.

The money moves at once, by a posting, into the wallet's own hold wallet, so that it cannot be spent
twice. Captures take it from there to a recipient, and a release or the end of the hold returns what
is left. The hold is the transaction that set the money aside, with its state beside it.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from novapay.domain.caller import Caller
from novapay.domain.entry import TransactionId
from novapay.domain.errors import (
    HoldClosed,
    HoldExpired,
    HoldNotFound,
    InvalidExpiry,
    InvariantViolated,
)
from novapay.domain.money import Money
from novapay.domain.transaction import Transaction, TransactionType
from novapay.domain.wallet import UserId, WalletId

HOLD_LIFETIME = timedelta(days=7)
"""How long a hold lasts unless its request says otherwise."""

HOLD_LIFETIME_MAX = timedelta(days=31)

CAPTURES_MAX = 20
"""How many captures a hold may have: their ids are kept in its item."""


class HoldStatus(StrEnum):
    """What became of a hold. Only a HELD one can be captured or released."""

    HELD = "HELD"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold as it stands; captured, released and remaining together are always its amount.

    Attributes:
        transaction: the one that set the money aside, with what was agreed then.
        wallet_id, user_id: the client's wallet, and who owns it.
        amount: what was set aside.
        captured, released: what was taken from it, and what was returned.
        status: as it was last stored; see `status_at`.
        expires_at: from then on it can be neither captured nor released.
        captures: the transactions that captured some of it, in their order.
        release_id: the transaction that returned the rest; None if none did.
    """

    transaction: Transaction
    wallet_id: WalletId
    user_id: UserId
    amount: Money
    captured: Money
    released: Money
    status: HoldStatus
    expires_at: datetime
    captures: tuple[TransactionId, ...] = ()
    release_id: TransactionId | None = None

    @classmethod
    def opened_by(cls, transaction: Transaction) -> Self:
        """Return the hold as its transaction opens it: nothing is captured or released.

        Raises:
            InvariantViolated: the transaction does not say what a hold needs.
        """
        wallet_id, user_id = transaction.sender_wallet_id, transaction.sender_user_id
        amount_text, currency = transaction.amount_text, transaction.currency
        expires_at = transaction.expires_at
        if not (wallet_id and user_id and amount_text and currency and expires_at):
            facts = {"transaction_id": str(transaction.transaction_id)}
            raise InvariantViolated("a hold lacks some of its facts", facts)
        return cls(
            transaction=transaction,
            wallet_id=wallet_id,
            user_id=user_id,
            amount=Money.parse(amount_text, currency),
            captured=Money.zero(currency),
            released=Money.zero(currency),
            status=HoldStatus.HELD,
            expires_at=expires_at,
        )

    @property
    def hold_id(self) -> TransactionId:
        return self.transaction.transaction_id

    @property
    def movements(self) -> tuple[TransactionId, ...]:
        """The transactions that captured some of it, and that returned the rest."""
        return (*self.captures, *([self.release_id] if self.release_id else []))

    @property
    def remaining(self) -> Money:
        """What is still in the hold wallet."""
        return self.amount.plus(-self.captured.units - self.released.units)

    def known_to(self) -> list[UserId | None]:
        """Return the users who may see it: whose money it is, and for whom it is held."""
        payee = self.transaction.payee_user_id
        return [self.user_id, *([payee] if payee else [])]

    def check_known_to(self, caller: Caller) -> None:
        """Check that a caller may see it.

        Raises:
            HoldNotFound: it may act neither for the owner nor for the payee.
        """
        if not caller.may_act_for(*self.known_to()):
            raise HoldNotFound(self.hold_id)

    def check_released_by(self, caller: Caller) -> None:
        """Check that a caller may release it: who is promised the money, or its owner.

        A payer who could take back what is held for somebody would promise nothing.

        Raises:
            NotTheOwner: the caller may not act for that user.
        """
        caller.check_acts_for(self.transaction.payee_user_id or self.user_id)

    def status_at(self, now: datetime) -> HoldStatus:
        """Return what it is at an instant: from its end on EXPIRED, before its money is back."""
        is_over = self.status is HoldStatus.HELD and now >= self.expires_at
        return HoldStatus.EXPIRED if is_over else self.status

    def check_open(self, now: datetime) -> None:
        """Check that some of it can be captured or released at an instant.

        Raises:
            HoldExpired: it has ended, whether or not its money is back.
            HoldClosed: it was captured or released.
        """
        status = self.status_at(now)
        if status is HoldStatus.EXPIRED:
            raise HoldExpired(self.hold_id)
        if status is not HoldStatus.HELD:
            raise HoldClosed(self.hold_id, status)

    def with_capture(self, capture_id: TransactionId, amount: Money) -> Self:
        """Return it after a capture of an amount; CAPTURED where nothing is left."""
        after = replace(
            self,
            captured=self.captured.plus(amount.units),
            captures=(*self.captures, capture_id),
        )
        is_used_up = after.remaining.units == 0
        return replace(after, status=HoldStatus.CAPTURED) if is_used_up else after

    def with_release(self, release_id: TransactionId, status: HoldStatus) -> Self:
        """Return it after the rest was returned, and what it is from then on."""
        return replace(
            self,
            released=self.released.plus(self.remaining.units),
            release_id=release_id,
            status=status,
        )


@dataclass(frozen=True, slots=True)
class HoldsPage:
    """Some holds, the instant of their status, and the number below which the next page begins.

    `before` is None on the last page.
    """

    holds: Sequence[Hold]
    now: datetime
    before: int | None


def hold_after(transaction: Transaction, movements: Iterable[Transaction]) -> Hold:
    """Return a hold as its captures and its release leave it, whatever its state says.

    Args:
        transaction: the one that set the money aside.
        movements: its captures and its release, in any order.

    Raises:
        InvariantViolated: one of them lacks some of its facts.
    """
    hold = Hold.opened_by(transaction)
    for movement in sorted(movements, key=lambda it: it.entries[0].sequence):
        if movement.transaction_type is TransactionType.HOLD_CAPTURE:
            amount = Money.parse(movement.amount_text or "", hold.amount.currency)
            hold = hold.with_capture(movement.transaction_id, amount)
        else:
            hold = hold.with_release(movement.transaction_id, _status_after(movement))
    return hold


def _status_after(release: Transaction) -> HoldStatus:
    """Return what a hold is after a release: nobody asks for that of one that has ended."""
    if release.linked_transaction_id is not None:
        return HoldStatus.CAPTURED
    return HoldStatus.RELEASED if release.idempotency_key else HoldStatus.EXPIRED


def expiry_of(asked: datetime | None, now: datetime) -> datetime:
    """Return when a hold that is made now ends.

    Raises:
        InvalidExpiry: that is not in the future, or more than `HOLD_LIFETIME_MAX` ahead.
    """
    if asked is None:
        return now + HOLD_LIFETIME
    if not now < asked <= now + HOLD_LIFETIME_MAX:
        raise InvalidExpiry(days_max=HOLD_LIFETIME_MAX.days)
    return asked


def rest_transaction_id(capture_id: TransactionId) -> TransactionId:
    """Return the id of the transaction that returns what a final capture leaves over."""
    return TransactionId(str(uuid.uuid5(uuid.UUID(capture_id), "hold-rest")))
