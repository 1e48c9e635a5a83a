"""Faults: named by their place, so that one is one however often and by whatever it is found."""

from typing import TYPE_CHECKING

import pytest

from novapay.domain.errors import InvariantViolated
from novapay.domain.fault import (
    REASON_LENGTH_MAX,
    Fault,
    FaultKind,
    Place,
    distinct,
    fault_of,
)
from tests.support.domain import id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

WALLET = id_of("a wallet")
DIMENSION_LENGTH_MAX = 1024


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize("subject", [WALLET, "USD", None])
@pytest.mark.parametrize("sequence", [1, 14_000, None])
@pytest.mark.parametrize("reason", ["wrong-hash", "an item of wallets cannot be read"])
def test_a_fault_is_read_as_it_was_written(
    kind: FaultKind, subject: str | None, sequence: int | None, reason: str
) -> None:
    fault = Fault(Place(kind, subject, sequence), reason)

    assert Fault.parse(str(fault)) == fault


@pytest.mark.parametrize("text", ["", "wallet", "wallet a 1", "house a 1 no", "wallet a one no"])
def test_what_somebody_else_wrote_is_a_fault_elsewhere(text: str) -> None:
    assert Fault.parse(text) == Fault(Place(FaultKind.OTHER), text)


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({"wallet_id": WALLET, "sequence": "3"}, Place(FaultKind.WALLET, WALLET, 3)),
        ({"walletId": WALLET}, Place(FaultKind.WALLET, WALLET)),
        ({"transaction_id": WALLET}, Place(FaultKind.TRANSACTION, WALLET)),
        ({"transactionId": WALLET}, Place(FaultKind.TRANSACTION, WALLET)),
        ({"job_id": WALLET}, Place(FaultKind.PAYROLL_JOB, WALLET)),
        ({"jobId": WALLET, "part": "head"}, Place(FaultKind.PAYROLL_JOB, WALLET)),
        ({"writes": "101"}, Place(FaultKind.OTHER)),
        ({}, Place(FaultKind.OTHER)),
    ],
)
def test_a_violation_is_where_its_facts_say(facts: "Mapping[str, str]", place: Place) -> None:
    assert fault_of(InvariantViolated("it is broken", dict(facts))) == Fault(place, "it is broken")


@pytest.mark.parametrize("subject", ["", "a b", "é", "x" * 65, "-\n", "a/b"])
def test_an_id_that_somebody_made_up_is_not_carried_on(subject: str) -> None:
    fault = fault_of(InvariantViolated("it is broken", {"wallet_id": subject, "sequence": "1.5"}))

    assert fault == Fault(Place(FaultKind.OTHER), "it is broken")


@pytest.mark.parametrize("what", ["x" * 2000, "é" * 2000, "a\nb\x00c\N{SNOWMAN}"])
def test_a_fault_is_a_dimension_that_cloudwatch_takes(what: str) -> None:
    text = str(fault_of(InvariantViolated(what, {"wallet_id": "w" * 64, "sequence": "9" * 9})))

    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= DIMENSION_LENGTH_MAX
    assert len(Fault.parse(text).reason) <= REASON_LENGTH_MAX


def test_one_place_is_one_fault_whatever_was_found_there() -> None:
    place, other = Place(FaultKind.WALLET, WALLET, 3), Place(FaultKind.WALLET, WALLET, 4)
    found = [Fault(place, "wrong-hash"), Fault(other, "wrong-hash"), Fault(place, "changed-entry")]

    assert distinct(found) == distinct(reversed(found))
    assert [fault.place for fault in distinct(found)] == [place, other]
