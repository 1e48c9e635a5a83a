"""Get the entries of one transaction."""

from novapay.domain.caller import Caller
from novapay.domain.chain import MalformedEntry
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.errors import InvariantViolated, TransactionNotFound
from novapay.domain.transaction import EntryKey
from novapay.store.resources import Resources
from novapay.store.tables import ledger, transfers


def get_transaction(
    resources: Resources, transaction_id: TransactionId, caller: Caller
) -> list[Entry]:
    """Return the entries in the order in which they were posted. Two reads.

    Users see the entries of their own wallets only, because an entry contains the balance.

    Raises:
        TransactionNotFound: there is none, or it was refused and moved nothing, or the caller may
            see none of its entries.
        InvariantViolated: an entry is missing or cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    transfer = transfers.get_posted_transaction(resources.database, transaction_id)
    entries = [
        _own(entry, key, transaction_id)
        for key, entry in zip(
            transfer.entries, ledger.get_entries(resources.database, transfer.entries), strict=True
        )
    ]
    if not entries:
        raise InvariantViolated("its entries are gone", {"transaction_id": transaction_id})
    seen = [entry for entry in entries if caller.may_act_for(entry.user_id)]
    if not seen:
        raise TransactionNotFound(transaction_id)
    return seen


def _own(
    entry: Entry | MalformedEntry | None, key: EntryKey, transaction_id: TransactionId
) -> Entry:
    facts = {"transaction_id": str(transaction_id)}
    if entry is None:
        raise InvariantViolated("an entry is gone", facts)
    found = ledger.readable(entry, key.wallet_id)
    if found.transaction_id != transaction_id:
        raise InvariantViolated("an entry of another transaction is in its place", facts)
    return found
