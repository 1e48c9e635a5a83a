"""POST /accounts/wallets"""

import re
from collections.abc import Callable

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.wire import Call, Wire
from novapay.wiring import accounts
from tests.support.domain import id_of
from tests.support.printed import Printed

OPERATION = "accounts/create_wallet"
USER = id_of("a user")


def body(**fields: object) -> dict[str, object]:
    document = {"userId": USER, "currency": "EUR", "accountNumber": "ACC-42", **fields}
    return {name: value for name, value in document.items() if value is not None}


def test_a_wallet_is_opened_empty_and_active(api: Api) -> None:
    reply = api.call(OPERATION, body=body())

    assert reply.status == 201
    assert reply.headers["content-type"] == "application/json"
    wallet_id = reply.body["id"]
    assert reply.body == {
        "id": wallet_id,
        "userId": USER,
        "currency": "EUR",
        "balance": "0.00000000",
        "accountNumber": "ACC-42",
        "status": "ACTIVE",
        "isActive": True,
        "createdAt": "2026-04-07T10:00:00.000000Z",
    }
    assert set(api.sound_books().wallets) == {wallet_id}


def test_the_currency_is_usd_unless_said(api: Api) -> None:
    reply = api.call(OPERATION, body=body(currency=None))

    assert reply.status == 201
    assert reply.body["currency"] == "USD"


def test_ids_are_read_in_capitals_and_kept_in_small_letters(api: Api) -> None:
    reply = api.call(OPERATION, body=body(userId=USER.upper()))

    assert reply.body["userId"] == USER


def test_a_user_may_have_several_wallets(api: Api) -> None:
    first, second = (api.call(OPERATION, body=body(), key=None) for _ in range(2))

    assert first.body["id"] != second.body["id"]
    assert len(api.books().wallets) == 2


class TestUnderAKey:
    """The key is optional here; once sent, it counts."""

    def test_the_same_request_gets_the_same_wallet(self, api: Api) -> None:
        first = api.call(OPERATION, body=body(), key="k")
        again = api.call(OPERATION, body=body(), key="k")

        assert again.is_replay
        assert not first.is_replay
        assert (again.status, again.text) == (first.status, first.text)
        assert len(api.books().wallets) == 1

    def test_another_payload_is_a_conflict(self, api: Api) -> None:
        api.call(OPERATION, body=body(), key="k")

        reply = api.call(OPERATION, body=body(accountNumber="ACC-43"), key="k")

        assert (reply.status, reply.code) == (409, "idempotency-key-reused")
        assert len(api.books().wallets) == 1

    def test_the_default_and_its_spelling_out_are_one_payload(self, api: Api) -> None:
        api.call(OPERATION, body=body(currency=None), key="k")

        assert api.call(OPERATION, body=body(currency="USD"), key="k").is_replay


FEW = 5
"""So few wallets a user that a test can reach the limit."""


