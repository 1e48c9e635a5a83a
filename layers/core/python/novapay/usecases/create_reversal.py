"""Give all or a part of an earlier movement back: two reads, one commit.

The first read finds the original and, if it was an exchange, the house's side of it. They name the
entries and the wallets, which the second read finds.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.effect import Effect
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    FxAmountTooSmall,
    InsufficientFunds,
    NotReversible,
    NotTheOwner,
    Refusal,
    ReversalAmountExceeded,
    ScopeMissing,
    TooManyReversals,
    TransferNotFound,
    WalletFrozen,
    WalletInactive,
)
from novapay.domain.idempotency import Answer, KeyedRequest
from novapay.domain.payroll_money import fund_transaction_id, parse_item_key
from novapay.domain.reversal import GivenBack, Original, Past, Reversal
from novapay.domain.transaction import Transaction, TransactionType, house_transaction_id
from novapay.store.client import Key, Snapshot
from novapay.store.resources import Resources
from novapay.store.tables import ledger, transfers, wallets
from novapay.usecases.deciding import Load, commit_once

ENTRIES_MAX = 10
"""More entries than any transaction has that a reversal looks at: a longer list is not ours."""

ERRORS = (
    TransferNotFound,
    NotTheOwner,
    ScopeMissing,
    NotReversible,
    ReversalAmountExceeded,
    TooManyReversals,
    InsufficientFunds,
    WalletFrozen,
    WalletInactive,
    FxAmountTooSmall,
)
"""The errors of a reversal, besides those of `commit_once`."""


def create_reversal(
    resources: Resources,
    reverses: TransactionId,
    *,
    amount_text: str | None,
    reason: str,
    caller: Caller,
    keyed_request: KeyedRequest,
    answer: Callable[[GivenBack | Refusal], Answer],
) -> Answer:
    """Give a transaction back, all of it or a part, once under the key.

    A refusal is a result: it is stored as a FAILED transaction, and under the key.
    Three round trips. A payroll payment that was stored before its row named the payer's wallet
    takes a fourth, for the transaction that set its money aside.

    Args:
        resources: what it works with: the tables, the clock, new ids.
        reverses: the transaction to give back.
        amount_text: how much, as the client wrote it; None for all that is left.
        reason: the client's words.
        caller: who asks.
        keyed_request: the client's idempotency key.
        answer: makes the response from the reversal, or from the refusal.

    Raises:
        TransferNotFound: there is no such transaction, or the caller may not see it.
        NotTheOwner, ScopeMissing: the caller may not give it back.
        IdempotencyKeyReused, Processing, Contention, StoreUnavailable: see `commit_once`.
    """
    reversal = Reversal(
        reverses=reverses,
        amount_text=amount_text,
        reason=Description(reason, resources.new_salt()),
        caller=caller,
        key=keyed_request.key,
        transaction_id=TransactionId(resources.new_id()),
    )

    def named(snapshot: Snapshot) -> Sequence[Key]:
        original = _original(snapshot, reverses)
        return [] if original is None else _named_by(original)

    def decide(snapshot: Snapshot, now: datetime) -> Effect[GivenBack]:
        return reversal.decide(_original(snapshot, reverses), wallets.all_in(snapshot), now=now)

    keys = [transfers.key(reverses), transfers.key(house_transaction_id(reverses))]
    return commit_once(resources, keyed_request, Load(keys, then=named), decide, answer=answer)


def _original(snapshot: Snapshot, reverses: TransactionId) -> Original | None:
    """Return what was found of the original so far."""
    asked = _past(snapshot, reverses)
    if asked is None:
        return None
    fund_id = _fund_id(asked.row)
    return Original(
        asked,
        house=_past(snapshot, house_transaction_id(reverses)),
        fund=None if fund_id is None else _past(snapshot, fund_id),
    )


def _named_by(original: Original) -> list[Key]:
    """Return what the rows of the original name: entries, wallets, and a payroll's funding."""
    if not original.asked.row.transaction_type.is_reversible:
        return []
    fund_id = _fund_id(original.asked.row)
    keys = [] if fund_id is None else [transfers.key(fund_id)]
    for past in (original.asked, original.house, original.fund):
        listed = () if past is None else past.row.entries[:ENTRIES_MAX]
        keys += [ledger.key(entry) for entry in listed]
        if past is not original.fund:
            keys += [wallets.key(entry.wallet_id) for entry in listed]
    payer = original.payer_wallet_id
    return keys if payer is None else [*keys, wallets.key(payer)]


def _past(snapshot: Snapshot, transaction_id: TransactionId) -> Past | None:
    row = transfers.find(snapshot, transaction_id)
    if row is None:
        return None
    return Past(row, [ledger.find(snapshot, it) for it in row.entries[:ENTRIES_MAX]])


def _fund_id(row: Transaction) -> TransactionId | None:
    """Return what set the money of a payment aside, if its row does not name the payer's wallet."""
    if row.transaction_type is not TransactionType.PAYROLL_PAYMENT or row.payer_wallet_id:
        return None
    item = parse_item_key(row.idempotency_key)
    return None if item is None else fund_transaction_id(item[0])
