"""What every use case is given: the tables, the committer, the clock and new ids."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from novapay.domain.meter import Meter
from novapay.store.client import Database
from novapay.store.commit import Committer


@dataclass(frozen=True, slots=True)
class Resources:
    """The dependencies of a use case.

    Attributes:
        database: reads the tables.
        committer: writes all of a decision's writes, or none.
        meter: counts events.
        now: returns the present instant, UTC.
        new_id: returns a new UUID.
        new_salt: returns new random hex characters.
    """

    database: Database
    committer: Committer
    meter: Meter
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], str]
