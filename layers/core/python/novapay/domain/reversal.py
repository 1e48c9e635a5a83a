"""A reversal: all or a part of an earlier movement, given back the way it came.

The recipient's wallet pays and the sender's gets. Between two currencies the amount is in the
original sender's currency. It goes back at the original's locked rate and through the same
liquidity wallets, so that after a full reversal all four wallets are where they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Unpack

from novapay.domain.agreement import disagreement_of, links_back
from novapay.domain.caller import Caller, Scope
from novapay.domain.chain import MalformedEntry
from novapay.domain.effect import Change, Effect, Posted, Recorded, Reversed
from novapay.domain.entry import Description, Entry, EntryType, TransactionId
from novapay.domain.errors import (
    FxAmountTooSmall,
    InvariantViolated,
    NotReversible,
    Refusal,
    ReversalAmountExceeded,
    TooManyReversals,
    TransferNotFound,
)
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Money
from novapay.domain.posting import Leg, post
from novapay.domain.transaction import (
    REVERSALS_MAX,
    Draft,
    Facts,
    Transaction,
    TransactionStatus,
    TransactionType,
    hashes_of,
    house_transaction_id,
)
from novapay.domain.wallet import Wallet, WalletId


@dataclass(frozen=True, slots=True)
class Past:
    """A transaction as its row says, and the entries that the row lists."""

    row: Transaction
    entries: Sequence[Entry | MalformedEntry | None]

    def whole(self) -> Sequence[Entry]:
        """Return the entries.

        Raises:
            InvariantViolated: the row does not agree with them, so nothing may follow from it.
        """
        if disagreement_of(self.row, self.entries) is not None:
            raise _untrue(self.row)
        return [entry for entry in self.entries if isinstance(entry, Entry)]


@dataclass(frozen=True, slots=True)
class Original:
    """What somebody wants to give back.

    Attributes:
        asked: the transaction that was named.
        house: the house's side of an exchange; None within a currency.
        fund: what set a payroll's money aside, for a payment whose row does not say from where.
    """

    asked: Past
    house: Past | None = None
    fund: Past | None = None

    @property
    def payer_wallet_id(self) -> WalletId | None:
        """Where the money goes: the wallet that it came from, never one that only held it."""
        row = self.asked.row
        match row.transaction_type:
            case TransactionType.PAYROLL_PAYMENT if row.payer_wallet_id is None:
                return None if self.fund is None else self.fund.row.sender_wallet_id
            case TransactionType.PAYROLL_PAYMENT | TransactionType.HOLD_CAPTURE:
                return row.payer_wallet_id
        return row.sender_wallet_id


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A completed reversal, and the original with it."""

    reversal: Transaction
    original: Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Decides one reversal; made before anything is read, so that it may be asked again.

    Attributes:
        reverses: the transaction to give back.
        amount_text: how much, in its sender's currency, as the client wrote it; None for the rest.
        reason: the client's words, with their salt.
        caller: who asks.
        key: the client's idempotency key.
        transaction_id: the id that the reversal gets.
    """

    reverses: TransactionId
    amount_text: str | None
    reason: Description
    caller: Caller
    key: IdempotencyKey
    transaction_id: TransactionId

    def decide(
        self, original: Original | None, wallets: Mapping[WalletId, Wallet], *, now: datetime
    ) -> Effect[GivenBack]:
        """Return the reversal, or its refusal, which is stored as a FAILED transaction.

        Args:
            original: what is stored of the transaction to give back; None for nothing.
            wallets: those of its entries, and the payer's.
            now: the instant of the decision.

        Raises:
            TransferNotFound: there is no such transaction, or the caller may not see it.
            NotTheOwner: the caller may see it, and does not own the wallet that was paid.
            ScopeMissing: it is a deposit or a withdrawal, and the caller is not internal.
            InvariantViolated: the original's row and its entries do not agree.
        """
        row = None if original is None else original.asked.row
        if original is None or row is None or not self.caller.may_act_for(*row.known_to()):
            raise TransferNotFound(self.reverses)
        if row.transaction_type.is_internal:
            self.caller.check_scope(Scope.INTERNAL)
        if row.recipient_user_id is not None:
            self.caller.check_acts_for(row.recipient_user_id)
        try:
            return self._give_back(row, original, wallets, now)
        except Refusal as refusal:
            return self._refused(refusal, row, original.payer_wallet_id, now)

    def _give_back(
        self,
        row: Transaction,
        original: Original,
        wallets: Mapping[WalletId, Wallet],
        now: datetime,
    ) -> Effect[GivenBack]:
        _check_reversible(row)
        paid, got = _sides(original.asked.whole())
        if original.fund is not None:
            original.fund.whole()
        amount = self._amount(row, paid)
        after = replace(
            row,
            reversed_units=row.reversed_units + amount.units,
            reversals=(*row.reversals, self.transaction_id),
        )
        back = got_back(after, paid, got).plus(-got_back(row, paid, got).units)
        if back.units == 0:
            raise FxAmountTooSmall(str(amount), amount.currency, back.currency)
        legs = self._legs(row, original.payer_wallet_id, amount=amount, back=back)
        if original.house is not None:
            legs += self._house_legs(row, original.house, amount=amount, back=back)
        house_id = None if original.house is None else house_transaction_id(self.transaction_id)
        draft = self._draft(
            row,
            original.payer_wallet_id,
            amount_text=self.amount_text or str(amount),
            fx_rate=row.fx_rate,
            linked_transaction_id=house_id,
        )
        drafts = [draft] if house_id is None else [draft, self._house_draft(row, house_id)]
        posting = post(legs, wallets, hashes=hashes_of(*drafts), now=now)
        reversal, *house = (Transaction.completed(posting, it) for it in drafts)
        changes: list[Change] = [
            Recorded(reversal),
            Reversed(row, after),
            Posted(posting),
            *map(Recorded, house),
        ]
        return Effect(GivenBack(reversal, after), changes, {"reversals_completed": 1})

    def _amount(self, row: Transaction, paid: Money) -> Money:
        """Return how much of what was paid is given back.

        Raises:
            ReversalAmountExceeded: less than that is left, or nothing.
            TooManyReversals: it was reversed REVERSALS_MAX times.
        """
        left = paid.plus(-row.reversed_units)
        asked = left if self.amount_text is None else Money.parse(self.amount_text, paid.currency)
        if not 0 < asked.units <= left.units:
            raise ReversalAmountExceeded(self.reverses, str(left), left.currency)
        if len(row.reversals) >= REVERSALS_MAX:
            raise TooManyReversals(self.reverses, REVERSALS_MAX)
        return asked

    def _legs(
        self, row: Transaction, payer: WalletId | None, *, amount: Money, back: Money
    ) -> list[Leg]:
        """Return the recipient's leg and the payer's: who was paid pays `back`."""
        if payer is None or row.recipient_wallet_id is None:
            raise _untrue(row)
        debit = Leg(
            transaction_id=self.transaction_id,
            wallet_id=row.recipient_wallet_id,
            user_id=row.recipient_user_id,
            entry_type=EntryType.DEBIT,
            amount=back,
            locked_fx_rate=row.fx_rate,
            description=self.reason,
            key=self.key,
        )
        credit = replace(
            debit,
            wallet_id=payer,
            user_id=row.sender_user_id,
            entry_type=EntryType.CREDIT,
            amount=amount,
        )
        return [debit, credit]

    def _house_legs(
        self, row: Transaction, house: Past, *, amount: Money, back: Money
    ) -> list[Leg]:
        """Return the house's legs: its wallet that gave takes `back`, the other gives `amount`."""
        taker, giver = house.whole()
        if not links_back(row, house.row):
            raise _untrue(row)
        take = Leg(
            transaction_id=house_transaction_id(self.transaction_id),
            wallet_id=giver.wallet_id,
            entry_type=EntryType.CREDIT,
            amount=back,
            locked_fx_rate=row.fx_rate,
        )
        give = replace(take, wallet_id=taker.wallet_id, entry_type=EntryType.DEBIT, amount=amount)
        return [take, give]

    def _refused(
        self, refusal: Refusal, row: Transaction, payer: WalletId | None, now: datetime
    ) -> Effect[GivenBack]:
        refusal.transaction_id = self.transaction_id
        draft = self._draft(row, payer, amount_text=self.amount_text)
        failed = Transaction.refused(refusal, draft, now=now)
        return Effect(refusal, [Recorded(failed)], {"reversals_refused": 1})

    def _draft(self, row: Transaction, payer: WalletId | None, **moved: Unpack[Facts]) -> Draft:
        facts = Facts(
            currency=row.currency,
            sender_wallet_id=row.recipient_wallet_id,
            recipient_wallet_id=payer,
            sender_user_id=row.recipient_user_id,
            recipient_user_id=row.sender_user_id,
            idempotency_key=self.key,
            reverses=self.reverses,
        )
        return Draft(self.transaction_id, TransactionType.REVERSAL, {**facts, **moved}, self.reason)

    def _house_draft(self, row: Transaction, house_id: TransactionId) -> Draft:
        facts = Facts(
            fx_rate=row.fx_rate,
            linked_transaction_id=self.transaction_id,
            reverses=row.linked_transaction_id,
        )
        return Draft(house_id, TransactionType.FX_HOUSE, facts)


