"""Wallets are opened and found; money enters and leaves."""

import pytest

from tests.support.client import Client, new_id


def test_a_new_wallet_is_empty_and_found_again(client: Client) -> None:
    user_id = new_id()

    opened = client.send(
        "POST /accounts/wallets",
        {"userId": user_id, "currency": "EUR", "accountNumber": "ACC-007"},
    )

    assert opened.status == 201
    wallet = opened.body
    assert wallet["createdAt"]
    assert wallet == {
        "id": wallet["id"],
        "userId": user_id,
        "currency": "EUR",
        "balance": "0.00000000",
        "accountNumber": "ACC-007",
        "status": "ACTIVE",
        "isActive": True,
        "createdAt": wallet["createdAt"],
    }
    found = {**wallet, "held": "0.00000000"}
    assert client.send(f"GET /accounts/wallets/{wallet['id']}").body == found
    assert client.send(f"GET /accounts/wallets/{wallet['id'].upper()}").body == found
    assert client.send(f"GET /accounts/wallets/user/{user_id}").body == [found]
    balance = client.send(f"GET /accounts/wallets/{wallet['id']}/balance")
    assert balance.body == {"balance": "0.00000000"}


def test_a_user_has_several_wallets_and_a_stranger_none(client: Client) -> None:
    user_id = new_id()
    order = {"userId": user_id, "accountNumber": "ACC-1"}

    first = client.send("POST /accounts/wallets", order).body
    second = client.send("POST /accounts/wallets", {**order, "currency": "GBP"}).body

    assert first["currency"] == "USD"
    assert client.send(f"GET /accounts/wallets/user/{user_id}").body == [
        {**opened, "held": "0.00000000"} for opened in (first, second)
    ]
    assert client.send(f"GET /accounts/wallets/user/{new_id()}").body == []


def test_the_same_key_opens_one_wallet(client: Client) -> None:
    user_id, key = new_id(), new_id()
    order = {"userId": user_id, "currency": "USD", "accountNumber": "ACC-1"}

    first = client.send("POST /accounts/wallets", order, key=key)
    second = client.send("POST /accounts/wallets", order, key=key)

    assert first.body["accountNumber"] == "ACC-1"
    assert (second.status, second.body, second.is_replay) == (201, first.body, True)
    assert len(client.send(f"GET /accounts/wallets/user/{user_id}").body) == 1


def test_a_deposit_and_a_withdrawal_are_postings_with_two_sides(client: Client) -> None:
    holder = client.open_wallet()

    deposited = client.adjust(holder, "credit", "100.50")
    withdrawn = client.adjust(holder, "debit", "0.5")

    assert (deposited.status, deposited.body["balance"]) == (200, "100.50000000")
    assert deposited.body["accountNumber"] == "••••001"
    assert (withdrawn.status, withdrawn.body["balance"]) == (200, "100.00000000")
    newest, oldest = client.entries(holder)
    assert (oldest["entryType"], oldest["amount"]) == ("CREDIT", "100.50000000")
    assert (newest["entryType"], newest["amount"]) == ("DEBIT", "0.50000000")
    assert newest["balanceAfter"] == client.balance(holder) == "100.00000000"
    for entry, kind in ((oldest, "deposit"), (newest, "withdrawal")):
        transaction_id = entry["transactionId"]
        sides = client.send(f"GET /ledger/transactions/{transaction_id}").body
        assert [side["entryType"] for side in sides] in (["DEBIT", "CREDIT"], ["CREDIT", "DEBIT"])
        assert sides[0]["amount"] == sides[1]["amount"] == entry["amount"]
        assert client.verify(transaction_id) == {"balanced": True}
        transfer = client.send(f"GET /transactions/transfers/{transaction_id}").body
        assert (transfer["type"], transfer["status"]) == (kind, "COMPLETED")
    assert client.chain(holder)["valid"] is True


def test_a_deposit_with_a_key_is_made_once(client: Client) -> None:
    holder, key = client.open_wallet(), new_id()

    first = client.adjust(holder, "credit", "10", key=key)
    again = client.adjust(holder, "credit", "10.00", key=key)
    other = client.adjust(holder, "credit", "11", key=key)

    assert (again.status, again.body, again.is_replay) == (200, first.body, True)
    assert (other.status, other.code) == (409, "idempotency-key-reused")
    assert client.balance(holder) == "10.00000000"


def test_a_withdrawal_of_more_than_there_is_moves_nothing(client: Client) -> None:
    holder, key = client.open_wallet(holding="10"), new_id()

    refused = client.adjust(holder, "debit", "10.00000001", key=key)

    assert (refused.status, refused.code) == (422, "insufficient-funds")
    assert client.balance(holder) == "10.00000000"
    assert client.adjust(holder, "credit", "5").status == 200
    replayed = client.adjust(holder, "debit", "10.00000001", key=key)
    assert (replayed.status, replayed.body, replayed.is_replay) == (422, refused.body, True)
    assert client.adjust(holder, "debit", "15").body["balance"] == "0.00000000"


@pytest.mark.parametrize("amount", ["0.00000001", "999999999999.99999999"])
def test_the_smallest_and_the_largest_amount_enter_and_leave(client: Client, amount: str) -> None:
    holder = client.open_wallet(holding=amount)

    assert client.balance(holder) == amount
    assert client.adjust(holder, "debit", amount).body["balance"] == "0.00000000"
