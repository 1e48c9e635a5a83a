"""GET /transactions/transfers/{transactionId}"""

import pytest

from localstack.memory.api import Api
from localstack.memory.auditor import Books
from localstack.memory.bank import pair
from novapay.domain.entry import TransactionId
from tests.support.domain import id_of

OPERATION = "transactions/get_transfer"


def only(books: Books, kind: str) -> str:
    """Return the id of the only transaction of a type."""
    [transaction_id] = [i for i, item in books.transfers.items() if item["type"] == kind]
    return transaction_id


def test_a_completed_transfer_says_what_was_asked_and_done(api: Api) -> None:
    alice, bob = api.bank.account(holding="100"), api.bank.account()
    made = api.transfer(alice, bob, "40.0", body={"description": "rent"}, key="rent-04")
    transaction_id = made.body["transactionId"]

    reply = api.call(OPERATION, path={"transactionId": transaction_id})

    assert reply.status == 200
    assert (
        reply.body.items()
        >= {
            "transactionId": transaction_id,
            "type": "transfer",
            "status": "COMPLETED",
            "amount": "40.0",
            "currency": "USD",
            "senderWalletId": alice.wallet_id,
            "recipientWalletId": bob.wallet_id,
            "senderUserId": alice.user_id,
            "recipientUserId": bob.user_id,
            "fxRate": None,
            "description": "rent",
            "failureCode": None,
            "failureReason": None,
            "idempotencyKey": "rent-04",
            "createdAt": "2026-04-07T10:00:00.000000Z",
        }.items()
    )


def test_a_refused_transfer_says_why(api: Api) -> None:
    alice, bob = api.bank.account(holding="100"), api.bank.account()
    refused = api.transfer(alice, bob, "101", key="too-much").body

    reply = api.call(OPERATION, path={"transactionId": refused["transactionId"]})

    assert reply.status == 200
    assert reply.body["status"] == "FAILED"
    assert reply.body["failureCode"] == "insufficient-funds"
    assert reply.body["failureReason"] == refused["detail"]
    assert reply.body["idempotencyKey"] == "too-much"


@pytest.mark.parametrize(("kind", "key"), [("deposit", None), ("withdrawal", "cash-1")])
def test_money_that_entered_or_left_is_a_transaction_too(
    api: Api, kind: str, key: str | None
) -> None:
    account = api.bank.account(holding="100")
    api.bank.withdraw(account, "1", key="cash-1")

    reply = api.call(OPERATION, path={"transactionId": only(api.books(), kind)})

    assert reply.status == 200
    assert reply.body["type"] == kind
    assert reply.body["idempotencyKey"] == key
    assert account.wallet_id in {reply.body["senderWalletId"], reply.body["recipientWalletId"]}


def test_a_posting_is_found_under_its_own_id(api: Api) -> None:
    transaction_id = TransactionId(id_of("posting"))
    alice, bob = api.bank.account(holding="100"), api.bank.account()
    api.bank.post(transaction_id, pair(transaction_id, alice, bob, "1"), key="post-1")

    reply = api.call(OPERATION, path={"transactionId": transaction_id.upper()})

    assert (reply.status, reply.body["type"]) == (200, "posting")
    assert reply.body["idempotencyKey"] == "post-1"


def test_an_unknown_one_is_not_found(api: Api) -> None:
    reply = api.call(OPERATION, path={"transactionId": id_of("nothing")})

    assert (reply.status, reply.code) == (404, "transfer-not-found")


def test_what_is_no_uuid_is_a_400(api: Api) -> None:
    reply = api.call(OPERATION, path={"transactionId": "latest"})

    assert (reply.status, reply.pointers) == (400, ["/path/transactionId"])
