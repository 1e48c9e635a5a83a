"""GET /transactions/holds"""

from datetime import timedelta

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import Account
from novapay.domain.caller import Caller
from novapay.domain.hold import HOLD_LIFETIME
from novapay.domain.wallet import hold_wallet_id
from novapay.usecases import list_holds as usecase

SECOND = timedelta(seconds=1)


def listed(api: Api, account: Account, **query: str) -> Reply:
    query = {"walletId": account.wallet_id, **query}
    return api.call("transactions/list_holds", query=query)


def ids(reply: Reply) -> list[str]:
    return [hold["holdId"] for hold in reply.body["data"]]


def held(api: Api, account: Account, count: int) -> list[str]:
    """Make some holds, and return their ids, the newest first."""
    made = []
    for number in range(count):
        told = api.bank.hold(account, "1", key=f"{number} {api.bank.clock.now()}")
        made.append(str(told.facts["holdId"]))
        api.bank.clock.advance(SECOND)
    return made[::-1]


def test_a_wallets_holds_are_listed_newest_first(api: Api, alice: Account) -> None:
    made = held(api, alice, 3)

    reply = listed(api, alice)

    assert reply.status == 200
    assert ids(reply) == made
    assert reply.body["next"] is None
    assert reply.body["data"][0] == api.get_hold(made[0]).body


def test_a_wallet_without_holds_has_an_empty_list(api: Api, alice: Account) -> None:
    assert listed(api, alice).body == {"data": [], "next": None}


def test_pages_neither_repeat_nor_skip_while_holds_are_made_and_captured(
    api: Api, alice: Account, bob: Account
) -> None:
    made = held(api, alice, 5)
    seen: list[str] = []
    cursor: dict[str, str] = {}

    while True:
        page = listed(api, alice, limit="2", **cursor)
        seen += ids(page)
        if page.body["next"] is None:
            break
        held(api, alice, 1)
        api.bank.capture(made[0], "0.1", key=page.text, payee=bob, is_final=False)
        cursor = {"cursor": page.body["next"]}

    assert seen == made


@pytest.mark.parametrize("examined", [1, 2, 100])
def test_holds_are_found_by_their_status_however_few_entries_a_page_looks_at(
    api: Api, alice: Account, bob: Account, monkeypatch: pytest.MonkeyPatch, examined: int
) -> None:
    monkeypatch.setattr(usecase, "ENTRIES_EXAMINED_MAX", examined)
    held_, released, captured = held(api, alice, 3)
    api.bank.capture(captured, key="1", payee=bob)
    api.bank.release(released, key="2")

    def all_of(status: str) -> list[str]:
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = listed(api, alice, status=status, **cursor)
            found += ids(page)
            if page.body["next"] is None:
                return found
            cursor = {"cursor": page.body["next"]}

    assert (all_of("HELD"), all_of("RELEASED"), all_of("CAPTURED")) == (
        [held_],
        [released],
        [captured],
    )
    api.bank.clock.advance(HOLD_LIFETIME)
    assert (all_of("HELD"), all_of("EXPIRED")) == ([], [held_])


@pytest.mark.parametrize("cursor", ["x", "YmVmb3JlOjA", "YmVmb3JlOjE=", "é", "Zm9v", "A" * 65])
def test_what_no_page_has_said_is_no_cursor(api: Api, alice: Account, cursor: str) -> None:
    reply = listed(api, alice, cursor=cursor)

    assert reply.status == 400
    assert reply.pointers == ["/query/cursor"]


def test_a_status_that_there_is_not_is_refused(api: Api, alice: Account) -> None:
    reply = listed(api, alice, status="OPEN")

    assert reply.status == 400
    assert reply.pointers == ["/query/status"]


def test_holds_are_listed_for_the_owner_alone(api: Api, alice: Account, bob: Account) -> None:
    query = {"walletId": alice.wallet_id}
    stranger, owner = (Caller(it.user_id, it.user_id) for it in (bob, alice))

    def status_for(caller: Caller) -> int:
        return api.call("transactions/list_holds", query=query, caller=caller).status

    assert (status_for(stranger), status_for(owner)) == (404, 200)


def test_a_hold_wallet_has_no_list(api: Api, alice: Account) -> None:
    held(api, alice, 1)
    query = {"walletId": hold_wallet_id(alice.wallet_id)}

    assert api.call("transactions/list_holds", query=query).code == "wallet-not-found"


def test_what_is_held_is_told_with_the_wallet(api: Api, alice: Account) -> None:
    held(api, alice, 3)

    wallet = api.call("accounts/get_wallet", path={"walletId": alice.wallet_id}).body
    [listed_] = api.call("accounts/list_user_wallets", path={"userId": alice.user_id}).body

    assert (wallet["balance"], wallet["held"]) == ("97.00000000", "3.00000000")
    assert listed_ == wallet
