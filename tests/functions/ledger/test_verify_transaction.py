"""GET /ledger/transactions/{transactionId}/verify"""

from collections.abc import Callable
from typing import Any

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import EUR, Account
from localstack.memory.intruder import Intruder, forged
from tests.support.domain import id_of
from tests.support.printed import Printed
from tests.support.versions import as_version_1

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
    seen = printed()
    assert seen.metrics[METRIC] == 1
    assert seen.faults == [f"transaction {transaction_id} - an item of transfers cannot be read"]


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
    seen = printed()
    assert seen.metrics[METRIC] == 1
    broken = (
        f"transaction {transaction_id} -"
        if reason == "unequal-sides"
        else (f"wallet {alice.wallet_id} 2")
    )
    assert seen.faults == [f"{broken} {reason}"]


def test_a_refused_transfer_has_nothing_to_verify(api: Api, alice: Account) -> None:
    refused = api.transfer(alice, api.bank.account(), "101").body["transactionId"]

    assert verify(api, refused).code == "transaction-not-found"


def test_an_unknown_one_is_not_found(api: Api) -> None:
    reply = verify(api, id_of("nothing"))

    assert (reply.status, reply.code) == (404, "transaction-not-found")


OTHER = id_of("somebody else")

CHANGES: dict[str, Any] = {
    "amount": "40.00000001",
    "currency": "EUR",
    "senderWalletId": OTHER,
    "recipientWalletId": OTHER,
    "senderUserId": OTHER,
    "recipientUserId": OTHER,
    "type": "posting",
    "status": "FAILED",
    "createdAt": "2026-04-07T10:00:00.000001Z",
    "fxQuoteId": OTHER,
    "linkedTransactionId": OTHER,
    "failureCode": "insufficient-funds",
    "description": "a gift",
}
"""Another value for each field of a transfer's row that its entries can be held against."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_row_is_named_and_counted(
    *,
    api: Api,
    transaction_id: str,
    intruder: Intruder,
    name: str,
    printed: Callable[[], Printed],
) -> None:
    intruder.change("transfers", transaction_id, **{name: CHANGES[name]})
    printed()

    reply = verify(api, transaction_id)

    assert reply.body == {"balanced": False, "reason": "changed-transaction"}
    assert printed().metrics[METRIC] == 1


@pytest.mark.parametrize(
    "name",
    [
        "amount",
        "currency",
        "senderWalletId",
        "recipientWalletId",
        "senderUserId",
        "recipientUserId",
    ],
)
def test_a_row_from_which_something_was_taken_is_named(
    api: Api, transaction_id: str, intruder: Intruder, name: str
) -> None:
    row = intruder.get("transfers", transaction_id)
    del row[name]
    intruder.put("transfers", row)

    assert verify(api, transaction_id).body["reason"] == "changed-transaction"


@pytest.mark.parametrize(
    "of",
    [
        lambda listed: listed[::-1],
        lambda listed: listed * 2,
        lambda listed: listed * 60,
        lambda listed: [listed[0], listed[1], listed[0], listed[1]],
    ],
    ids=["swapped", "twice", "without end", "again"],
)
def test_a_changed_list_of_entries_is_named(
    api: Api, transaction_id: str, intruder: Intruder, of: Callable[[Any], Any]
) -> None:
    listed = intruder.get("transfers", transaction_id)["entries"]
    intruder.change("transfers", transaction_id, entries=of(listed))

    assert verify(api, transaction_id).body["reason"] == "changed-transaction"


@pytest.mark.parametrize("kept", [0, 1])
def test_a_list_that_lost_an_entry_is_not_balanced(
    api: Api, transaction_id: str, intruder: Intruder, kept: int
) -> None:
    listed = intruder.get("transfers", transaction_id)["entries"]
    intruder.change("transfers", transaction_id, entries=[listed[kept]])

    assert verify(api, transaction_id).body["reason"] == "unequal-sides"


def test_a_refused_transfer_that_passes_for_made_is_not_balanced(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    refused = api.transfer(alice, api.bank.account(), "101").body["transactionId"]
    intruder.change("transfers", refused, status="COMPLETED")

    assert verify(api, refused).body == {"balanced": False, "reason": "missing-entry"}


@pytest.mark.parametrize("amount", ["100", "100.0", "99.99999999"])
def test_the_amount_of_a_deposit_of_version_1_is_compared_as_a_number(
    api: Api, alice: Account, intruder: Intruder, amount: str
) -> None:
    [deposit] = api.books().transfers
    as_version_1(intruder, api.books())
    intruder.change("transfers", deposit, amount=amount)

    assert verify(api, deposit).body["balanced"] is (float(amount) == 100)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", "100.0"),
        ("reference", "another"),
        ("reverses", id_of("another transfer")),
        ("holdId", id_of("a hold")),
        ("idempotencyKey", "a key that nobody sent"),
    ],
)
def test_a_row_says_exactly_what_its_entries_were_posted_with(
    api: Api, alice: Account, intruder: Intruder, name: str, value: str
) -> None:
    [deposit] = api.books().transfers
    assert verify(api, deposit).body == {"balanced": True}

    intruder.change("transfers", deposit, **{name: value})

    assert verify(api, deposit).body == {"balanced": False, "reason": "changed-transaction"}


def test_entries_of_version_1_stay_valid_and_are_followed_by_those_of_version_2(
    api: Api, alice: Account, transaction_id: str, intruder: Intruder
) -> None:
    as_version_1(intruder, api.books())
    later = api.transfer(alice, api.bank.account(), "1", key="later").body["transactionId"]

    versions = [entry["version"] for entry in api.sound_books().chains[alice.wallet_id]]
    assert versions == [1, 1, 2]
    for made in (transaction_id, later):
        assert verify(api, made).body == {"balanced": True}
    chain = api.call("ledger/verify_chain", path={"walletId": alice.wallet_id})
    assert (chain.body["valid"], chain.body["entriesChecked"]) == (True, 3)


@pytest.mark.parametrize("name", ["senderUserId", "recipientUserId", "senderWalletId", "type"])
def test_a_changed_row_of_a_deposit_is_named(
    api: Api, alice: Account, intruder: Intruder, name: str
) -> None:
    [deposit] = api.books().transfers
    intruder.change("transfers", deposit, **{name: "payroll_fund" if name == "type" else OTHER})

    assert verify(api, deposit).body["reason"] == "changed-transaction"


class TestAcrossCurrencies:
    """An exchange has two rows, and each is held against its entries and the other."""

    @pytest.fixture
    def rows(self, api: Api, alice: Account) -> list[str]:
        """Return the ids of the transfer and of the house's side of it."""
        bank, bob = api.bank, api.bank.account(EUR)
        quote = bank.quote(alice, EUR, "10")
        sent = bank.transfer(alice, bob, "10", key="fx", fx_quote_id=quote.quote_id)
        transaction_id = str(sent.facts["transactionId"])
        linked = api.books().transfers[transaction_id]["linkedTransactionId"]
        return [transaction_id, linked]

    def test_both_are_balanced(self, api: Api, rows: list[str]) -> None:
        assert [verify(api, row).body for row in rows] == [{"balanced": True}] * 2

    @pytest.mark.parametrize("side", [0, 1])
    @pytest.mark.parametrize("name", ["fxQuoteId", "linkedTransactionId"])
    def test_what_they_say_of_each_other_is_compared(
        self, api: Api, rows: list[str], intruder: Intruder, name: str, side: int
    ) -> None:
        intruder.change("transfers", rows[side], **{name: OTHER})

        reasons = [verify(api, row).body.get("reason") for row in rows]

        assert reasons == ["changed-transaction"] * 2

    @pytest.mark.parametrize("side", [0, 1])
    def test_a_side_that_is_gone_is_missed(
        self, api: Api, rows: list[str], intruder: Intruder, side: int
    ) -> None:
        intruder.delete("transfers", rows[side])

        assert verify(api, rows[1 - side]).body["reason"] == "changed-transaction"

    @pytest.mark.parametrize("side", [0, 1])
    def test_a_changed_rate_is_not_balanced(
        self, api: Api, rows: list[str], intruder: Intruder, side: int
    ) -> None:
        intruder.change("transfers", rows[side], fxRate="0.93000000")

        assert verify(api, rows[side]).body["reason"] == "unequal-sides"
