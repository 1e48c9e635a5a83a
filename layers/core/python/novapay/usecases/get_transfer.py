"""Get one transfer: the request and its outcome."""

from dataclasses import replace

from novapay.domain.caller import Caller
from novapay.domain.entry import TransactionId
from novapay.domain.errors import TransferNotFound
from novapay.domain.transaction import Transaction
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
    if transfer is None or not caller.may_act_for(*transfer.known_to()):
        raise TransferNotFound(transaction_id)
    if not caller.may_act_for(transfer.sender_user_id):
        return replace(transfer, idempotency_key=None)
    return transfer
