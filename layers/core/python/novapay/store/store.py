"""What a use case is handed: the tables, the committer, the time and fresh ids."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from novapay.domain.meter import Meter
from novapay.store.client import Database
from novapay.store.commit import Committer


@dataclass(frozen=True, slots=True)
class Store:
    """The means of a use case.

    Attributes:
        database: reads.
        committer: writes, all of a decision's or none.
        meter: counts what happened.
        now: returns the present instant, UTC.
        new_id: returns a fresh UUID.
        new_salt: returns fresh hex characters.
    """

    database: Database
    committer: Committer
    meter: Meter
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], str]
