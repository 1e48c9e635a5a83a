"""One person pays another, once."""

from typing import Any

from tests.support.client import Client, Reply, new_id, transfer_of


def test_a_transfer_is_two_entries_that_verify(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="1000"), client.open_wallet()

    sent = client.transfer(sender, recipient, "100.00", description="Rent for May")

    transaction_id = sent.body["transactionId"]
    assert sent.status == 201
    assert sent.body == {
        "transactionId": transaction_id,
        "status": "COMPLETED",
        "amount": "100.00",
        "currency": "USD",
        "fxRate": None,
        "senderBalance": "900.00000000",
    }
    debit, credit = client.send(f"GET /ledger/transactions/{transaction_id}").body
    assert (debit["entryType"], debit["walletId"]) == ("DEBIT", sender.wallet_id)
    assert (credit["entryType"], credit["walletId"]) == ("CREDIT", recipient.wallet_id)
    assert (debit["balanceAfter"], credit["balanceAfter"]) == ("900.00000000", "100.00000000")
    assert debit["createdAt"] == credit["createdAt"]
    assert debit["description"] == credit["description"] == "Rent for May"
    assert debit["lockedFxRate"] is credit["lockedFxRate"] is None
    assert client.verify(transaction_id) == {"balanced": True}
    [*_, received] = client.entries(recipient)
    for row, entry, other in (
        (client.entries(sender)[0], debit, recipient),
        (received, credit, sender),
    ):
        assert row == {
            **entry,
            "type": "transfer",
            "counterpartyWalletId": other.wallet_id,
            "reference": None,
            "transactionDescription": "Rent for May",
        }
    for holder, balance in ((sender, "900.00000000"), (recipient, "100.00000000")):
        assert client.balance(holder) == balance
        assert client.chain(holder)["valid"] is True


def test_a_transfer_can_be_looked_up(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="10"), client.open_wallet()

    sent = client.transfer(sender, recipient, "10")

    found = client.send(f"GET /transactions/transfers/{sent.body['transactionId']}")
    assert found.status == 200
    assert found.body | transfer_of(sender, recipient, "10") == found.body
    assert (found.body["type"], found.body["status"]) == ("transfer", "COMPLETED")
    assert found.body["failureCode"] is None


def test_the_same_request_again_gets_the_first_answer(client: Client) -> None:
    sender, recipient, key = client.open_wallet(holding="100"), client.open_wallet(), new_id()
    first = client.transfer(sender, recipient, "60", key=key)

    again = client.transfer(sender, recipient, "60.00", key=key)
    quoted = client.transfer(sender, recipient, "60", key=f'"{key}"')

    for reply in (again, quoted):
        assert (reply.status, reply.body, reply.is_replay) == (201, first.body, True)
    assert not first.is_replay
    assert client.balance(sender) == "40.00000000"
    assert client.balance(recipient) == "60.00000000"


def test_the_same_key_with_another_payload_is_refused(client: Client) -> None:
    sender, recipient, key = client.open_wallet(holding="100"), client.open_wallet(), new_id()
    first = client.transfer(sender, recipient, "60", key=key)

    others = [
        client.transfer(sender, recipient, "61", key=key),
        client.transfer(sender, recipient, "60", key=key, description="gift"),
        client.transfer(sender, client.open_wallet(), "60", key=key),
    ]

    for reply in others:
        assert (reply.status, reply.code) == (409, "idempotency-key-reused")
        assert key in reply.body["detail"]
        assert reply.body["retryable"] is False
    assert client.transfer(sender, recipient, "60", key=key).body == first.body
    assert client.balance(sender) == "40.00000000"


def test_a_refusal_is_kept_and_replayed_even_when_the_money_has_come(client: Client) -> None:
    sender, recipient, key = client.open_wallet(holding="5"), client.open_wallet(), new_id()

    refused = client.transfer(sender, recipient, "5.00000001", key=key)

    assert (refused.status, refused.code) == (422, "insufficient-funds")
    assert_failed(client, refused)
    client.adjust(sender, "credit", "100")
    replayed = client.transfer(sender, recipient, "5.00000001", key=key)
    assert (replayed.status, replayed.body, replayed.is_replay) == (422, refused.body, True)
    assert client.balance(sender) == "105.00000000"
    assert client.transfer(sender, recipient, "5.00000001").status == 201


def assert_failed(client: Client, refused: Reply) -> None:
    """What was refused is known as FAILED, and never reached the ledger."""
    transaction_id = refused.body["transactionId"]
    transfer: dict[str, Any] = client.send(f"GET /transactions/transfers/{transaction_id}").body
    assert (transfer["status"], transfer["failureCode"]) == ("FAILED", refused.code)
    assert transfer["failureReason"] == refused.body["detail"]
    assert client.send(f"GET /ledger/transactions/{transaction_id}").status == 404
    assert client.send(f"GET /ledger/transactions/{transaction_id}/verify").status == 404