class TestTheLimit:
    """A user has so many wallets and no more, whoever asks for them, and however often."""

    @pytest.fixture
    def api(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
        monkeypatch.setattr(accounts, "wallets_per_user", lambda: FEW)
        return api

    def open_all(self, api: Api) -> list[Reply]:
        return [api.call(OPERATION, body=body(), key=None) for _ in range(FEW)]

    @pytest.mark.parametrize("key", [None, "one-too-many"])
    def test_the_last_one_is_opened_and_the_next_refused(
        self, api: Api, printed: Callable[[], Printed], key: str | None
    ) -> None:
        assert {reply.status for reply in self.open_all(api)} == {201}
        printed()

        refused = api.call(OPERATION, body=body(), key=key)

        assert (refused.status, refused.code) == (422, "too-many-wallets")
        assert f"has {FEW} wallets" in refused.body["detail"]
        assert len(api.books().wallets) == FEW
        metrics = printed().metrics
        assert metrics["wallets_refused"] == metrics["refused_too_many_wallets"] == 1

    def test_a_refusal_is_replayed(self, api: Api) -> None:
        self.open_all(api)
        first, again = (api.call(OPERATION, body=body(), key="k") for _ in range(2))

        assert (again.status, again.text, again.is_replay) == (422, first.text, True)

    def test_a_replay_is_not_counted(self, api: Api) -> None:
        for _ in range(FEW + 1):
            assert api.call(OPERATION, body=body(), key="k").status == 201

        assert len(self.open_all(api)) == FEW
        assert len(api.books().wallets) == FEW

    def test_another_user_is_not_touched(self, api: Api) -> None:
        self.open_all(api)

        assert api.call(OPERATION, body=body(userId=id_of("another"))).status == 201

    def test_rivals_cannot_pass_it_together(self, api: Api) -> None:
        for _ in range(FEW - 1):
            api.call(OPERATION, body=body(), key=None)
        rivals: list[Reply] = []

        def rival_first(call: Call) -> None:
            if call.operation == "TransactWriteItems" and not rivals:
                rivals.append(Reply(0, {}, ""))
                rivals[0] = api.call(OPERATION, body=body(), key=None)

        with Wire(api.bank.client, before=rival_first):
            late = api.call(OPERATION, body=body(), key=None)

        assert (rivals[0].status, late.status, late.code) == (201, 422, "too-many-wallets")
        assert len(api.books().wallets) == FEW


def test_a_wallet_is_two_round_trips_under_a_key(api: Api) -> None:
    with Wire(api.bank.client) as wire:
        api.call(OPERATION, body=body(), key="k")

    assert wire.operations == ["BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize(
    "account_number", ["A", "ACC-001", "DE89 3704 0044 0532 0130 00", "x" * 64]
)
def test_an_account_number_is_printable_ascii(api: Api, account_number: str) -> None:
    reply = api.call(OPERATION, body=body(accountNumber=account_number))

    assert reply.body["accountNumber"] == account_number


@pytest.mark.parametrize(
    "account_number", ["", " ", " A", "A ", "x" * 65, "A\n", "A\tB", "é", "\x00", 42, None, ["A"]]
)
def test_any_other_is_a_400_that_points_at_it(api: Api, account_number: object) -> None:
    reply = api.call(OPERATION, body={**body(), "accountNumber": account_number})

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert reply.pointers == ["/accountNumber"]
    assert api.books().item_count == 0


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"userId": "alice"}, "/userId"),
        ({"userId": USER.replace("-", "")}, "/userId"),
        ({"userId": f"{{{USER}}}"}, "/userId"),
        ({"userId": f"{USER}\n"}, "/userId"),
        ({"userId": None}, "/userId"),
        ({"currency": "usd"}, "/currency"),
        ({"currency": "XXX"}, "/currency"),
        ({"currency": 840}, "/currency"),
        ({"balance": "100"}, "/balance"),
        ({"isActive": False}, "/isActive"),
        ({"kind": "settlement"}, "/kind"),
        ({"user_id": USER}, "/user_id"),
    ],
)
def test_a_fault_is_pointed_at(api: Api, fields: dict[str, object], pointer: str) -> None:
    reply = api.call(OPERATION, body=body(**fields))

    assert (reply.status, reply.code) == (400, "invalid-request")
    assert pointer in reply.pointers
    assert api.books().item_count == 0


def test_all_faults_are_named_at_once(api: Api) -> None:
    reply = api.call(OPERATION, body={"userId": 1, "currency": "usd", "extra": 1})

    assert set(reply.pointers) == {"/userId", "/currency", "/accountNumber", "/extra"}


def test_the_account_number_is_never_logged(api: Api, printed: Callable[[], Printed]) -> None:
    api.call(OPERATION, body=body(accountNumber="SECRET-4711"))
    api.call(OPERATION, body=body(accountNumber="SECRET-4711\n"))
    api.call(OPERATION, text='{"accountNumber": "SECRET-4711"')

    text = printed().text
    assert "SECRET" not in text
    assert USER not in text
    assert len(re.findall('"message":"request"', text)) == 3


def test_an_opened_wallet_is_counted(api: Api, printed: Callable[[], Printed]) -> None:
    api.call(OPERATION, body=body(), key="k")
    api.call(OPERATION, body=body(), key="k")

    metrics = printed().metrics
    assert metrics["wallets_opened"] == 1
    assert metrics["replays"] == 1
