"""Many at once, on the emulator: an AWS in memory would lose commits and show nothing."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
from botocore.exceptions import ReadTimeoutError

from novapay.domain.errors import Processing
from novapay.domain.wallet import system_shard_of
from tests.store.conftest import Aws, emulated
from tests.support.auditor import read_books
from tests.support.bank import Account, Bank
from tests.support.local_stack import EmulatedAws

T = TypeVar("T")


@pytest.fixture
def aws(emulator: EmulatedAws) -> Aws:
    """Return empty tables on the emulator."""
    return emulated(emulator)


@pytest.fixture
def bank(aws: Aws) -> Bank:
    """Return a bank whose waits are real."""
    return Bank(aws.client, prefix=aws.prefix, waits=time)


def all_at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Let so many threads begin at the same moment and return what each of them got."""
    gate = Barrier(count)

    def begin(number: int) -> T:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_twenty_who_spend_one_balance(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    codes = all_at_once(20, lambda n: bank.transfer(sender, recipient, "10", key=f"{n}").code)

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert Counter(codes) == {"ok": 10, "insufficient-funds": 10}
    assert books.balance(sender.wallet_id) == "0.00000000"
    assert books.balance(recipient.wallet_id) == "100.00000000"
    assert len(books.transfers_of("FAILED")) == 10


def test_ten_with_one_key(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    def ask(_: int) -> tuple[str, str]:
        try:
            told = bank.transfer(sender, recipient, "10", key="k")
        except Processing:
            return "processing", ""
        return told.code, told.facts["transactionId"]

    told = all_at_once(10, ask)

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert books.balance(recipient.wallet_id) == "10.00000000"
    results = {answer for answer in told if answer[0] != "processing"}
    assert len(results) == 1
    assert results.pop()[0] == "ok"


def test_ten_with_one_key_and_ten_payloads(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    def ask(number: int) -> str:
        try:
            return bank.transfer(sender, recipient, f"{number + 1}", key="k").code
        except Exception as error:  # noqa: BLE001 - each is counted by its name
            return type(error).__name__

    outcomes = Counter(all_at_once(10, ask))

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert outcomes["ok"] == 1
    assert set(outcomes) <= {"ok", "IdempotencyKeyReused", "Processing"}
    assert len(books.transfers_of("COMPLETED")) == 2


def test_a_ring_of_payers(bank: Bank) -> None:
    ring = [bank.account(holding="5") for _ in range(4)]

    def pay(number: int) -> str:
        sender, recipient = ring[number % 4], ring[(number + 1) % 4]
        return bank.transfer(sender, recipient, "1", key=f"{number}").code

    codes = all_at_once(16, pay)

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert Counter(codes) == {"ok": 16}
    assert {books.balance(account.wallet_id) for account in ring} == {"5.00000000"}


def test_the_first_money_through_one_settlement_wallet(bank: Bank) -> None:
    accounts: list[Account] = []
    while len(accounts) < 4:
        account = bank.account()
        if not accounts or same_shard(account, accounts[0]):
            accounts.append(account)

    all_at_once(8, lambda number: bank.deposit(accounts[number % 4], "1"))

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
