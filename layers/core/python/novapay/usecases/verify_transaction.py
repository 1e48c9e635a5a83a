"""Check one transaction from what is stored now: its entries, and its row against them."""

from novapay.domain.agreement import (
    disagreement_of,
    holds_its_reversals,
    is_reversal_of,
    links_back,
)
from novapay.domain.caller import Caller
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.errors import TransactionNotFound
from novapay.domain.hold import hold_after
from novapay.domain.invariant import Imbalance, faults_of
from novapay.domain.transaction import Transaction, TransactionStatus, TransactionType
from novapay.store.client import BATCH_READS_MAX
from novapay.store.resources import Resources
from novapay.store.tables import holds, ledger, transfers


def verify_transaction(
    resources: Resources, transaction_id: TransactionId, caller: Caller
) -> Imbalance | None:
    """Return what is wrong with the transaction, or None where nothing is.

    Two reads, and a third for what it names: the other side of an exchange or of a final capture,
    what it reverses, what reverses it; for a hold two more, for its state and for what has moved
    it. A fault is counted as a violation.

    Raises:
        TransactionNotFound: there is none, or it was refused and moved nothing, or the
            caller may not see it.
        StoreUnavailable: DynamoDB did not answer.
    """
    transaction = transfers.get_transaction(resources.database, transaction_id)
    if transaction is None or _moved_nothing(transaction):
        raise TransactionNotFound(transaction_id)
    # No transaction has more entries than one read takes: a longer list is not ours.
    listed = transaction.entries[:BATCH_READS_MAX]
    entries = ledger.get_entries(resources.database, listed)
    owners = [entry.user_id for entry in entries if isinstance(entry, Entry)]
    if not caller.may_act_for(*transaction.known_to(), *owners):
        raise TransactionNotFound(transaction_id)
    fault = disagreement_of(transaction, entries)
    if fault is None and not (
        _others_agree(resources, transaction) and _movements_agree(resources, transaction)
    ):
        fault = Imbalance.CHANGED_TRANSACTION
    if fault is not None:
        faults = faults_of(transaction_id, listed, entries, reason=fault)
        resources.meter.violation(*faults)
    return fault


def _moved_nothing(transaction: Transaction) -> bool:
    """A refused transfer has no entries; one that lists some was not refused."""
    return transaction.status is TransactionStatus.FAILED and not transaction.entries


def _others_agree(resources: Resources, transaction: Transaction) -> bool:
    linked, reverses = transaction.linked_transaction_id, transaction.reverses
    named = [it for it in (linked, reverses) if it is not None]
    rows = transfers.get_transactions(resources.database, [*named, *transaction.reversals])
    found: dict[TransactionId | None, Transaction] = {row.transaction_id: row for row in rows}
    is_reversal = transaction.transaction_type is TransactionType.REVERSAL
    return (
        (linked is None or links_back(transaction, found.get(linked)))
        and (not is_reversal or is_reversal_of(transaction, found.get(reverses)))
        and holds_its_reversals(
            transaction, [row for row in rows if row.transaction_id not in named]
        )
    )


def _movements_agree(resources: Resources, transaction: Transaction) -> bool:
    """Return whether a hold's state is what its captures and its release have made of it."""
    if transaction.transaction_type is not TransactionType.HOLD:
        return True
    hold = holds.get_hold(resources.database, transaction.transaction_id)
    if hold is None:
        return False
    found = transfers.get_transactions(resources.database, hold.movements)
    are_its_own = all(
        it.hold_id == hold.hold_id and it.entries and it.status is TransactionStatus.COMPLETED
        for it in found
    )
    return are_its_own and hold_after(hold.transaction, found) == hold
