"""The decisions about a hold: to set money aside, to capture some of it, to return the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from novapay.domain.effect import Change, Effect, HoldMoved, HoldOpened, Posted, Recorded
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    HoldAmountExceeded,
    HoldRecipientMismatch,
    HoldRecipientMissing,
    InsufficientFunds,
    InvariantViolated,
    Refusal,
    SameWallet,
    TooManyCaptures,
    WalletOwnerMismatch,
)
from novapay.domain.hold import (
    CAPTURES_MAX,
    Hold,
    HoldStatus,
    expiry_of,
    rest_transaction_id,
)
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.metadata import Metadata
from novapay.domain.money import Money
from novapay.domain.posting import Leg, Posting, movement, post
from novapay.domain.reference import ScopedReference
from novapay.domain.transaction import Draft, Facts, Transaction, TransactionType, hashes_of
from novapay.domain.wallet import (
    SYSTEM_USER,
    UserId,
    Wallet,
    WalletId,
    hold_wallet_id,
    hold_wallet_of,
    require_client,
)


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is to be paid from a hold: a wallet, and the user who owns it."""

    wallet_id: WalletId
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder:
    """A request for a hold. `amount_text` is the amount as the client wrote it."""

    wallet_id: WalletId
    user_id: UserId
    amount: Money
    amount_text: str
    payee: Payee | None = None
    expires_at: datetime | None = None
    description: str | None = None
    reference: ScopedReference | None = None
    metadata: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SettingAside:
    """Decides one order; made before anything is read, so that it may be asked again.

    Attributes:
        order: the client's request.
        key: the client's idempotency key.
        hold_id: the id that the hold and its transaction get.
        description: the order's words with their salt; None if it has none.
        metadata: the order's pairs with their salt; None if it has none.
    """

    order: HoldOrder
    key: IdempotencyKey
    hold_id: TransactionId
    description: Description | None
    metadata: Metadata | None = None

    def decide(self, wallets: Mapping[WalletId, Wallet], *, now: datetime) -> Effect[Hold]:
        """Return the hold, or its refusal, which is stored as a FAILED transaction.

        Args:
            wallets: the client's, its hold wallet if it is stored, and the payee's if one is named.
            now: the instant of the decision.

        Raises:
            WalletNotFound: no client wallet has the client's or the payee's id.
            InvalidExpiry: the hold would end in the past, or too far ahead.
        """
        order = self.order
        wallet = require_client(wallets.get(order.wallet_id), order.wallet_id)
        if order.payee is not None:
            require_client(wallets.get(order.payee.wallet_id), order.payee.wallet_id)
        facts = self._facts(expiry_of(order.expires_at, now))
        draft = Draft(self.hold_id, TransactionType.HOLD, facts, self.description)
        try:
            self._check_payee(wallets)
            posting = self._posting(wallet, wallets, draft, now)
        except Refusal as refusal:
            refusal.transaction_id = self.hold_id
            failed = Transaction.refused(refusal, draft, now=now)
            return Effect(refusal, [Recorded(failed)], {"holds_refused": 1})
        hold = Hold.opened_by(Transaction.completed(posting, draft))
        return Effect(hold, [HoldOpened(hold), Posted(posting)], {"holds_created": 1})

    def _posting(
        self, wallet: Wallet, wallets: Mapping[WalletId, Wallet], draft: Draft, now: datetime
    ) -> Posting:
        kept = hold_wallet_of(wallet, wallets, now=now)
        legs = movement(
            self.hold_id,
            self.order.amount,
            source=wallet.wallet_id,
            source_user=self.order.user_id,
            target=kept.wallet_id,
            description=self.description,
            key=self.key,
        )
        both = {wallet.wallet_id: wallet, kept.wallet_id: kept}
        return post(legs, both, hashes=hashes_of(draft), now=now)

    def _check_payee(self, wallets: Mapping[WalletId, Wallet]) -> None:
        """Check that the payee could be paid, so that a hold is not made in vain.

        Raises:
            SameWallet: the payee is the wallet itself.
            WalletOwnerMismatch: the payee's wallet belongs to another user than the order says.
            CurrencyMismatch: the payee's wallet holds another currency.
        """
        order, payee = self.order, self.order.payee
        if payee is None:
            return
        if payee.wallet_id == order.wallet_id:
            raise SameWallet(order.wallet_id)
        found = wallets[payee.wallet_id]
        if found.user_id != payee.user_id:
            raise WalletOwnerMismatch(payee.wallet_id, payee.user_id)
        if found.currency != order.amount.currency:
            raise CurrencyMismatch(payee.wallet_id, found.currency, order.amount.currency)

    def _facts(self, expires_at: datetime) -> Facts:
        order, payee = self.order, self.order.payee
        return Facts(
            amount_text=order.amount_text,
            currency=order.amount.currency,
            sender_wallet_id=order.wallet_id,
            recipient_wallet_id=hold_wallet_id(order.wallet_id),
            sender_user_id=order.user_id,
            recipient_user_id=SYSTEM_USER,
            idempotency_key=self.key,
            expires_at=expires_at,
            reference=None if order.reference is None else order.reference.text,
            metadata=self.metadata,
            payee_wallet_id=None if payee is None else payee.wallet_id,
            payee_user_id=None if payee is None else payee.user_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureOrder:
    """A request to pay from a hold.

    Attributes:
        hold_id: the hold.
        amount_text: how much, as the client wrote it; None: all that is left.
        payee: who is paid; None: whom the hold names.
        is_final: whether what is left after it returns to the wallet in the same commit.
        description: words for both owners' statements; None without any.
    """

    hold_id: TransactionId
    amount_text: str | None = None
    payee: Payee | None = None
    is_final: bool = True
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Captured:
    """A capture that was made, and the hold after it."""

    transfer: Transaction
    hold: Hold


@dataclass(frozen=True, slots=True)
class Capturing:
    """Decides one capture.

    Attributes:
        order: the client's request.
        key: the client's idempotency key.
        capture_id: the id that its transaction gets; that of the rest follows from it.
        description: the order's words with their salt; None if it has none.
    """

    order: CaptureOrder
    key: IdempotencyKey
    capture_id: TransactionId
    description: Description | None

    def payee_of(self, hold: Hold) -> Payee:
        """Return who is to be paid.

        Raises:
            HoldRecipientMissing: neither the hold nor the order names anybody.
            HoldRecipientMismatch: they name different ones.
        """
        asked, agreed = self.order.payee, payee_named_by(hold)
        if asked is not None and agreed not in (None, asked):
            raise HoldRecipientMismatch(hold.hold_id, asked.wallet_id, asked.user_id)
        payee = agreed or asked
        if payee is None:
            raise HoldRecipientMissing(hold.hold_id)
        return payee

    def decide(
        self, hold: Hold, wallets: Mapping[WalletId, Wallet], *, now: datetime
    ) -> Effect[Captured]:
        """Return the capture, or its refusal, which stores nothing but the key's answer.

        Args:
            hold: as it was read.
            wallets: the client's, its hold wallet, and the payee's.
            now: the instant of the decision.

        Raises:
            WalletNotFound: no client wallet has the payee's id.
            InvariantViolated: the hold wallet has less than its holds say.
        """
        try:
            hold.check_open(now)
            return self._captured(hold, self.payee_of(hold), wallets, now)
        except Refusal as refusal:
            return Effect(refusal, [], {"holds_refused": 1})

    def _captured(
        self, hold: Hold, payee: Payee, wallets: Mapping[WalletId, Wallet], now: datetime
    ) -> Effect[Captured]:
        require_client(wallets.get(payee.wallet_id), payee.wallet_id)
        if payee.wallet_id == hold.wallet_id:
            raise SameWallet(hold.wallet_id)
        after = hold.with_capture(self.capture_id, self._amount(hold))
        rest = after.remaining
        rest_id = rest_transaction_id(self.capture_id) if self._returns(rest) else None
        if rest_id is None and rest.units and len(after.captures) >= CAPTURES_MAX:
            raise TooManyCaptures(hold.hold_id, len(hold.captures))
        legs = movement(
            self.capture_id,
            self._amount(hold),
            source=hold_wallet_id(hold.wallet_id),
            target=payee.wallet_id,
            target_user=payee.user_id,
            description=self.description,
            key=self.key,
        )
        facts = self._facts(hold, payee)
        drafts = [Draft(self.capture_id, TransactionType.HOLD_CAPTURE, facts, self.description)]
        if rest_id is not None:
            legs += _return_legs(hold, rest_id, rest, key=self.key)
            facts = _return_facts(hold, rest, key=self.key, capture_id=self.capture_id)
            drafts.append(Draft(rest_id, TransactionType.HOLD_RELEASE, facts))
            after = after.with_release(rest_id, HoldStatus.CAPTURED)
        posting = _posted(hold, legs, wallets, drafts, now)
        made = [Transaction.completed(posting, draft) for draft in drafts]
        changes: list[Change] = [Recorded(transaction) for transaction in made]
        changes += [HoldMoved(hold, after), Posted(posting)]
        return Effect(Captured(made[0], after), changes, {"holds_captured": 1})

    def _returns(self, rest: Money) -> bool:
        return self.order.is_final and rest.units > 0

    def _amount(self, hold: Hold) -> Money:
        """Return how much is captured.

        Raises:
            HoldAmountExceeded: more than is left.
        """
        if self.order.amount_text is None:
            return hold.remaining
        amount = Money.parse(self.order.amount_text, hold.amount.currency)
        if amount.units > hold.remaining.units:
            raise HoldAmountExceeded(hold.hold_id, str(amount), str(hold.remaining))
        return amount

    def _facts(self, hold: Hold, payee: Payee) -> Facts:
        amount = self._amount(hold)
        is_returned = self._returns(hold.remaining.plus(-amount.units))
        return Facts(
            amount_text=self.order.amount_text or str(amount),
            currency=amount.currency,
            payer_wallet_id=hold.wallet_id,
            sender_wallet_id=hold_wallet_id(hold.wallet_id),
            recipient_wallet_id=payee.wallet_id,
            sender_user_id=hold.user_id,
            recipient_user_id=payee.user_id,
            idempotency_key=self.key,
            linked_transaction_id=rest_transaction_id(self.capture_id) if is_returned else None,
            hold_id=hold.hold_id,
        )


@dataclass(frozen=True, slots=True)
class Releasing:
    """Decides to return what is left of a hold: because a client asks, or because it has ended.

    Attributes:
        release_id: the id that its transaction gets.
        key: the client's idempotency key; None where the hold has ended, which nobody asks for.
    """

    release_id: TransactionId
    key: IdempotencyKey | None

    def decide(
        self, hold: Hold, wallets: Mapping[WalletId, Wallet], *, now: datetime
    ) -> Effect[Hold]:
        """Return the hold after its release for a client, or the refusal.

        Args:
            hold: as it was read.
            wallets: the client's, and its hold wallet.
            now: the instant of the decision.

        Raises:
            InvariantViolated: the hold wallet has less than its holds say.
        """
        try:
            hold.check_open(now)
            return self._released(hold, HoldStatus.RELEASED, wallets, now)
        except Refusal as refusal:
            return Effect(refusal, [], {"holds_refused": 1})

    def expire(
        self, hold: Hold, wallets: Mapping[WalletId, Wallet], *, now: datetime
    ) -> Effect[Hold]:
        """Return the hold after its end; nothing changes if that was done, or is still to come.

        Args:
            hold, wallets, now: see `decide`.

        Raises:
            InvariantViolated: the hold wallet has less than its holds say.
        """
        if hold.status is not HoldStatus.HELD or now < hold.expires_at:
            return Effect(hold)
        return self._released(hold, HoldStatus.EXPIRED, wallets, now)

    def _released(
        self, hold: Hold, status: HoldStatus, wallets: Mapping[WalletId, Wallet], now: datetime
    ) -> Effect[Hold]:
        rest = hold.remaining
        facts = _return_facts(hold, rest, key=self.key)
        draft = Draft(self.release_id, TransactionType.HOLD_RELEASE, facts)
        legs = _return_legs(hold, self.release_id, rest, key=self.key)
        posting = _posted(hold, legs, wallets, [draft], now)
        release = Transaction.completed(posting, draft)
        after = hold.with_release(self.release_id, status)
        changes: list[Change] = [Recorded(release), HoldMoved(hold, after), Posted(posting)]
        return Effect(after, changes, {f"holds_{status.lower()}": 1})


def payee_named_by(hold: Hold) -> Payee | None:
    """Return who alone may be paid from a hold; None if its captures may say."""
    wallet_id, user_id = hold.transaction.payee_wallet_id, hold.transaction.payee_user_id
    return Payee(wallet_id, user_id) if wallet_id and user_id else None


def _return_legs(
    hold: Hold, transaction_id: TransactionId, rest: Money, *, key: IdempotencyKey | None
) -> list[Leg]:
    return movement(
        transaction_id,
        rest,
        source=hold_wallet_id(hold.wallet_id),
        target=hold.wallet_id,
        target_user=hold.user_id,
        key=key,
    )


def _return_facts(
    hold: Hold,
    rest: Money,
    *,
    key: IdempotencyKey | None,
    capture_id: TransactionId | None = None,
) -> Facts:
    return Facts(
        amount_text=str(rest),
        currency=rest.currency,
        sender_wallet_id=hold_wallet_id(hold.wallet_id),
        recipient_wallet_id=hold.wallet_id,
        sender_user_id=SYSTEM_USER,
        recipient_user_id=hold.user_id,
        idempotency_key=key,
        linked_transaction_id=capture_id,
        hold_id=hold.hold_id,
    )


def _posted(
    hold: Hold,
    legs: list[Leg],
    wallets: Mapping[WalletId, Wallet],
    drafts: list[Draft],
    now: datetime,
) -> Posting:
    try:
        return post(legs, wallets, hashes=hashes_of(*drafts), now=now)
    except InsufficientFunds as error:
        facts = {"hold_id": hold.hold_id, "wallet_id": error.wallet_id}
        raise InvariantViolated("a hold wallet has less than its holds", facts) from error
