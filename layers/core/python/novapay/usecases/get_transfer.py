"""Get one transfer: the request and its outcome."""

from dataclasses import replace

from novapay.domain.caller import Caller
from novapay.domain.entry import TransactionId
from novapay.domain.errors import TransferNotFound
from novapay.domain.transaction import Transaction, TransactionStatus
from novapay.store.resources import Resources
from novapay.store.tables import transfers


def get_transfer(
    resources: Resources, transaction_id: TransactionId, caller: Caller
) -> Transaction:
    """Return a transaction of any type, refused ones too. One read.

    Only callers that may act for the sender see the idempotency key: its text may be private.

    Raises:
        TransferNotFound: there is none, or the caller may not see it.
        StoreUnavailable: DynamoDB did not answer.
    """
    transfer = transfers.get_transaction(resources.database, transaction_id)
    seen = None if transfer is None else seen_by(caller, transfer)
    if seen is None:
        raise TransferNotFound(transaction_id)
    return seen


def seen_by(
    caller: Caller, transfer: Transaction, *, sees_made: bool = False
) -> Transaction | None:
    """Return what a caller may see of a transaction; None if that is nothing.

    Args:
        caller: who wants to see it.
        transfer: any transaction.
        sees_made: whether the caller sees one of its entries, so that it may see all that moved
            money; a refusal is visible to its sender only.
    """
    is_made = transfer.status is TransactionStatus.COMPLETED
    if not (sees_made and is_made) and not caller.may_act_for(*transfer.known_to()):
        return None
    if not caller.may_act_for(transfer.sender_user_id):
        return replace(transfer, idempotency_key=None)
    return transfer