def _check_reversible(row: Transaction) -> None:
    if row.status is TransactionStatus.FAILED:
        raise NotReversible(row.transaction_id)
    if not row.transaction_type.is_reversible:
        raise NotReversible(row.transaction_id, f"its type is {row.transaction_type.value}")


def _sides(entries: Sequence[Entry]) -> tuple[Money, Money]:
    """Return what the original took from its sender, and what it gave its recipient."""
    paid, got = sorted(entries, key=lambda entry: entry.entry_type is EntryType.CREDIT)
    return paid.amount, got.amount


def got_back(row: Transaction, paid: Money, got: Money) -> Money:
    """Return how much the recipient has given back in all of a transaction's reversals.

    Between two currencies it is what was reversed, converted at the locked rate and rounded down,
    so it does not depend on how many reversals there were. The last one takes the exact rest, and
    the others leave at least a unit for it.

    Args:
        row: the transaction.
        paid: what its sender paid.
        got: what its recipient got.
    """
    if row.fx_rate is None:
        return Money(row.reversed_units, got.currency)
    if row.reversed_units == paid.units:
        return got
    converted = row.fx_rate.convert(Money(row.reversed_units, paid.currency), got.currency)
    return Money(min(converted.units, got.units - 1), got.currency)


def _untrue(row: Transaction) -> InvariantViolated:
    return InvariantViolated(
        "a transaction that is to be reversed is not what its entries say",
        {"transaction_id": row.transaction_id},
    )
