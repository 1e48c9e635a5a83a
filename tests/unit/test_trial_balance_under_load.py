"""The trial balance while money is moving: as of 30 seconds ago, wallet by wallet."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from localstack.memory.bank import USD, Bank
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX
from localstack.memory.wire import Call, Wire
from novapay.domain.trial_balance import SETTLED_AFTER
from novapay.domain.wallet import WalletKind
from novapay.usecases import get_trial_balance as module
from novapay.usecases.get_trial_balance import get_trial_balance

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VIOLATIONS = "ledger_invariant_violations_total"
TICK = timedelta(microseconds=1)


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


def held(bank: Bank, kind: WalletKind = WalletKind.CLIENT) -> str:
    """Return what wallets of a kind held of dollars; the whole always adds up to zero."""
    trial_balance = get_trial_balance(bank.resources)
    assert trial_balance.is_zero
    assert trial_balance.as_of == bank.clock.now() - SETTLED_AFTER
    [dollars] = [it for it in trial_balance.currencies if it.currency == USD]
    return str(dollars.held[kind])


@pytest.mark.parametrize(
    ("passed", "counted"),
    [
        (timedelta(), "100.00000000"),
        (SETTLED_AFTER - TICK, "100.00000000"),
        (SETTLED_AFTER, "140.00000000"),
        (SETTLED_AFTER + TICK, "140.00000000"),
    ],
)
def test_a_posting_counts_on_both_sides_from_the_thirtieth_second_on(
    bank: Bank, passed: timedelta, counted: str
) -> None:
    account = bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=1))
    bank.deposit(account, "40")
    bank.clock.advance(passed)

    assert held(bank) == counted
    assert held(bank, WalletKind.SETTLEMENT) == f"-{counted}"


def test_wallets_that_are_younger_than_that_hold_nothing(bank: Bank) -> None:
    bank.account(holding="100")

    assert held(bank) == "0.00000000"


@pytest.mark.parametrize("newer", [1, 2, 3, 55])
def test_a_balance_is_found_behind_many_newer_entries(bank: Bank, newer: int) -> None:
    account = bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=1))
    for _ in range(newer):
        bank.deposit(account, "1")

    assert held(bank) == "100.00000000"


def test_a_transfer_between_two_reads_of_the_scan_is_on_neither_side(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account(holding="1")
    bank.clock.advance(timedelta(minutes=1))
    rivals = iter(["40"])

    def transfer_first(_: Call) -> None:
        if amount := next(rivals, None):
            assert bank.transfer(sender, recipient, amount, key="rival").code == "ok"

    with Wire(bank.client, after=transfer_first):
        trial_balance = get_trial_balance(bank.resources)

    assert trial_balance.is_zero


def test_a_quiet_wallet_costs_no_read_of_its_own(bank: Bank) -> None:
    bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=1))

    with Wire(bank.client) as wire:
        get_trial_balance(bank.resources)

    assert wire.operations == ["Scan"]


def test_a_busy_wallet_is_read_back_in_few_reads_of_few_attributes(bank: Bank) -> None:
    account = bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=1))
    for _ in range(63):
        bank.deposit(account, "1")

    with Wire(bank.client) as wire:
        clients = held(bank)

    assert clients == "100.00000000"
    scan, *reads = wire.calls
    assert {read.operation for read in reads} == {"BatchGetItem"}
    assert len(reads) <= 8  # log2(64) + 2; both wallets are searched in the same reads
    requests = [
        scan.request,
        *(it for read in reads for it in read.request["RequestItems"].values()),
    ]
    assert {tuple(sorted(it["ExpressionAttributeNames"].values())) for it in requests} == {
        ("balance", "currency", "kind", "postedAt", "sequence", "walletId"),
        ("balanceAfter", "createdAt", "currency", "sequence", "walletId"),
    }


def test_no_read_asks_for_more_than_a_batch(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_READS_MAX", 3)
    accounts = [bank.account(holding="100") for _ in range(7)]
    bank.clock.advance(timedelta(minutes=1))
    for account in accounts:
        for _ in range(5):
            bank.deposit(account, "1")

    with Wire(bank.client) as wire:
        clients = held(bank)

    assert clients == "700.00000000"
    keys = [
        len(table["Keys"])
        for call in wire.calls
        if call.operation == "BatchGetItem"
        for table in call.request["RequestItems"].values()
    ]
    assert max(keys) == 3


@pytest.mark.parametrize(("moved", "reads"), [(2, 1), (4, 1), (6, 2)])
def test_wallets_that_moved_once_are_read_back_many_at_a_time(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, moved: int, reads: int
) -> None:
    monkeypatch.setattr(module, "BATCH_READS_MAX", 4)
    accounts = [bank.account(holding="100") for _ in range(moved)]
    bank.clock.advance(timedelta(minutes=1))
    for sender, recipient in zip(accounts[::2], accounts[1::2], strict=True):
        bank.transfer(sender, recipient, "40", key=sender.wallet_id)

    with Wire(bank.client) as wire:
        clients = held(bank)

    assert clients == f"{moved}00.00000000"
    assert wire.operations == ["Scan", *["BatchGetItem"] * reads]


def test_wallets_with_no_older_entry_cost_no_read(bank: Bank) -> None:
    bank.account(holding="100")

    with Wire(bank.client) as wire:
        get_trial_balance(bank.resources)

    assert wire.operations == ["Scan"]


def test_a_changed_balance_does_not_add_up_and_is_counted(bank: Bank) -> None:
    account = bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=1))
    Intruder(bank.client, PREFIX).change("wallets", account.wallet_id, balance="100.00000001")

    trial_balance = get_trial_balance(bank.resources)

    assert not trial_balance.is_zero
    assert trial_balance.currencies[0].sum.units == 1
    assert bank.meter.counts[VIOLATIONS] == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (None, "missing-entry"),
        ({"balanceAfter": "1e5"}, "malformed-entry"),
        ({"createdAt": "yesterday"}, "malformed-entry"),
        ({"currency": 7}, "malformed-entry"),
    ],
)
def test_an_entry_that_cannot_be_read_is_a_violation_and_the_rest_is_added_up(
    bank: Bank, fields: dict[str, object] | None, reason: str
) -> None:
    account, other = bank.account(holding="100"), bank.account(holding="5")
    bank.clock.advance(timedelta(minutes=1))
    bank.deposit(account, "40")
    intruder = Intruder(bank.client, PREFIX)
    if fields is None:
        intruder.delete("ledger", account.wallet_id, 1)
    else:
        intruder.change("ledger", account.wallet_id, 1, **fields)

    trial_balance = get_trial_balance(bank.resources)

    [violation] = trial_balance.violations
    assert (violation.wallet_id, violation.reason, violation.sequence) == (
        account.wallet_id,
        reason,
        1,
    )
    assert str(trial_balance.currencies[0].held[WalletKind.CLIENT]) == "5.00000000"
    assert other.currency == USD
    assert not trial_balance.is_balanced
    assert bank.meter.counts[VIOLATIONS] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"balance": "1e5"},
        {"sequence": "many"},
        {"postedAt": "2099"},
        {"kind": "treasury"},
        {"currency": "XXX1"},
    ],
)
def test_a_wallet_that_cannot_be_read_is_a_violation_and_the_rest_is_added_up(
    bank: Bank, fields: dict[str, object]
) -> None:
    account = bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=1))
    Intruder(bank.client, PREFIX).change("wallets", account.wallet_id, **fields)

    trial_balance = get_trial_balance(bank.resources)

    [violation] = trial_balance.violations
    assert (violation.wallet_id, violation.reason) == (account.wallet_id, "malformed-wallet")
    assert not trial_balance.is_zero
    assert bank.meter.counts[VIOLATIONS] == 1


def test_a_wallet_whose_number_of_entries_was_raised_is_a_violation(bank: Bank) -> None:
    account = bank.account(holding="100")
    Intruder(bank.client, PREFIX).change("wallets", account.wallet_id, sequence=10**37)

    trial_balance = get_trial_balance(bank.resources)

    assert [it.reason for it in trial_balance.violations] == ["missing-entry"]


def test_books_that_add_up_are_not_counted(bank: Bank) -> None:
    bank.account(holding="100")
    bank.clock.advance(timedelta(minutes=1))

    assert held(bank) == "100.00000000"
    assert bank.meter.counts[VIOLATIONS] == 0
