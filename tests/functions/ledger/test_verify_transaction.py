"""GET /ledger/transactions/{transactionId}/verify"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api import Api, Reply
from tests.support.bank import Account
from tests.support.domain import id_of
from tests.support.intruder import Intruder, forged
from tests.support.printed import Printed

OPERATION = "ledger/verify_transaction"
METRIC = "ledger_invariant_violations_total"


@pytest.fixture
def alice(api: Api) -> Account:
    return api.bank.account(holding="100")


@pytest.fixture
def transaction_id(api: Api, alice: Account) -> str:
    """Return the id of a transfer of alice's: her entry number 2."""
    return str(api.transfer(alice, api.bank.account(), "40").body["transactionId"])


def verify(api: Api, transaction_id: str) -> Reply:
    return api.call(OPERATION, path={"transactionId": transaction_id})


def test_a_transfer_is_balanced(
    api: Api, transaction_id: str, printed: Callable[[], Printed]
) -> None:
    reply = verify(api, transaction_id)

    assert (reply.status, reply.body) == (200, {"balanced": True})
    assert printed().metrics[METRIC] == 0


def test_a_transfer_that_points_at_the_entries_of_another_is_not(
    api: Api, alice: Account, transaction_id: str, intruder: Intruder
) -> None:
    other = api.transfer(alice, api.bank.account(), "1", key="other").body["transactionId"]
    entries = intruder.get("transfers", other)["entries"]
    intruder.change("transfers", transaction_id, entries=entries)

    assert verify(api, transaction_id).body == {"balanced": False, "reason": "missing-entry"}
    shown = api.call("ledger/get_transaction", path={"transactionId": transaction_id})
    assert (shown.status, shown.code) == (500, "invariant-violated")


def test_a_transfer_whose_entries_were_taken_away_is_not(
    api: Api, transaction_id: str, intruder: Intruder
) -> None:
    intruder.change("transfers", transaction_id, entries=[])

    assert verify(api, transaction_id).body == {"balanced": False, "reason": "missing-entry"}
    shown = api.call("ledger/get_transaction", path={"transactionId": transaction_id})
    assert (shown.status, shown.code) == (500, "invariant-violated")


def test_a_transfer_that_cannot_be_read_is_a_violation(
    api: Api, transaction_id: str, intruder: Intruder, printed: Callable[[], Printed]
) -> None:
    intruder.change("transfers", transaction_id, status="MAYBE")
    printed()

    reply = verify(api, transaction_id)

    assert (reply.status, reply.code) == (500, "invariant-violated")
    assert printed().metrics[METRIC] == 1


def test_a_deposit_is_balanced(api: Api, alice: Account) -> None:
    [transaction_id] = api.books().transfers

    assert verify(api, transaction_id).body == {"balanced": True}


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (lambda it, a: it.delete("ledger", a, 2), "missing-entry"),
        (lambda it, a: it.change("ledger", a, 2, amount="1.00000000"), "changed-entry"),
        (lambda it, a: it.change("ledger", a, 2, entryType="CREDIT"), "changed-entry"),
        (lambda it, a: it.change("ledger", a, 2, amount="a lot"), "malformed-entry"),
        (
            lambda it, a: it.put("ledger", forged(it.get("ledger", a, 2), amount="1.00000000")),
            "unequal-sides",
        ),
    ],
)
def test_an_entry_that_somebody_touched_is_named_and_counted(
    *,
    api: Api,
    alice: Account,
    transaction_id: str,
    intruder: Intruder,
    tamper: Callable[[Intruder, Any], None],
    reason: str,
    printed: Callable[[], Printed],
) -> None:
    tamper(intruder, alice.wallet_id)

    reply = verify(api, transaction_id)

    assert (reply.status, reply.body) == (200, {"balanced": False, "reason": reason})
    assert printed().metrics[METRIC] == 1


def test_a_refused_transfer_has_nothing_to_verify(api: Api, alice: Account) -> None:
    refused = api.transfer(alice, api.bank.account(), "101").body["transactionId"]

    assert verify(api, refused).code == "transaction-not-found"


def test_an_unknown_one_is_not_found(api: Api) -> None:
    reply = verify(api, id_of("nothing"))

    assert (reply.status, reply.code) == (404, "transaction-not-found")
