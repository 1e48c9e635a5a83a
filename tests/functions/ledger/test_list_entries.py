"""GET /ledger/wallets/{walletId}/entries"""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import Account
from localstack.memory.intruder import Intruder
from novapay.domain.instants import format_instant
from novapay.http import statements

OPERATION = "ledger/list_entries"
ENTRIES = 7
SECOND = timedelta(seconds=1)
OPENED = datetime(2026, 4, 7, 10, 0, tzinfo=UTC)


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

    assert body == {
        "entries": [],
        "total": 0,
        "limit": 50,
        "offset": 0,
        "next": None,
        "openingBalance": "0.00000000",
        "closingBalance": "0.00000000",
    }


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = entries_of(api, api.bank.new_id())

    assert (reply.status, reply.code) == (404, "wallet-not-found")


def test_an_entry_that_cannot_be_read_is_said_aloud(
    api: Api, alice: Account, intruder: Intruder
) -> None:
    intruder.change("ledger", alice.wallet_id, 4, amount="a lot")

    reply = entries_of(api, alice.wallet_id)

    assert (reply.status, reply.code) == (500, "invariant-violated")


@pytest.fixture
def bob(api: Api) -> Account:
    """Return an account that got 1, 2, … 7, one each second, the first when it was opened."""
    account = api.bank.account()
    for amount in range(1, ENTRIES + 1):
        api.bank.deposit(account, str(amount))
        api.bank.clock.advance(SECOND)
    return account


class TestPeriod:
    """From an instant on, and before an instant."""

    @pytest.mark.parametrize(
        ("begin", "end", "expected", "opening", "closing"),
        [
            (None, None, [7, 6, 5, 4, 3, 2, 1], "0", "28"),
            (0, None, [7, 6, 5, 4, 3, 2, 1], "0", "28"),
            (1, None, [7, 6, 5, 4, 3, 2], "1", "28"),
            (1, 4, [4, 3, 2], "1", "10"),
            (3, 4, [4], "6", "10"),
            (None, 1, [1], "0", "1"),
            (None, 0, [], "0", "0"),
            (6, None, [7], "21", "28"),
            (7, None, [], "28", "28"),
            (7, 9, [], "28", "28"),
        ],
    )
    def test_it_has_its_entries_and_the_balances_around_them(
        self,
        api: Api,
        bob: Account,
        *,
        begin: int | None,
        end: int | None,
        expected: list[int],
        opening: str,
        closing: str,
    ) -> None:
        ends = {"from": begin, "to": end}
        query = {
            name: format_instant(OPENED + second * SECOND)
            for name, second in ends.items()
            if second is not None
        }

        reply = entries_of(api, bob.wallet_id, **query)

        assert sequences(reply) == expected
        assert reply.body["total"] == len(expected)
        assert reply.body["openingBalance"] == f"{opening}.00000000"
        assert reply.body["closingBalance"] == f"{closing}.00000000"

    def test_next_stays_in_the_period(self, api: Api, bob: Account) -> None:
        query = {"from": "2026-04-07T10:00:01Z", "to": "2026-04-07T10:00:04Z", "limit": "2"}

        first = entries_of(api, bob.wallet_id, **query)
        following = {
            name: values[0] for name, values in parse_qs(urlsplit(first.body["next"]).query).items()
        }
        second = entries_of(api, bob.wallet_id, **following)

        assert (sequences(first), sequences(second)) == ([4, 3], [2])
        assert second.body["next"] is None

    @pytest.mark.parametrize(
        ("query", "pointer"),
        [
            ({"from": "yesterday"}, "/query/from"),
            ({"to": "2026-04-07"}, "/query/to"),
            ({"from": "2026-04-07T10:00:01Z", "to": "2026-04-07T10:00:01Z"}, "/query/to"),
            ({"from": "2026-04-07T10:00:02Z", "to": "2026-04-07T10:00:01Z"}, "/query/to"),
        ],
    )
    def test_what_is_no_period_is_a_400(
        self, api: Api, bob: Account, query: dict[str, str], pointer: str
    ) -> None:
        reply = entries_of(api, bob.wallet_id, **query)

        assert (reply.status, reply.pointers) == (400, [pointer])


