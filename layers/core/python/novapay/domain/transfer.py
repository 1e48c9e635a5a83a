"""A transfer: what a client asks for, and the decision about it.

Between two currencies the sender's and the recipient's entries are one transaction. The system's
side is another one, linked to it, on the liquidity wallets: so each currency sums to zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Unpack

from novapay.domain.effect import Change, Effect, Posted, QuoteUsed, Recorded
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import FxQuoteNotFound, FxQuoteRequired, Refusal, SameWallet
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.metadata import Metadata
from novapay.domain.money import Money
from novapay.domain.posting import Leg, movement, post
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.reference import ScopedReference
from novapay.domain.transaction import (
    Draft,
    Facts,
    Transaction,
    TransactionType,
    hashes_of,
    house_transaction_id,
)
from novapay.domain.wallet import (
    SystemWallet,
    UserId,
    Wallet,
    WalletId,
    WalletKind,
    require_client,
)


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
    reference: ScopedReference | None = None
    metadata: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Transferred:
    """A completed transfer, and the sender's balance after it."""

    transfer: Transaction
    sender_balance: Money


@dataclass(frozen=True, slots=True)
class Transfer:
    """Decides one order; made before anything is read, so that it may be asked again.

    Attributes:
        order: the client's request.
        key: the client's idempotency key.
        transaction_id: the id that the transfer gets.
        description: the order's words with their salt; None if it has none.
        metadata: the order's pairs with their salt; None if it has none.
    """

    order: TransferOrder
    key: IdempotencyKey
    transaction_id: TransactionId
    description: Description | None
    metadata: Metadata | None = None

    def decide(
        self, wallets: Mapping[WalletId, Wallet], quote: Quote | None, *, now: datetime
    ) -> Effect[Transferred]:
        """Return the transfer, or its refusal, which is stored as a FAILED transaction.

        Args:
            wallets: the sender's and the recipient's, and with a quote those of `liquidity_of`
                that are stored already.
            quote: the one that the order names, if it was found.
            now: the instant of the decision.

        Raises:
            WalletNotFound: no client wallet has the sender's or the recipient's id.
            FxQuoteNotFound: the order names a quote that was not found.
        """
        order = self.order
        for wallet_id in (order.sender_wallet_id, order.recipient_wallet_id):
            require_client(wallets.get(wallet_id), wallet_id)
        try:
            if order.fx_quote_id is None:
                return self._within_a_currency(wallets, now)
            if quote is None:
                raise FxQuoteNotFound(order.fx_quote_id)
            return self._exchange(wallets, quote, now)
        except Refusal as refusal:
            return self._refused(refusal, now)

    def _within_a_currency(
        self, wallets: Mapping[WalletId, Wallet], now: datetime
    ) -> Effect[Transferred]:
        order = self.order
        held = wallets[order.recipient_wallet_id].currency
        legs = self._legs(None)
        if wallets[order.sender_wallet_id].currency == order.amount.currency != held:
            raise FxQuoteRequired(order.amount.currency, held)
        draft = self._draft()
        posting = post(legs, wallets, hashes=hashes_of(draft), now=now)
        transfer = Transaction.completed(posting, draft)
        balance = posting.after[order.sender_wallet_id].balance
        return Effect(
            Transferred(transfer, balance),
            [Recorded(transfer), Posted(posting)],
            {"transfers_completed": 1},
        )

    def _exchange(
        self, wallets: Mapping[WalletId, Wallet], quote: Quote, now: datetime
    ) -> Effect[Transferred]:
        order = self.order
        legs = self._legs(quote)
        held = wallets[order.recipient_wallet_id].currency
        quote.check_fits(user_id=order.sender_user_id, amount=order.amount, to_currency=held)
        quote.check_usable(now)
        taking, giving = liquidity_of(order.sender_wallet_id, quote)
        house_id = house_transaction_id(self.transaction_id)
        legs += house_legs(quote, house_id, taking=taking, giving=giving)
        system = {it.wallet_id: it.found_in(wallets, now=now) for it in (taking, giving)}
        draft = self._draft(fx_rate=quote.rate, linked_transaction_id=house_id)
        house = Draft(
            house_id,
            TransactionType.FX_HOUSE,
            Facts(
                fx_rate=quote.rate,
                fx_quote_id=quote.quote_id,
                linked_transaction_id=self.transaction_id,
            ),
        )
        hashes = hashes_of(draft, house)
        posting = post(legs, {**wallets, **system}, hashes=hashes, now=now)
        transfer = Transaction.completed(posting, draft)
        changes: list[Change] = [
            Recorded(transfer),
            Posted(posting),
            Recorded(Transaction.completed(posting, house)),
            QuoteUsed(quote, self.transaction_id, now),
        ]
        balance = posting.after[order.sender_wallet_id].balance
        return Effect(Transferred(transfer, balance), changes, {"fx_transfers_completed": 1})

    def _legs(self, quote: Quote | None) -> list[Leg]:
        """Return the sender's leg and the recipient's.

        Raises:
            SameWallet: sender and recipient are one wallet.
        """
        order = self.order
        if order.sender_wallet_id == order.recipient_wallet_id:
            raise SameWallet(order.sender_wallet_id)
        debit, credit = movement(
            self.transaction_id,
            order.amount,
            source=order.sender_wallet_id,
            source_user=order.sender_user_id,
            target=order.recipient_wallet_id,
            target_user=order.recipient_user_id,
            description=self.description,
            key=self.key,
        )
        if quote is None:
            return [debit, credit]
        return [
            replace(debit, locked_fx_rate=quote.rate),
            replace(credit, locked_fx_rate=quote.rate, amount=quote.to_amount),
        ]

    def _refused(self, refusal: Refusal, now: datetime) -> Effect[Transferred]:
        refusal.transaction_id = self.transaction_id
        failed = Transaction.refused(refusal, self._draft(), now=now)
        return Effect(refusal, [Recorded(failed)], {"transfers_refused": 1})

    def _draft(self, **exchange: Unpack[Facts]) -> Draft:
        order = self.order
        facts = Facts(
            amount_text=order.amount_text,
            currency=order.amount.currency,
            sender_wallet_id=order.sender_wallet_id,
            recipient_wallet_id=order.recipient_wallet_id,
            sender_user_id=order.sender_user_id,
            recipient_user_id=order.recipient_user_id,
            fx_quote_id=order.fx_quote_id,
            idempotency_key=self.key,
            reference=None if order.reference is None else order.reference.text,
            metadata=self.metadata,
        )
        return Draft(
            self.transaction_id,
            TransactionType.TRANSFER,
            {**facts, **exchange},
            self.description,
        )


def liquidity_of(sender: WalletId, quote: Quote) -> tuple[SystemWallet, SystemWallet]:
    """Return the liquidity wallets of an exchange: what takes the sender's money, what gives."""
    taking, giving = (
        SystemWallet.opposite(sender, WalletKind.LIQUIDITY, currency)
        for currency in (quote.from_amount.currency, quote.to_amount.currency)
    )
    return taking, giving


def house_legs(
    quote: Quote, transaction_id: TransactionId, *, taking: SystemWallet, giving: SystemWallet
) -> list[Leg]:
    """Return the system's side of an FX transfer, so that each currency sums to zero.

    The liquidity wallets receive what the sender pays, and pay what the recipient receives.

    Args:
        quote: the locked rate and both amounts.
        transaction_id: the id of the system's transaction.
        taking: the liquidity wallet of the sender's currency.
        giving: that of the recipient's.
    """
    given, taken = movement(
        transaction_id, quote.from_amount, source=giving.wallet_id, target=taking.wallet_id
    )
    return [
        replace(taken, locked_fx_rate=quote.rate),
        replace(given, locked_fx_rate=quote.rate, amount=quote.to_amount),
    ]
