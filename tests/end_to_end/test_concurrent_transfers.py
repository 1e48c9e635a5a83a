"""Many clients at one moment: no money is spent twice, and nobody is told a lie."""

from collections import Counter

import pytest

from tests.support.client import Client, Holder, new_id
from tests.support.local_stack import Stack
from tests.support.rivals import at_once

CLIENTS = 20


@pytest.fixture(autouse=True, scope="module")
def _as_many_workers_as_clients(stack: Stack) -> None:
    """Have each client's function started before the race: one that starts late runs alone.

    They are started a few at a time, so that none takes longer than its call may take.
    """
    client, nobody = Client(stack.api_url), Holder(new_id(), new_id(), "USD")
    for count in range(4, CLIENTS + 1, 4):
        replies = at_once([lambda: client.transfer(nobody, nobody, "1")] * count)
        assert {reply.status for reply in replies} == {404}


def test_twenty_transfers_at_once_spend_a_balance_exactly_once(client: Client) -> None:
    sender, recipient = client.open_wallet(holding="100"), client.open_wallet()

    replies = at_once([lambda: client.transfer(sender, recipient, "10")] * CLIENTS)

    outcomes = Counter((reply.status, reply.code) for reply in replies)
    assert outcomes == {(201, "ok"): 10, (422, "insufficient-funds"): 10}
    assert client.balance(sender) == "0.00000000"
    assert client.balance(recipient) == "100.00000000"
    for holder, count in ((sender, 11), (recipient, 10)):
        assert [entry["sequence"] for entry in client.entries(holder)] == [*range(count, 0, -1)]
        chain = client.chain(holder)
        assert (chain["valid"], chain["entriesChecked"]) == (True, count)


def test_ten_clients_with_one_key_make_one_transfer(client: Client) -> None:
    sender, recipient, key = client.open_wallet(holding="100"), client.open_wallet(), new_id()

    replies = at_once([lambda: client.transfer(sender, recipient, "10", key=key)] * 10)

    settled = client.transfer(sender, recipient, "10", key=key)
    assert (settled.status, settled.is_replay) == (201, True)
    for reply in replies:
        if reply.status == 202:
            assert reply.body["status"] == "PROCESSING"
            assert reply.headers["retry-after"] == "1"
        else:
            assert (reply.status, reply.body) == (201, settled.body)
    assert sum(reply.status == 201 and not reply.is_replay for reply in replies) == 1
    assert client.balance(sender) == "90.00000000"
    assert client.balance(recipient) == "10.00000000"
    assert len(client.entries(recipient)) == 1


def test_deposits_at_once_are_all_counted(client: Client) -> None:
    holder = client.open_wallet()

    replies = at_once([lambda: client.adjust(holder, "credit", "1")] * 5)

    assert {reply.status for reply in replies} == {200}
    assert client.balance(holder) == "5.00000000"
    assert client.chain(holder)["valid"] is True


def test_two_wallets_that_pay_each_other_at_once_do_not_lock_up(client: Client) -> None:
    alice, bob = client.open_wallet(holding="50"), client.open_wallet(holding="50")

    there = [lambda: client.transfer(alice, bob, "10")] * 5
    back = [lambda: client.transfer(bob, alice, "10")] * 5
    replies = at_once([*there, *back])

    assert {reply.status for reply in replies} == {201}
    assert client.balance(alice) == client.balance(bob) == "50.00000000"
