"""Get one hold: what was set aside, and what became of it."""

from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.entry import TransactionId
from novapay.domain.errors import HoldNotFound
from novapay.domain.hold import Hold
from novapay.store.resources import Resources
from novapay.store.tables import holds


def get_hold(resources: Resources, hold_id: TransactionId, caller: Caller) -> tuple[Hold, datetime]:
    """Return a hold, and the instant of its status. One read.

    Raises:
        HoldNotFound: there is none, or the caller may act for neither its owner nor its payee.
        StoreUnavailable: DynamoDB did not answer.
    """
    hold = holds.get_hold(resources.database, hold_id)
    if hold is None:
        raise HoldNotFound(hold_id)
    hold.check_known_to(caller)
    return hold, resources.now()
