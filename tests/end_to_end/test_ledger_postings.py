"""Internal services write balanced sets of entries under ids of their own."""

from typing import Any

from tests.support.client import Client, Holder, new_id
from tests.support.rivals import at_once

ROUTE = "POST /ledger/transactions"


def test_a_posting_of_three_wallets_is_written_and_verifies(client: Client) -> None:
    payer, first, second = (
        client.open_wallet(holding="10"),
        client.open_wallet(),
        client.open_wallet(),
    )
    order = _order(
        _entry(payer, "DEBIT", "10"), _entry(first, "CREDIT", "4"), _entry(second, "CREDIT", "6")
    )

    posted = client.send(ROUTE, order)

    assert posted.status == 201
    assert [entry["amount"] for entry in posted.body] == ["10.00000000", "4.00000000", "6.00000000"]
    transaction_id = order["transactionId"]
    assert client.send(f"GET /ledger/transactions/{transaction_id}").body == posted.body
    assert client.verify(transaction_id) == {"balanced": True}
    assert (client.balance(first), client.balance(second)) == ("4.00000000", "6.00000000")


def test_an_id_is_written_once_and_a_key_replays_it(client: Client) -> None:
    payer, payee, key = client.open_wallet(holding="10"), client.open_wallet(), new_id()
    order = _order(_entry(payer, "DEBIT", "1"), _entry(payee, "CREDIT", "1"))

    first = client.send(ROUTE, order, key=key)
    replayed = client.send(ROUTE, order, key=key)
    again = client.send(ROUTE, order)

    assert (replayed.status, replayed.body, replayed.is_replay) == (201, first.body, True)
    assert (again.status, again.code) == (409, "transaction-exists")
    assert client.balance(payee) == "1.00000000"


def test_one_id_from_five_services_at_once_is_written_once(client: Client) -> None:
    payer, payee = client.open_wallet(holding="10"), client.open_wallet()
    order = _order(_entry(payer, "DEBIT", "1"), _entry(payee, "CREDIT", "1"))

    replies = at_once([lambda: client.send(ROUTE, order)] * 5)

    assert sorted(reply.status for reply in replies) == [201, 409, 409, 409, 409]
    assert client.balance(payee) == "1.00000000"


def test_an_unbalanced_posting_moves_nothing(client: Client) -> None:
    payer, payee = client.open_wallet(holding="10"), client.open_wallet()
    order = _order(_entry(payer, "DEBIT", "1"), _entry(payee, "CREDIT", "1.00000001"))

    refused = client.send(ROUTE, order)

    assert (refused.status, refused.code) == (422, "unbalanced-posting")
    assert client.balance(payer) == "10.00000000"
    unknown = client.send(f"GET /ledger/transactions/{order['transactionId']}")
    assert (unknown.status, unknown.code) == (404, "transaction-not-found")


def _order(*entries: dict[str, str]) -> dict[str, Any]:
    return {"transactionId": new_id(), "entries": list(entries)}


def _entry(holder: Holder, entry_type: str, amount: str) -> dict[str, str]:
    return {
        "walletId": holder.wallet_id,
        "userId": holder.user_id,
        "entryType": entry_type,
        "amount": amount,
        "currency": holder.currency,
    }
