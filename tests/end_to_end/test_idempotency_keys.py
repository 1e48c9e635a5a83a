"""What a key stands for, for how long, and what it does not remember."""

import time
from typing import Any

from localstack.memory.intruder import Intruder
from tests.support.client import Client, new_id, transfer_of

ROUTE = "POST /transactions/transfers"


def test_a_key_older_than_24_hours_is_a_new_request(client: Client, intruder: Intruder) -> None:
    sender, recipient, key = client.open_wallet(holding="100"), client.open_wallet(), new_id()
    first = client.transfer(sender, recipient, "10", key=key)
    now = int(time.time())

    _set_expiry(intruder, key, now + 60)
    within = client.transfer(sender, recipient, "10", key=key)
    _set_expiry(intruder, key, now - 60)
    beyond = client.transfer(sender, recipient, "20", key=key)

    assert within.is_replay
    assert (beyond.status, beyond.is_replay) == (201, False)
    assert beyond.body["transactionId"] != first.body["transactionId"]
    assert client.balance(recipient) == "30.00000000"


def test_a_key_means_something_else_on_another_route(client: Client) -> None:
    sender, recipient, key = client.open_wallet(holding="100"), client.open_wallet(), new_id()

    assert client.adjust(sender, "credit", "10", key=key).status == 200
    assert client.transfer(sender, recipient, "10", key=key).status == 201
    assert client.adjust(recipient, "credit", "10", key=key).code == "idempotency-key-reused"


def test_a_bad_request_does_not_use_its_key_up(client: Client) -> None:
    sender, recipient, key = client.open_wallet(holding="100"), client.open_wallet(), new_id()
    order = transfer_of(sender, recipient, "10")

    assert client.send(ROUTE, {**order, "amount": "ten"}, key=key).status == 400
    assert client.send(ROUTE, {**order, "recipientWalletId": new_id()}, key=key).status == 404
    accepted = client.send(ROUTE, order, key=key)

    assert (accepted.status, accepted.is_replay) == (201, False)


def _set_expiry(intruder: Intruder, key: str, expires_at: int) -> None:
    record: dict[str, Any] = intruder.get("idempotency", f"anyone#{ROUTE}#{key}")
    intruder.put("idempotency", {**record, "expiresAt": expires_at})
