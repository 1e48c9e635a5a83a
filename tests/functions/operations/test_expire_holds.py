"""Every minute: the end of holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from localstack.memory.auditor import read_books
from localstack.memory.bank import Account, Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.intruder import Intruder
from localstack.memory.payroll_functions import PayrollFunctions
from localstack.memory.wire import ProcessDied, Wire, at, die
from novapay.domain.errors import InvariantViolated
from novapay.domain.wallet import hold_wallet_id
from novapay.domain.wallet_status import StatusAction
from novapay.usecases.expire_holds import expire_holds
from tests.support.printed import Printed

MINUTE = timedelta(seconds=60)


def held(bank: Bank, account: Account, amount: str = "40", ends_in: timedelta = MINUTE) -> str:
    """Set money aside for a minute."""
    end = bank.clock.now() + ends_in
    told = bank.hold(account, amount, key=f"{account.wallet_id} {amount}", expires_at=end)
    return str(told.facts["holdId"])


def sweep(bank: Bank, holds_at_most: int = 1000) -> int:
    """End holds, with time to look at so many."""
    looks = iter(range(holds_at_most))
    return expire_holds(bank.resources, has_time=lambda: next(looks, None) is not None)


@pytest.fixture
def bank(payroll: PayrollFunctions) -> Bank:
    return payroll.api.bank


def test_the_money_of_an_ended_hold_is_returned_logged_and_counted(
    payroll: PayrollFunctions, bank: Bank, printed: Callable[[], Printed]
) -> None:
    account = bank.account(holding="100")
    hold_id = held(bank, account)
    bank.clock.advance(MINUTE)
    printed()

    answer = payroll.task("operations/expire_holds")

    output = printed()
    hold = payroll.api.get_hold(hold_id).body
    books = payroll.api.sound_books()
    assert answer == {"expired": 1}
    assert output.metrics["holds_expired"] == 1
    assert [line["expired"] for line in output.log if "expired" in line] == [1]
    assert (hold["status"], hold["releasedAmount"]) == ("EXPIRED", "40.00000000")
    assert books.balance(account.wallet_id) == "100.00000000"


@pytest.mark.parametrize(
    ("after", "expired"),
    [
        (timedelta(seconds=59, milliseconds=999), 0),
        (MINUTE, 1),
        (timedelta(seconds=60, milliseconds=1), 1),
    ],
)
def test_a_hold_is_ended_at_its_end_and_not_before(
    payroll: PayrollFunctions, bank: Bank, after: timedelta, expired: int
) -> None:
    held(bank, bank.account(holding="100"))
    bank.clock.advance(after)

    assert sweep(bank) == expired
    payroll.api.sound_books()


def test_only_what_captures_have_left_is_returned_and_only_once(
    payroll: PayrollFunctions, bank: Bank
) -> None:
    account, payee = bank.account(holding="100"), bank.account()
    hold_id = held(bank, account)
    bank.capture(hold_id, "15", key="some", payee=payee, is_final=False)
    bank.clock.advance(MINUTE)

    assert (sweep(bank), sweep(bank)) == (1, 0)
    assert bank.release(hold_id, key="late").code == "hold-expired"
    assert payroll.api.sound_books().balance(account.wallet_id) == "85.00000000"


def test_the_money_of_a_frozen_wallet_is_returned_to_it(
    payroll: PayrollFunctions, bank: Bank
) -> None:
    account = bank.account(holding="100")
    held(bank, account)
    bank.change_status(account, StatusAction.FREEZE)
    bank.clock.advance(MINUTE)

    assert sweep(bank) == 1
    assert payroll.api.sound_books().balance(account.wallet_id) == "100.00000000"


def test_a_run_without_time_leaves_the_rest_to_the_next(
    payroll: PayrollFunctions, bank: Bank
) -> None:
    for _ in range(5):
        held(bank, bank.account(holding="40"))
    bank.clock.advance(MINUTE)

    assert [sweep(bank, 2) for _ in range(4)] == [2, 2, 1, 0]
    payroll.api.sound_books()


def test_a_hold_that_cannot_be_ended_does_not_hold_up_the_others(
    payroll: PayrollFunctions, bank: Bank, intruder: Intruder
) -> None:
    accounts = [bank.account(holding="40") for _ in range(4)]
    for account in accounts:
        held(bank, account)
    broken = hold_wallet_id(accounts[0].wallet_id)
    intruder.change("wallets", broken, balance="39.00000000")
    bank.clock.advance(MINUTE)

    with pytest.raises(InvariantViolated):
        sweep(bank)

    books = payroll.api.books()
    assert [books.balance(it.wallet_id) for it in accounts[1:]] == ["40.00000000"] * 3


def test_it_may_die_before_or_after_any_call_and_the_next_run_goes_on() -> None:
    calls = 0
    with dynamodb_in_memory() as client:
        _, bank = _three_ended(Bank(client))
        with Wire(client) as wire:
            assert sweep(bank) == 3
        calls = len(wire.calls)
    for number in range(1, calls + 1):
        for side in ("before", "after"):
            with dynamodb_in_memory() as client:
                account, bank = _three_ended(Bank(client))
                dying = {side: at(number, die)}

                with Wire(client, **dying), pytest.raises(ProcessDied):
                    sweep(bank)
                sweep(bank)

                books = read_books(client)
                books.assert_sound()
                assert books.balance(account.wallet_id) == "100.00000000"


def _three_ended(bank: Bank) -> tuple[Account, Bank]:
    account = bank.account(holding="100")
    for amount in ("1", "2", "3"):
        held(bank, account, amount)
    bank.clock.advance(MINUTE)
    return account, bank
