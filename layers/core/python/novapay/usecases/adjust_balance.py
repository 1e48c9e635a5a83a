"""Deposit or withdraw: a posting between a client's wallet and the settlement wallets."""

from collections.abc import Callable
from datetime import datetime

from novapay.domain.adjustment import Adjustment, settlement_of
from novapay.domain.effect import Effect
from novapay.domain.entry import EntryType, TransactionId
from novapay.domain.errors import (
    InsufficientFunds,
    OutcomeUnknown,
    Refusal,
    WalletInactive,
    WalletNotFound,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.wallet import Wallet, WalletId
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import wallets
from novapay.usecases.deciding import Load, commit_once

ERRORS = (WalletNotFound, WalletInactive, InsufficientFunds, OutcomeUnknown)
"""What it may end in, beside what any commit can end in."""


def adjust_balance(
    resources: Resources,
    *,
    wallet_id: WalletId,
    entry_type: EntryType,
    amount_text: str,
    keyed_request: KeyedRequest | None,
    answer: Callable[[Wallet | Refusal], Answer],
) -> Answer:
    """Credit or debit a wallet against the settlement wallet of its currency.

    Three round trips: the wallet, the settlement wallet of its currency, the commit.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        wallet_id: the client's wallet.
        entry_type: CREDIT for a deposit, DEBIT for a withdrawal.
        amount_text: the amount as the client wrote it.
        keyed_request: the client's idempotency key; None if it sent none.
        answer: makes the response from the wallet after the posting, or from the refusal.

    Raises:
        WalletNotFound: no client wallet has this id.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    adjustment = Adjustment(
        TransactionId(resources.new_id()),
        wallet_id,
        entry_type,
        amount_text,
        None if keyed_request is None else keyed_request.key,
    )

    def settlement(snapshot: Snapshot) -> list[Key]:
        wallet = wallets.all_in(snapshot).get(wallet_id)
        return [] if wallet is None else [wallets.key(settlement_of(wallet).wallet_id)]

    def decide(snapshot: Snapshot, now: datetime) -> Effect[Wallet]:
        return adjustment.decide(wallets.all_in(snapshot), now=now)

    load = Load([wallets.key(wallet_id)], then=settlement)
    return commit_once(resources, keyed_request, load, decide, answer=answer)
