"""GET /accounts/wallets/{walletId}/balance"""

import math
from datetime import timedelta

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import Account
from localstack.memory.intruder import Intruder
from localstack.memory.wire import Wire
from novapay.domain.instants import format_instant

OPERATION = "accounts/get_balance"
SECOND = timedelta(seconds=1)


def test_a_balance_has_8_decimals(api: Api) -> None:
    account = api.bank.account(holding="900")

    reply = api.call(OPERATION, path={"walletId": account.wallet_id})

    assert reply.status == 200
    assert reply.body == {"balance": "900.00000000"}


def test_a_new_wallet_has_nothing(api: Api) -> None:
    account = api.bank.account()

    assert api.call(OPERATION, path={"walletId": account.wallet_id}).body == {
        "balance": "0.00000000"
    }


def test_an_unknown_wallet_is_not_found(api: Api) -> None:
    reply = api.call(OPERATION, path={"walletId": api.bank.new_id()})

    assert (reply.status, reply.code) == (404, "wallet-not-found")


def test_what_is_no_uuid_is_a_400(api: Api) -> None:
    reply = api.call(OPERATION, path={"walletId": "balance"})

    assert (reply.status, reply.pointers) == (400, ["/path/walletId"])


def at(api: Api, account: Account, instant: str) -> Reply:
    path = {"walletId": account.wallet_id}
    return api.call(OPERATION, path=path, query={"at": instant})


@pytest.mark.parametrize("entries", [0, 1, 2, 3, 7, 8, 9])
def test_the_balance_at_any_instant_is_found_in_few_reads(api: Api, entries: int) -> None:
    account = api.bank.account()
    opened = api.bank.clock.now()
    for _ in range(entries):
        api.bank.clock.advance(SECOND)
        assert api.bank.deposit(account, "1").code == "ok"
    api.bank.clock.advance(SECOND)
    reads_max = math.log2(entries) + 2 if entries else 1

    for number in range(entries + 1):
        for instant, deposits in (
            (opened + number * SECOND, number),
            (opened + (number + 1) * SECOND - timedelta(microseconds=1), number),
        ):
            with Wire(api.bank.client) as wire:
                reply = at(api, account, format_instant(instant))

            assert reply.body == {"balance": f"{deposits}.00000000"}
            assert len(wire.calls) <= reads_max


def test_entries_of_one_instant_count_together(api: Api) -> None:
    account = api.bank.account()
    for _ in range(3):
        api.bank.deposit(account, "1")
    now = api.bank.clock.now()
    api.bank.clock.advance(SECOND)
    api.bank.deposit(account, "1")

    assert at(api, account, format_instant(now)).body == {"balance": "3.00000000"}
    before = format_instant(now - timedelta(microseconds=1))
    assert at(api, account, before).body == {"balance": "0.00000000"}


@pytest.mark.parametrize(
    "instant", ["2026-04-07T10:00:00.000001Z", "2026-04-07", "2026-04-07T10:00:00", "now", ""]
)
def test_an_instant_is_whole_and_not_ahead(api: Api, instant: str) -> None:
    reply = at(api, api.bank.account(), instant)

    assert (reply.status, reply.pointers) == (400, ["/query/at"])


def test_an_instant_may_have_another_offset(api: Api) -> None:
    account = api.bank.account(holding="5")

    assert at(api, account, "2026-04-07T12:00:00+02:00").body == {"balance": "5.00000000"}


def test_an_entry_that_is_gone_is_no_balance(api: Api, intruder: Intruder) -> None:
    account = api.bank.account()
    instants = []
    for _ in range(3):
        instants.append(format_instant(api.bank.clock.now()))
        api.bank.deposit(account, "1")
        api.bank.clock.advance(SECOND)
    intruder.delete("ledger", account.wallet_id, 1)

    assert at(api, account, instants[0]).status == 500
