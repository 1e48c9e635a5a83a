"""Where the ledger is broken: what a failed integrity check found, and where to look.

A fault is named by its place alone, so that it stays one fault, however many checks find it. The
name is a dimension of a metric: docs/metrics.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from novapay.domain.errors import InvariantViolated

REASON_LENGTH_MAX = 100
NONE = "-"

_SUBJECT = re.compile(r"[A-Za-z0-9-]{1,64}")
_NOT_PLAIN = re.compile(r"[^ -~]+")


class FaultKind(StrEnum):
    """What is broken."""

    WALLET = "wallet"
    TRANSACTION = "transaction"
    PAYROLL_JOB = "payroll-job"
    TRIAL_BALANCE = "trial-balance"
    AUDIT_LOG = "audit-log"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """What tells one fault from another.

    Attributes:
        kind: what is broken.
        subject: which one: an id, or the currency of a trial balance; None where there is one only.
        sequence: the number of the entry or record; None where it is not about one.
    """

    kind: FaultKind
    subject: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken place, and in a few words what is wrong there."""

    place: Place
    reason: str

    def __str__(self) -> str:
        place = self.place
        is_plain = place.subject is not None and _SUBJECT.fullmatch(place.subject)
        subject = place.subject if is_plain else NONE
        return f"{place.kind} {subject} {place.sequence or NONE} {self.reason}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the fault that `str` wrote; what somebody else wrote is a fault elsewhere."""
        try:
            kind, subject, sequence, reason = text.split(" ", 3)
            number = None if sequence == NONE else int(sequence)
            place = Place(FaultKind(kind), None if subject == NONE else subject, number)
        except ValueError:
            return cls(Place(FaultKind.OTHER), text)
        return cls(place, reason)


def fault_of(violation: InvariantViolated) -> Fault:
    """Return the fault that an error is about, from the ids among its facts."""
    sequence = violation.facts.get("sequence", "")
    number = int(sequence) if sequence.isdecimal() else None
    reason = _NOT_PLAIN.sub("?", violation.what)[:REASON_LENGTH_MAX]
    for name, kind in SUBJECTS.items():
        subject = violation.facts.get(name, "")
        if _SUBJECT.fullmatch(subject):
            return Fault(Place(kind, subject, number), reason)
    return Fault(Place(FaultKind.OTHER), reason)


def distinct(faults: Iterable[Fault]) -> list[Fault]:
    """Return one fault of each place, in an order that does not change."""
    found = {fault.place: fault for fault in sorted(faults, key=str)}
    return list(found.values())


SUBJECTS = {
    "wallet_id": FaultKind.WALLET,
    "walletId": FaultKind.WALLET,
    "transaction_id": FaultKind.TRANSACTION,
    "transactionId": FaultKind.TRANSACTION,
    "job_id": FaultKind.PAYROLL_JOB,
    "jobId": FaultKind.PAYROLL_JOB,
}
"""The facts of a violation that say where it is: ours, and those of an item's key."""
