"""Many at once, on the emulator: an AWS in memory would lose commits and show nothing."""

import time
from collections import Counter
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account, Bank, Told
from novapay.domain.errors import IdempotencyKeyReused
from novapay.domain.wallet import system_shard_of
from tests.store.conftest import Aws, emulated
from tests.support.local_stack import EmulatedAws
from tests.support.rivals import at_once, until_decided


@pytest.fixture
def aws(emulator: EmulatedAws) -> Aws:
    """Return empty tables on the emulator."""
    return emulated(emulator)


@pytest.fixture
def bank(aws: Aws) -> Bank:
    """Return a bank whose waits are real."""
    return Bank(aws.client, prefix=aws.prefix, waits=time)


def test_of_ten_payloads_with_one_key_one_is_carried_out(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    def ask(number: int) -> str:
        amount = f"{number + 1}"
        try:
            return until_decided(lambda: bank.transfer(sender, recipient, amount, key="k")).code
        except IdempotencyKeyReused as refusal:
            return refusal.code

    outcomes = Counter(at_once([partial(ask, number) for number in range(10)]))

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert outcomes == {"ok": 1, "idempotency-key-reused": 9}
    assert len(books.transfers_of("COMPLETED")) == 2


def test_a_ring_of_payers_does_not_lock_up(bank: Bank) -> None:
    ring = [bank.account(holding="5") for _ in range(4)]

    def pay(number: int) -> str:
        sender, recipient = ring[number % 4], ring[(number + 1) % 4]
        return until_decided(lambda: bank.transfer(sender, recipient, "1", key=f"{number}")).code

    codes = at_once([partial(pay, number) for number in range(16)])

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert Counter(codes) == {"ok": 16}
    assert {books.balance(account.wallet_id) for account in ring} == {"5.00000000"}


def test_the_first_money_of_four_opens_one_settlement_wallet(bank: Bank) -> None:
    accounts: list[Account] = []
    while len(accounts) < 4:
        account = bank.account()
        if not accounts or same_shard(account, accounts[0]):
            accounts.append(account)

    def deposit(number: int) -> Told:
        return until_decided(lambda: bank.deposit(accounts[number % 4], "1", key=f"{number}"))

    at_once([partial(deposit, number) for number in range(8)])

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert {books.balance(account.wallet_id) for account in accounts} == {"2.00000000"}
    settlements = [w for w in books.wallets.values() if w["kind"] == "settlement"]
    assert [wallet["balance"] for wallet in settlements] == ["-8.00000000"]


def same_shard(one: Account, other: Account) -> bool:
    return system_shard_of(one.wallet_id) == system_shard_of(other.wallet_id)


def test_a_commit_that_the_sdk_sends_twice_counts_once(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = bank.account()
    client: Any = bank.client
    session = client._endpoint.http_session
    sent: list[str] = []

    def lose_the_first_answer(request: Any) -> Any:
        response = session.send(request)
        sent.append(request.headers["X-Amz-Target"].decode().partition(".")[2])
        if sent == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]:
            raise ReadTimeoutError(endpoint_url=request.url)
        return response

    class Lossy:
        send = staticmethod(lose_the_first_answer)

    monkeypatch.setattr(client._endpoint, "http_session", Lossy())
    told = bank.deposit(account, "40")

    assert sent[2:] == ["TransactWriteItems", "TransactWriteItems"]
    assert told.facts["balance"] == "40.00000000"
    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert books.balance(account.wallet_id) == "40.00000000"


def test_a_transfer_with_the_longest_description_costs_at_most_12_write_units(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()
    before = bank.meter.counts["write_units"]

    told = bank.transfer(sender, recipient, "40", key="k" * 36, description="x" * 140)

    assert told.code == "ok"
    assert 0 < bank.meter.counts["write_units"] - before <= 12
