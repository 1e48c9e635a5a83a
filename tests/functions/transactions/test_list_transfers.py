"""GET /transactions/transfers"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import EUR, Account, Told, pair
from localstack.memory.wire import Wire
from novapay.domain.caller import Caller, Scope
from novapay.domain.entry import TransactionId
from novapay.domain.instants import format_instant
from novapay.domain.wallet import UserId

OPERATION = "transactions/list_transfers"
SECOND = timedelta(seconds=1)


def listed(api: Api, account: Account, *, caller: Caller | None = None, **query: str) -> Reply:
    return api.call(OPERATION, query={"walletId": account.wallet_id, **query}, caller=caller)


def pages_of(api: Api, account: Account, **query: Any) -> Iterator[list[str]]:
    """Yield the ids of every page, following `next`."""
    cursor: str | None = None
    for _ in range(50):
        more: dict[str, Any] = {} if cursor is None else {"cursor": cursor}
        reply = listed(api, account, **query, **more)
        assert reply.status == 200
        yield [it["transactionId"] for it in reply.body["data"]]
        cursor = reply.body["next"]
        if cursor is None:
            return
    raise AssertionError("the list never ends")


def all_of(api: Api, account: Account, **query: Any) -> list[str]:
    return [it for page in pages_of(api, account, **query) for it in page]


def user(account: Account) -> Caller:
    return Caller(account.user_id, account.user_id)


class Life:
    """Ada's and Ben's wallets, with movements and refusals a second apart.

    Attributes:
        ids: of Ada's transactions, newest first.
        at: when each was decided.
    """

    def __init__(self, api: Api) -> None:
        self.api = api
        self.ada, self.ben = api.bank.account(), api.bank.account()
        self.ids: list[str] = []
        self.at: dict[str, str] = {}
        self._count = 0

    def deposit(self) -> str:
        return self._keep(self.api.bank.deposit(self.ada, "100"))

    def pay(self, amount: str = "1") -> str:
        self._count += 1
        return self._keep(
            self.api.bank.transfer(self.ada, self.ben, amount, key=f"pay-{self._count}")
        )

    def refuse(self) -> str:
        self._count += 1
        known = set(self.api.books().transfers)
        self.api.bank.transfer(self.ada, self.ben, "99999", key=f"refuse-{self._count}")
        [made] = set(self.api.books().transfers) - known
        return self._kept(made)

    def _keep(self, told: Told) -> str:
        assert told.code == "ok"
        return self._kept(str(told.facts["transactionId"]))

    def _kept(self, transaction_id: str) -> str:
        self.ids.insert(0, transaction_id)
        self.at[transaction_id] = format_instant(self.api.bank.clock.now())
        self.api.bank.clock.advance(SECOND)
        return transaction_id


@pytest.fixture
def life(api: Api) -> Life:
    life = Life(api)
    life.deposit()
    life.refuse()
    life.refuse()
    life.pay()
    life.pay()
    life.refuse()
    life.deposit()
    return life


def test_all_is_listed_newest_first_refusals_too(api: Api, life: Life) -> None:
    reply = listed(api, life.ada)

    data = reply.body["data"]
    assert reply.status == 200
    assert [it["transactionId"] for it in data] == life.ids
    assert [it["status"] for it in data].count("FAILED") == 3
    assert reply.body["next"] is None
    one = api.call("transactions/get_transfer", path={"transactionId": life.ids[0]}).body
    assert data[0] == one


@pytest.mark.parametrize("limit", range(1, 9))
def test_pages_of_any_size_have_every_row_once(api: Api, life: Life, limit: int) -> None:
    pages = list(pages_of(api, life.ada, limit=str(limit)))

    assert [it for page in pages for it in page] == life.ids
    assert all(len(page) <= limit for page in pages)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_rows_that_are_added_while_one_reads_are_neither_repeated_nor_skipped(
    api: Api, life: Life, limit: int
) -> None:
    before = list(life.ids)
    read = []

    for page in pages_of(api, life.ada, limit=str(limit)):
        read += page
        life.pay()
        life.refuse()

    assert read == before
    assert all_of(api, life.ada) == life.ids


def test_the_first_refusal_of_a_wallet_that_is_added_meanwhile_waits(api: Api) -> None:
    life = Life(api)
    for _ in range(3):
        life.deposit()
    before = list(life.ids)

    pages = pages_of(api, life.ada, limit="1")
    read = next(pages)
    life.refuse()
    read += [it for page in pages for it in page]

    assert read == before


def test_rows_of_one_instant_have_an_order_that_stays(api: Api) -> None:
    life = Life(api)
    api.bank.clock.advance(-SECOND)
    for act in (life.deposit, life.refuse, life.refuse, life.pay, life.refuse, life.pay):
        act()
        api.bank.clock.advance(-SECOND)

    whole = all_of(api, life.ada)

    assert sorted(whole) == sorted(life.ids)
    for limit in range(1, 7):
        assert all_of(api, life.ada, limit=str(limit)) == whole


class TestFilters:
    def test_by_outcome(self, api: Api, life: Life) -> None:
        statuses = {i: it["status"] for i, it in api.books().transfers.items()}
        for status in ("COMPLETED", "FAILED"):
            wanted = [it for it in life.ids if statuses[it] == status]
            for limit in ("1", "2", "50"):
                assert all_of(api, life.ada, status=status, limit=limit) == wanted

    def test_by_type(self, api: Api, life: Life) -> None:
        types = {i: it["type"] for i, it in api.books().transfers.items()}
        for kind in ("deposit", "transfer", "withdrawal"):
            wanted = [it for it in life.ids if types[it] == kind]
            for limit in ("1", "2", "50"):
                assert all_of(api, life.ada, type=kind, limit=limit) == wanted

    def test_a_period_has_its_begin_and_not_its_end(self, api: Api, life: Life) -> None:
        times = sorted(life.at.values())
        for first in range(len(times)):
            for last in range(first + 1, len(times)):
                query = {"from": times[first], "to": times[last], "limit": "2"}
                wanted = [it for it in life.ids if times[first] <= life.at[it] < times[last]]
                assert all_of(api, life.ada, **query) == wanted

    def test_before_the_first_and_after_the_last_there_is_nothing(
        self, api: Api, life: Life
    ) -> None:
        times = sorted(life.at.values())

        assert all_of(api, life.ada, to=times[0]) == []
        assert all_of(api, life.ada, **{"from": "2030-01-01T00:00:00+02:00"}) == []

    def test_a_filter_that_little_fits_looks_at_a_hundred_rows_a_page(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("novapay.usecases.list_transfers.BATCH_READS_MAX", 4)
        life = Life(api)
        oldest = life.deposit()
        for _ in range(6):
            life.pay()

        pages = list(pages_of(api, life.ada, type="deposit"))

        assert [it for page in pages for it in page] == [oldest]
        assert pages[0] == []


class TestWork:
    """What a page costs does not grow with the list."""

    def test_a_page_is_four_reads(self, api: Api, life: Life) -> None:
        with Wire(api.bank.client) as wire:
            listed(api, life.ada, limit="2")

        assert wire.operations == ["GetItem", "Query", "Query", "BatchGetItem"]

    def test_a_period_is_found_by_halving(self, api: Api) -> None:
        life = Life(api)
        for _ in range(33):
            life.deposit()

        with Wire(api.bank.client) as wire:
            listed(api, life.ada, to=life.at[life.ids[20]], status="COMPLETED", limit="1")

        assert len(wire.operations) <= 3 + 5 + 2


class TestWhoSees:
    def test_the_owner_sees_its_wallet_and_a_stranger_does_not(self, api: Api, life: Life) -> None:
        assert listed(api, life.ada, caller=user(life.ada)).status == 200

        reply = listed(api, life.ada, caller=user(life.ben))

        assert (reply.status, reply.code) == (404, "wallet-not-found")

    def test_a_recipient_sees_what_it_got_and_no_refusal_and_no_key(
        self, api: Api, life: Life
    ) -> None:
        data = listed(api, life.ben, caller=user(life.ben)).body["data"]

        assert {it["status"] for it in data} == {"COMPLETED"}
        assert len(data) == 2
        assert {it["idempotencyKey"] for it in data} == {None}

    def test_a_refusal_under_a_false_name_is_not_shown_to_the_owner(
        self, api: Api, life: Life
    ) -> None:
        thief = Account(life.ada.wallet_id, life.ben.user_id)
        refused = api.transfer(thief, life.ben, key="false", caller=user(life.ben))
        internal = Caller("ops", UserId(api.bank.new_id()), frozenset({Scope.INTERNAL}))

        seen = [
            [it["transactionId"] for it in listed(api, life.ada, caller=caller).body["data"]]
            for caller in (user(life.ada), internal)
        ]

        assert refused.code == "wallet-owner-mismatch"
        assert refused.body["transactionId"] not in seen[0]
        assert refused.body["transactionId"] in seen[1]

    def test_a_posting_with_several_entries_on_the_wallet_is_shown_once(
        self, api: Api, life: Life
    ) -> None:
        posting = TransactionId(api.bank.new_id())
        legs = [*pair(posting, life.ada, life.ben, "1"), *pair(posting, life.ada, life.ben, "2")]
        assert api.bank.post(posting, legs).code == "ok"

        for limit in ("1", "2", "50"):
            assert all_of(api, life.ada, limit=limit) == [posting, *life.ids]
        [shown, *_] = listed(api, life.ada, caller=user(life.ada)).body["data"]
        assert shown["transactionId"] == posting

    def test_a_wallet_that_is_not_there_is_not_found(self, api: Api) -> None:
        assert listed(api, api.bank.new_account()).code == "wallet-not-found"

    def test_a_wallet_without_history_has_an_empty_list(self, api: Api) -> None:
        assert listed(api, api.bank.account(EUR)).body == {"data": [], "next": None}


class TestByReference:
    def test_the_one_that_has_it(self, api: Api, life: Life) -> None:
        made = api.transfer(life.ada, life.ben, "1", body={"reference": "order 17"}, key="r")

        reply = api.call(OPERATION, query={"reference": "order 17"})

        assert [it["transactionId"] for it in reply.body["data"]] == [made.body["transactionId"]]
        assert reply.body["next"] is None

    def test_nothing_for_one_that_nobody_has(self, api: Api, life: Life) -> None:
        refused = api.transfer(life.ada, life.ben, "99999", body={"reference": "r"}, key="r")

        reply = api.call(OPERATION, query={"reference": "r"})

        assert refused.status == 422
        assert (reply.status, reply.body) == (200, {"data": [], "next": None})

    def test_each_caller_finds_its_own_only(self, api: Api, life: Life) -> None:
        made = api.transfer(
            life.ada, life.ben, "1", body={"reference": "r"}, key="r", caller=user(life.ada)
        )

        found = [
            [it["transactionId"] for it in reply.body["data"]]
            for caller in (user(life.ada), user(life.ben), None)
            for reply in [api.call(OPERATION, query={"reference": "r"}, caller=caller)]
        ]

        assert found == [[made.body["transactionId"]], [], []]


def _cursor(api: Api, life: Life, **query: Any) -> str:
    return str(listed(api, life.ada, limit="1", **query).body["next"])


class TestBadQueries:
    @pytest.mark.parametrize(
        ("query", "pointer"),
        [
            ({}, "/query/walletId"),
            ({"limit": "5"}, "/query/walletId"),
            ({"walletId": "5"}, "/query/walletId"),
            ({"reference": ""}, "/query/reference"),
            ({"reference": "a" * 65}, "/query/reference"),
            ({"reference": "r", "status": "FAILED"}, "/query/status"),
            ({"reference": "r", "cursor": "x"}, "/query/cursor"),
        ],
    )
    def test_of_no_list(self, api: Api, query: dict[str, str], pointer: str) -> None:
        reply = api.call(OPERATION, query=query)

        assert (reply.status, reply.pointers) == (400, [pointer])

    @pytest.mark.parametrize(
        ("query", "pointer"),
        [
            ({"status": "completed"}, "/query/status"),
            ({"type": "gift"}, "/query/type"),
            ({"from": "yesterday"}, "/query/from"),
            ({"from": "1700000000"}, "/query/from"),
            ({"to": "2026-04-07T10:00:00"}, "/query/to"),
            ({"from": "2026-04-07T10:00:00Z", "to": "2026-04-07T10:00:00Z"}, "/query/to"),
            ({"limit": "0"}, "/query/limit"),
            ({"limit": "101"}, "/query/limit"),
            ({"begin": "2026-04-07T10:00:00Z"}, "/query/begin"),
            ({"cursor": ""}, "/query/cursor"),
            ({"cursor": "!"}, "/query/cursor"),
            ({"cursor": "W10"}, "/query/cursor"),
            ({"cursor": "WzEsIjkiLCJ4Il0"}, "/query/cursor"),
            ({"cursor": "WyJhIiwiOSIsIngiXQ"}, "/query/cursor"),
            ({"cursor": "Wy0xLCI5IiwieCJd"}, "/query/cursor"),
            ({"cursor": "NQ"}, "/query/cursor"),
            ({"cursor": "é"}, "/query/cursor"),
            ({"cursor": "x" * 257}, "/query/cursor"),
        ],
    )
    def test_of_a_wallet(self, api: Api, life: Life, query: dict[str, Any], pointer: str) -> None:
        reply = listed(api, life.ada, **query)

        assert (reply.status, reply.pointers) == (400, [pointer])

    def test_a_cursor_of_another_query(self, api: Api, life: Life) -> None:
        replies = [
            listed(api, life.ben, cursor=_cursor(api, life)),
            listed(api, life.ada, cursor=_cursor(api, life), status="FAILED"),
            listed(api, life.ada, cursor=_cursor(api, life, type="deposit"), type="transfer"),
        ]

        assert [it.pointers for it in replies] == [["/query/cursor"]] * 3


def test_a_transaction_that_is_missing_is_a_violation(api: Api, life: Life) -> None:
    key: Any = {"transactionId": {"S": life.ids[0]}}
    api.bank.client.delete_item(TableName="novapay-test-transfers", Key=key)

    reply = listed(api, life.ada)

    assert (reply.status, reply.code) == (500, "invariant-violated")
