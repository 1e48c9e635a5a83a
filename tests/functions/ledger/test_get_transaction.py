"""GET /ledger/transactions/{transactionId}"""

import json
from collections.abc import Callable
from hashlib import sha256

import pytest

from localstack.memory.api import Api
from localstack.memory.bank import Account
from localstack.memory.intruder import Intruder
from tests.support.domain import id_of
from tests.support.printed import Printed

OPERATION = "ledger/get_transaction"


@pytest.fixture
def alice(api: Api) -> Account:
    return api.bank.account(holding="100")


@pytest.fixture
def transaction_id(api: Api, alice: Account) -> str:
    """Return the id of a transfer of alice's."""
    reply = api.transfer(alice, api.bank.account(), "40", body={"description": "rent"})
    return str(reply.body["transactionId"])


def test_both_entries_are_shown_debit_first(api: Api, alice: Account, transaction_id: str) -> None:
    reply = api.call(OPERATION, path={"transactionId": transaction_id})

    assert reply.status == 200
    debit, credit = reply.body
    assert (debit["entryType"], credit["entryType"]) == ("DEBIT", "CREDIT")
    assert debit["walletId"] == alice.wallet_id
    assert debit["transactionId"] == credit["transactionId"] == transaction_id
    assert debit["amount"] == credit["amount"] == "40.00000000"
    assert debit["createdAt"] == credit["createdAt"]


def test_an_outsider_can_recompute_every_hash(api: Api, transaction_id: str) -> None:
    entries = api.call(OPERATION, path={"transactionId": transaction_id}).body

    for shown in entries:
        words = shown.pop("descriptionSalt") + shown.pop("description")
        expected = shown.pop("hash")
        shown["entryId"] = shown.pop("id")
        document = json.dumps(shown, sort_keys=True, separators=(",", ":"))
        assert sha256(document.encode()).hexdigest() == expected
        assert sha256(words.encode()).hexdigest() == shown["descriptionCommitment"]


def test_a_refused_transfer_has_no_entries(api: Api, alice: Account) -> None:
    refused = api.transfer(alice, api.bank.account(), "101").body["transactionId"]

    reply = api.call(OPERATION, path={"transactionId": refused})

    assert (reply.status, reply.code) == (404, "transaction-not-found")


def test_an_unknown_one_is_not_found(api: Api) -> None:
    reply = api.call(OPERATION, path={"transactionId": id_of("nothing")})

    assert (reply.status, reply.code) == (404, "transaction-not-found")


def test_what_is_no_uuid_is_a_400(api: Api) -> None:
    reply = api.call(OPERATION, path={"transactionId": "1"})

    assert (reply.status, reply.pointers) == (400, ["/path/transactionId"])


def test_an_entry_that_is_gone_is_said_aloud(
    api: Api,
    alice: Account,
    transaction_id: str,
    intruder: Intruder,
    printed: Callable[[], Printed],
) -> None:
    intruder.delete("ledger", alice.wallet_id, 2)

    reply = api.call(OPERATION, path={"transactionId": transaction_id})

    assert (reply.status, reply.code) == (500, "invariant-violated")
    assert alice.wallet_id not in reply.text
    assert printed().metrics["ledger_invariant_violations_total"] == 1


@pytest.mark.parametrize("fields", [{"amount": "lots"}, {"createdAt": "today"}, {"version": "one"}])
def test_an_entry_that_cannot_be_read_is_said_aloud(
    *,
    api: Api,
    alice: Account,
    transaction_id: str,
    intruder: Intruder,
    fields: dict[str, str],
    printed: Callable[[], Printed],
) -> None:
    intruder.change("ledger", alice.wallet_id, 2, **fields)

    reply = api.call(OPERATION, path={"transactionId": transaction_id})

    assert (reply.status, reply.code) == (500, "invariant-violated")
    assert printed().metrics["ledger_invariant_violations_total"] == 1
