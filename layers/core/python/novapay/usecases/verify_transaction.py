"""Check the double-entry invariant of one transaction from what is stored now."""

from novapay.domain.caller import Caller
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.errors import TransactionNotFound
from novapay.domain.invariant import Imbalance, imbalance_of
from novapay.domain.meter import INVARIANT_VIOLATIONS
from novapay.store.store import Store
from novapay.store.tables import ledger, transfers


def verify_transaction(
    store: Store, transaction_id: TransactionId, caller: Caller
) -> Imbalance | None:
    """Return why the transaction is not balanced, or None where it is. Two reads.

    A broken invariant is counted in `INVARIANT_VIOLATIONS`.

    Raises:
        TransactionNotFound: there is none, or it was refused and moved nothing, or the
            caller may not see it.
        StoreUnavailable: DynamoDB did not answer.
    """
    transfer = transfers.get_posted_transfer(store.database, transaction_id)
    entries = ledger.get_entries(store.database, transfer.entries)
    owners = [entry.user_id for entry in entries if isinstance(entry, Entry)]
    if not caller.may_act_for(*transfer.known_to(), *owners):
        raise TransactionNotFound(transaction_id)
    imbalance = imbalance_of(entries, transaction_id=transaction_id, locked=transfer.fx_rate)
    if imbalance is not None:
        store.meter.count(INVARIANT_VIOLATIONS)
    return imbalance
