"""Move money from one client's wallet to another's: one read, one commit.

Between two currencies it needs one more read, for the liquidity wallets, and the same commit marks
the quote as used.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from novapay.domain.effect import Effect
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
    ReferenceTaken,
    Refusal,
    SameWallet,
    WalletFrozen,
    WalletInactive,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.metadata import Metadata
from novapay.domain.transfer import Transfer, TransferOrder, Transferred, liquidity_of
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import quotes, wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (
    WalletNotFound,
    FxQuoteNotFound,
    SameWallet,
    InsufficientFunds,
    CurrencyMismatch,
    WalletFrozen,
    WalletInactive,
    WalletOwnerMismatch,
    FxQuoteRequired,
    FxQuoteUserMismatch,
    FxQuoteCurrencyMismatch,
    FxQuoteAmountMismatch,
    FxQuoteUsed,
    FxQuoteExpired,
    ReferenceTaken,
)
"""The errors of a transfer, besides those of `commit_once`."""


def create_transfer(
    resources: Resources,
    order: TransferOrder,
    *,
    keyed_request: KeyedRequest,
    answer: Callable[[Transferred | Refusal], Answer],
) -> Answer:
    """Carry out a transfer, all of it or nothing, once under its key.

    A refusal is a result: it is stored as a FAILED transfer, and under the key.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        order: the client's request.
        keyed_request: the client's idempotency key.
        answer: makes the response from the transfer, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has the sender's or the recipient's id.
        FxQuoteNotFound: no quote has the order's quote id.
        ReferenceTaken: the caller has used the reference for another movement.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    transfer = Transfer(
        order,
        keyed_request.key,
        TransactionId(resources.new_id()),
        Description.salted(order.description, resources.new_salt),
        Metadata.salted(order.metadata, resources.new_salt),
    )
    sender, quote_id = order.sender_wallet_id, order.fx_quote_id
    keys = [wallets.key(sender), wallets.key(order.recipient_wallet_id)]
    if quote_id is None:
        load = Load(keys)
    else:

        def liquidity(snapshot: Snapshot) -> Sequence[Key]:
            quote = quotes.find(snapshot, quote_id)
            if quote is None:
                return []
            return [wallets.key(it.wallet_id) for it in liquidity_of(sender, quote)]

        load = Load([*keys, quotes.key(quote_id)], then=liquidity)

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Transferred]:
        quote = None if quote_id is None else quotes.find(snapshot, quote_id)
        return transfer.decide(wallets.all_in(snapshot), quote, now=now)

    return commit_once(
        resources, keyed_request, load, decide, answer=answer, reference=order.reference
    )
