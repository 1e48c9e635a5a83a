"""GET /ledger/wallets/{walletId}/entries"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import Account
from localstack.memory.intruder import Intruder

OPERATION = "ledger/list_entries"
ENTRIES = 7


@pytest.fixture
def alice(api: Api) -> Account:
    """Return an account with seven entries: 1, 2, … 7 let in."""
    account = api.bank.account()
    for amount in range(1, ENTRIES + 1):
        api.bank.deposit(account, str(amount))
    return account


def entries_of(api: Api, wallet_id: str, **query: str) -> Reply:
    return api.call(OPERATION, path={"walletId": wallet_id}, query=query)


def sequences(reply: Reply) -> list[int]:
    return [entry["sequence"] for entry in reply.body["entries"]]


def test_entries_are_listed_newest_first_as_they_were_written(api: Api, alice: Account) -> None:
    reply = entries_of(api, alice.wallet_id)

    assert reply.status == 200
    assert sequences(reply) == [7, 6, 5, 4, 3, 2, 1]
    assert {name: reply.body[name] for name in ("total", "limit", "offset", "next")} == {
        "total": 7,
        "limit": 50,
        "offset": 0,
        "next": None,
    }
    stored = api.books().chains[alice.wallet_id]
    assert [it["balanceAfter"] for it in reversed(reply.body["entries"])] == [
        it["balanceAfter"] for it in stored
    ]


def test_following_next_reads_every_entry_once(api: Api, alice: Account) -> None:
    seen, query = [], {"limit": "3"}
    while True:
        reply = entries_of(api, alice.wallet_id, **query)
        seen += sequences(reply)
        if reply.body["next"] is None:
            break
        following = urlsplit(reply.body["next"])
        assert following.path == ""
        query = {name: values[0] for name, values in parse_qs(following.query).items()}

    assert seen == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("query", "expected", "has_next"),
    [
        ({"limit": "1"}, [7], True),
        ({"limit": "6"}, [7, 6, 5, 4, 3, 2], True),
        ({"limit": "7"}, [7, 6, 5, 4, 3, 2, 1], False),
        ({"limit": "100"}, [7, 6, 5, 4, 3, 2, 1], False),
        ({"offset": "6"}, [1], False),
        ({"offset": "7"}, [], False),
        ({"offset": "1000000000000"}, [], False),
        ({"limit": "2", "offset": "3"}, [4, 3], True),
        ({"limit": "2", "offset": "5"}, [2, 1], False),
    ],
)
def test_a_page_is_a_range_of_numbers(
    api: Api, alice: Account, query: dict[str, str], expected: list[int], has_next: bool
) -> None:
    reply = entries_of(api, alice.wallet_id, **query)

    assert sequences(reply) == expected
    assert (reply.body["next"] is not None) is has_next
    assert reply.body["total"] == ENTRIES


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "/query/limit"),
        ({"limit": "101"}, "/query/limit"),
        ({"limit": "-1"}, "/query/limit"),
        ({"limit": ""}, "/query/limit"),
        ({"limit": "ten"}, "/query/limit"),
        ({"limit": "1e1"}, "/query/limit"),
        ({"limit": "5.5"}, "/query/limit"),
        ({"limit": "NaN"}, "/query/limit"),
        ({"limit": "9" * 5000}, "/query/limit"),
        ({"offset": "-1"}, "/query/offset"),
        ({"offset": "1000000000001"}, "/query/offset"),
        ({"offset": "x"}, "/query/offset"),
    ],
)
def test_what_is_no_page_is_a_400(
    api: Api, alice: Account, query: dict[str, str], pointer: str
) -> None:
    reply = entries_of(api, alice.wallet_id, **query)

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == [pointer]


def test_a_wallet_without_history_has_an_empty_page(api: Api) -> None:
    body: dict[str, Any] = entries_of(api, api.bank.account().wallet_id).body

    assert body == {"entries": [], "total": 0, "limit": 50, "offset": 0, "next": None}


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = entries_of(api, api.bank.new_id())

    assert (reply.status, reply.code) == (404, "wallet-not-found")


def test_an_entry_that_cannot_be_read_is_said_aloud(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    intruder.change("ledger", alice.wallet_id, 4, amount="a lot")

    reply = entries_of(api, alice.wallet_id)

    assert (reply.status, reply.code) == (500, "invariant-violated")
