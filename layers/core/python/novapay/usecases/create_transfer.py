"""Move money from one client's wallet to another's: one read, one commit.

Between two currencies it needs one more read, for the liquidity wallets, and the same commit marks
the quote as used.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    FxQuoteAmountMismatch,
    FxQuoteCurrencyMismatch,
    FxQuoteExpired,
    FxQuoteNotFound,
    FxQuoteRequired,
    FxQuoteUsed,
    FxQuoteUserMismatch,
    InsufficientFunds,
    Refusal,
    SameWallet,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import Answer, Claim, IdempotencyKey
from novapay.domain.posting import Posting, post
from novapay.domain.quote import Quote
from novapay.domain.transfer import (
    Transfer,
    TransferOrder,
    Transferred,
    TransferStatus,
    TransferType,
    entry_keys,
    exchange,
    house_legs,
    house_transaction_id,
    transfer_legs,
)
from novapay.domain.wallet import Wallet, WalletId, WalletKind, require_client
from novapay.store.client import Snapshot
from novapay.store.postings import writes_of
from novapay.store.store import Store
from novapay.store.system_wallets import counterparty_wallets
from novapay.store.tables import quotes, transfers, wallets
from novapay.usecases.once import Effect, commit_once

ERRORS = (
    WalletNotFound,
    FxQuoteNotFound,
    SameWallet,
    InsufficientFunds,
    CurrencyMismatch,
    WalletInactive,
    WalletOwnerMismatch,
    FxQuoteRequired,
    FxQuoteUserMismatch,
    FxQuoteCurrencyMismatch,
    FxQuoteAmountMismatch,
    FxQuoteUsed,
    FxQuoteExpired,
)
"""The errors of a transfer, besides those of `commit_once`."""


def create_transfer(
    store: Store,
    order: TransferOrder,
    *,
    claim: Claim,
    answer: Callable[[Transferred | Refusal], Answer],
) -> Answer:
    """Carry out a transfer, all of it or nothing, once under its key.

    A refusal is a result: it is stored as a FAILED transfer, and under the key.

    Args:
        store: where to read and write.
        order: the client's request.
        claim: the client's idempotency key.
        answer: makes the response from the transfer, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has the sender's or the recipient's id.
        FxQuoteNotFound: no quote has the order's quote id.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    words = order.description
    description = None if words is None else Description(words, store.new_salt())
    transaction_id = TransactionId(store.new_id())
    attempt = _Attempt(store, order, claim.key, transaction_id, description)
    keys = [wallets.key(order.sender_wallet_id), wallets.key(order.recipient_wallet_id)]
    if order.fx_quote_id is not None:
        keys.append(quotes.key(order.fx_quote_id))
    return commit_once(store, claim, keys=keys, decide=attempt.decide, answer=answer)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One order, under an id that stays the same if the decision has to be made again."""

    store: Store
    order: TransferOrder
    key: IdempotencyKey
    transaction_id: TransactionId
    description: Description | None

    def decide(self, snapshot: Snapshot, now: datetime) -> Effect[Transferred]:
        clients = self._clients(snapshot)
        quote = self._quote(snapshot)
        try:
            posting = self._post(clients, quote, now)
        except Refusal as refusal:
            return self._refused(refusal, now)
        return self._completed(posting, quote, now)

    def _clients(self, snapshot: Snapshot) -> dict[WalletId, Wallet]:
        wallet_ids = [self.order.sender_wallet_id, self.order.recipient_wallet_id]
        found = wallets.find(snapshot, wallet_ids)
        return {
            wallet_id: require_client(found.get(wallet_id), wallet_id) for wallet_id in wallet_ids
        }

    def _quote(self, snapshot: Snapshot) -> Quote | None:
        quote_id = self.order.fx_quote_id
        if quote_id is None:
            return None
        quote = quotes.find(snapshot, quote_id)
        if quote is None:
            raise FxQuoteNotFound(quote_id)
        return quote

    def _post(self, clients: dict[WalletId, Wallet], quote: Quote | None, now: datetime) -> Posting:
        order = self.order
        legs = transfer_legs(order, self.transaction_id, self.description, quote)
        held = clients[order.recipient_wallet_id].currency
        if quote is None:
            if clients[order.sender_wallet_id].currency == order.amount.currency != held:
                raise FxQuoteRequired(order.amount.currency, held)
            return post(legs, clients, now=now)
        quote.check_fits(user_id=order.sender_user_id, amount=order.amount, to_currency=held)
        quote.check_usable(now)
        liquidity = counterparty_wallets(
            self.store.database,
            order.sender_wallet_id,
            kind=WalletKind.LIQUIDITY,
            currencies=[quote.from_amount.currency, quote.to_amount.currency],
            now=now,
        )
        legs += house_legs(quote, house_transaction_id(self.transaction_id), liquidity)
        house = {wallet.wallet_id: wallet for wallet in liquidity.values()}
        return post(legs, {**clients, **house}, now=now)

    def _refused(self, refusal: Refusal, now: datetime) -> Effect[Transferred]:
        refusal.transaction_id = self.transaction_id
        failed = replace(
            self._transfer(now),
            status=TransferStatus.FAILED,
            failure_code=refusal.code,
            failure_detail=refusal.detail,
        )
        return Effect(refusal, [transfers.create(failed)], "transfers_refused")

    def _completed(
        self, posting: Posting, quote: Quote | None, now: datetime
    ) -> Effect[Transferred]:
        transfer = replace(
            self._transfer(posting.entries[0].created_at),
            entries=entry_keys(posting, self.transaction_id),
        )
        writes = writes_of(posting)
        if quote is not None:
            transfer, house = exchange(transfer, quote, posting)
            writes += [transfers.create(house)]
            writes += [quotes.consume(quote, self.transaction_id, now=now)]
        balance = posting.after[self.order.sender_wallet_id].balance
        return Effect(
            Transferred(transfer, balance),
            [transfers.create(transfer), *writes],
            "transfers_completed" if quote is None else "fx_transfers_completed",
        )

    def _transfer(self, created_at: datetime) -> Transfer:
        order = self.order
        return Transfer(
            transaction_id=self.transaction_id,
            transfer_type=TransferType.TRANSFER,
            status=TransferStatus.COMPLETED,
            created_at=created_at,
            amount_text=order.amount_text,
            currency=order.amount.currency,
            sender_wallet_id=order.sender_wallet_id,
            recipient_wallet_id=order.recipient_wallet_id,
            sender_user_id=order.sender_user_id,
            recipient_user_id=order.recipient_user_id,
            fx_quote_id=order.fx_quote_id,
            description=order.description,
            idempotency_key=self.key,
        )