class TestRows:
    """What a person can read of an entry."""

    def test_they_say_why_with_whom_and_under_which_name(self, api: Api) -> None:
        payer, payee = api.bank.account(), api.bank.account()
        api.bank.deposit(payer, "100", reference="INV-7")
        api.bank.transfer(payer, payee, "40", key="k", description="rent")

        paid, got = entries_of(api, payer.wallet_id).body["entries"]
        [received] = entries_of(api, payee.wallet_id).body["entries"]

        assert (got["type"], got["reference"]) == ("deposit", "INV-7")
        assert (paid["type"], paid["counterpartyWalletId"]) == ("transfer", payee.wallet_id)
        assert paid["transactionDescription"] == "rent"
        assert received["counterpartyWalletId"] == payer.wallet_id

    def test_a_transaction_that_is_gone_leaves_them_empty(
        self, api: Api, intruder: Intruder
    ) -> None:
        account = api.bank.account(holding="5")
        [entry] = entries_of(api, account.wallet_id).body["entries"]
        intruder.delete("transfers", entry["transactionId"])

        [row] = entries_of(api, account.wallet_id).body["entries"]

        assert (row["type"], row["counterpartyWalletId"], row["amount"]) == (
            None,
            None,
            "5.00000000",
        )


class TestCsv:
    """The same as a file."""

    def csv_of(self, api: Api, account: Account, **query: str) -> Reply:
        path = {"walletId": account.wallet_id}
        return api.call(OPERATION, path=path, query=query, headers={"Accept": "text/csv"})

    def test_it_is_rfc_4180_with_exact_decimals(self, api: Api) -> None:
        payer, payee = api.bank.account(holding="100"), api.bank.account()
        words = 'rent, "May"'
        api.bank.transfer(payer, payee, "0.00000001", key="k", description=words)

        reply = self.csv_of(api, payer)

        assert reply.headers["content-type"] == "text/csv; charset=utf-8; header=present"
        assert reply.text.endswith("\r\n")
        assert '"rent, ""May"""' in reply.text
        header, newest, oldest = csv.reader(io.StringIO(reply.text, newline=""))
        row = dict(zip(header, newest, strict=True))
        assert (row["amount"], row["balanceAfter"]) == ("0.00000001", "99.99999999")
        assert (row["type"], row["entryType"], row["currency"]) == ("transfer", "DEBIT", "USD")
        assert (row["counterpartyWalletId"], row["description"]) == (payee.wallet_id, words)
        assert dict(zip(header, oldest, strict=True))["type"] == "deposit"
        assert reply.headers["x-closing-balance"] == "99.99999999"
        assert reply.headers["x-opening-balance"] == "0.00000000"

    @pytest.mark.parametrize(
        ("words", "cell"),
        [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("a=1", "a=1"),
            ("'=1", "'=1"),
        ],
    )
    def test_no_cell_is_a_formula(self, api: Api, words: str, cell: str) -> None:
        payer, payee = api.bank.account(holding="1"), api.bank.account()
        api.bank.transfer(payer, payee, "1", key="k", description=words)

        header, row = csv.reader(io.StringIO(self.csv_of(api, payee).text, newline=""))

        assert dict(zip(header, row, strict=True))["description"] == cell

    def test_its_pages_are_one_file(
        self, api: Api, bob: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(statements, "CSV_PAGE_SIZE", 3)
        text, query = "", {"from": "2026-04-07T10:00:00Z"}
        while True:
            reply = self.csv_of(api, bob, **query)
            text += reply.text
            if "link" not in reply.headers:
                break
            link = reply.headers["link"].removeprefix("<").partition(">")[0]
            query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
            assert "limit" not in query

        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert [row["sequence"] for row in rows] == ["7", "6", "5", "4", "3", "2", "1"]
        assert reply.headers["x-total-count"] == "7"
