"""Many threads at one moment on the same items of one store, without HTTP between them.

Neither engine lets commits collide: both take them one after the other, and what a rival sees is a
head that has moved. AWS also answers TransactionConflict, so that answer is put on the wire.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial

from localstack.memory.auditor import read_books
from localstack.memory.bank import EUR, Account, Bank, Told
from localstack.memory.payroll import Office, order_for
from localstack.memory.wire import Wire, cancel
from novapay.domain.errors import ReferenceTaken
from novapay.domain.money import stored_units
from novapay.domain.payroll import (
    JobId,
    JobStatus,
)
from novapay.domain.quote import QuoteId
from novapay.domain.wallet_status import StatusAction
from tests.support.rivals import all_decide_before_one_commits, at_once, until_decided


def test_twenty_spenders_of_one_balance_spend_it_once(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    def spend(number: int) -> Told:
        key = f"spend-{number}"
        return until_decided(lambda: bank.transfer(sender, recipient, "10", key=key))

    with Wire(bank.client, before=all_decide_before_one_commits(20)):
        told = at_once([partial(spend, number) for number in range(20)])

    assert Counter(it.code for it in told) == {"ok": 10, "insufficient-funds": 10}
    books = read_books(bank.client, bank.prefix)
    assert len(books.transfers_of("FAILED")) == 10
    assert books.balance(sender.wallet_id) == "0.00000000"
    assert books.balance(recipient.wallet_id) == "100.00000000"
    assert bank.meter.counts["commit_conflicts"] > 0


def test_a_collision_is_decided_again_until_it_is_over(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    with Wire(bank.client, before=cancel("wallets", times=3)) as wire:
        told = bank.transfer(sender, recipient, "10", key="collided")

    assert told.code == "ok"
    assert wire.operations == ["BatchGetItem", "TransactWriteItems"] * 4
    assert bank.meter.counts["commit_retries"] == 3


def test_ten_threads_with_one_key_make_one_transfer(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    def send() -> Told:
        return until_decided(lambda: bank.transfer(sender, recipient, "10", key="one"))

    with Wire(bank.client, before=all_decide_before_one_commits(10)):
        told = at_once([send] * 10)

    assert {it.code for it in told} == {"ok"}
    assert len({it.facts["transactionId"] for it in told}) == 1
    assert sum(not it.replayed for it in told) == 1
    books = read_books(bank.client, bank.prefix)
    assert books.balance(sender.wallet_id) == "90.00000000"
    assert bank.meter.counts["commit_conflicts"] > 0


def test_ten_movements_with_one_reference_are_one_movement(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account()

    def ask(number: int) -> Told:
        key = f"named-{number}"
        if number % 2:
            return bank.deposit(recipient, "10", key=key, reference="order-17")
        return bank.transfer(sender, recipient, "10", key=key, reference="order-17")

    def send(number: int) -> str:
        try:
            return str(until_decided(partial(ask, number)).facts["transactionId"])
        except ReferenceTaken as taken:
            return f"taken by {taken.transaction_id}"

    with Wire(bank.client, before=all_decide_before_one_commits(10)):
        told = at_once([partial(send, number) for number in range(10)])

    [made] = read_books(bank.client, bank.prefix).references.values()
    assert Counter(told) == {made["transactionId"]: 1, f"taken by {made['transactionId']}": 9}
    books = read_books(bank.client, bank.prefix)
    assert books.balance(recipient.wallet_id) == "10.00000000"
    assert bank.meter.counts["commit_conflicts"] > 0


def test_captures_beside_a_release_never_give_more_than_the_hold_has(bank: Bank) -> None:
    account, payee = bank.account(holding="100"), bank.account()
    hold_id = str(bank.hold(account, "10", key="a hold", payee=payee).facts["holdId"])

    def capture(number: int) -> str:
        key = f"capture-{number}"
        take = partial(bank.capture, hold_id, "3", key=key, is_final=False)
        return until_decided(take).code

    def release() -> str:
        return until_decided(partial(bank.release, hold_id, key="release")).code

    rivals: list[Callable[[], str]] = [partial(capture, number) for number in range(8)]
    told = Counter(at_once([*rivals, release]))

    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert set(told) <= {"ok", "hold-closed", "hold-amount-exceeded"}
    paid = stored_units(books.balance(payee.wallet_id))
    assert paid == 300_000_000 * (told["ok"] - 1)
    assert paid + stored_units(books.balance(account.wallet_id)) == 10_000_000_000


def test_one_quote_is_used_once_by_ten_who_want_it(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account(EUR)
    quote_id = _quote(bank, sender, "10")

    def use(number: int) -> Told:
        key = f"use-{number}"
        return until_decided(
            lambda: bank.transfer(sender, recipient, "10", key=key, fx_quote_id=quote_id)
        )

    told = at_once([partial(use, number) for number in range(10)])

    assert Counter(it.code for it in told) == {"ok": 1, "fx-quote-used": 9}
    books = read_books(bank.client, bank.prefix)
    assert books.balance(sender.wallet_id) == "90.00000000"
    assert books.balance(recipient.wallet_id) == "9.20000000"


def test_nothing_leaves_a_wallet_once_its_freeze_is_answered(bank: Bank) -> None:
    sender, recipient = bank.account(holding="1000"), bank.account()
    left: list[str] = []

    def spend(number: int) -> list[Told]:
        pay = partial(bank.transfer, sender, recipient, "1")
        return [until_decided(partial(pay, key=f"{number}-{turn}")) for turn in range(8)]

    def freeze() -> list[Told]:
        told = until_decided(partial(bank.change_status, sender, StatusAction.FREEZE, key="freeze"))
        left.append(read_books(bank.client, bank.prefix).balance(sender.wallet_id))
        return [told]

    spenders: list[Callable[[], list[Told]]] = [partial(spend, number) for number in range(6)]
    *spent, [frozen] = at_once([*spenders, freeze])

    assert frozen.code == "ok"
    codes = Counter(told.code for each in spent for told in each)
    assert codes.keys() <= {"ok", "wallet-frozen"}
    assert codes["wallet-frozen"] > 0
    books = read_books(bank.client, bank.prefix)
    assert [books.balance(sender.wallet_id)] == left
    assert books.balance(recipient.wallet_id) == f"{codes['ok']}.00000000"


def test_a_wallet_is_closed_or_paid_and_never_both(bank: Bank) -> None:
    payer = bank.account(holding="1000")
    leavers = [bank.account() for _ in range(6)]

    def pay(leaver: Account) -> Told:
        return until_decided(partial(bank.transfer, payer, leaver, "1", key=leaver.wallet_id))

    def close(leaver: Account) -> Told:
        return until_decided(
            partial(bank.change_status, leaver, StatusAction.CLOSE, key=leaver.wallet_id)
        )

    told = at_once([partial(do, leaver) for leaver in leavers for do in (pay, close)])

    for paid, closed in zip(told[::2], told[1::2], strict=True):
        assert (paid.code, closed.code) in {("ok", "wallet-not-empty"), ("wallet-inactive", "ok")}


def test_two_who_freeze_one_wallet_freeze_it_once(bank: Bank) -> None:
    account = bank.account(holding="1")

    def freeze(number: int) -> Told:
        key = f"freeze-{number}"
        return until_decided(
            partial(bank.change_status, account, StatusAction.FREEZE, key=key, reason=key)
        )

    with Wire(bank.client, before=all_decide_before_one_commits(4)):
        told = at_once([partial(freeze, number) for number in range(4)])

    assert Counter(it.code for it in told) == {"ok": 1, "wallet-status-conflict": 3}
    assert read_books(bank.client, bank.prefix).changes_of_status(account.wallet_id) == 1


def test_eight_reversals_at_once_never_exceed_the_transfer(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account(holding="100")
    paid = bank.transfer(sender, recipient, "40", key="paid").facts["transactionId"]

    def give_back(number: int) -> Told:
        key = f"back-{number}"
        return until_decided(lambda: bank.reverse(paid, "10", key=key))

    with Wire(bank.client, before=all_decide_before_one_commits(8)):
        told = at_once([partial(give_back, number) for number in range(8)])

    assert Counter(it.code for it in told) == {"ok": 4, "reversal-amount-exceeded": 4}
    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert books.transfers[paid]["reversedAmount"] == "40.00000000"
    assert books.balance(sender.wallet_id) == "100.00000000"


def test_two_reversals_of_all_of_an_exchange_give_it_back_once(bank: Bank) -> None:
    sender, recipient = bank.account(holding="100"), bank.account(EUR, holding="100")
    quote_id = _quote(bank, sender, "10")
    told = bank.transfer(sender, recipient, "10", key="paid", fx_quote_id=quote_id)
    paid = told.facts["transactionId"]

    def give_back(number: int) -> Told:
        return until_decided(lambda: bank.reverse(paid, key=f"back-{number}"))

    with Wire(bank.client, before=all_decide_before_one_commits(2)):
        answers = at_once([partial(give_back, number) for number in range(2)])

    assert Counter(it.code for it in answers) == {"ok": 1, "reversal-amount-exceeded": 1}
    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    assert books.balance(sender.wallet_id) == "100.00000000"
    assert books.balance(recipient.wallet_id) == "100.00000000"


def test_a_lane_is_paid_beside_transfers_of_the_same_wallets(bank: Bank) -> None:
    office = Office(bank)
    source = bank.account(holding="200")
    staff = [bank.account(holding="50") for _ in range(12)]
    job_id = office.queue(source, [order_for(employee, "2") for employee in staff * 8])
    assert office.fund(job_id).status is JobStatus.PROCESSING

    def shop(number: int) -> list[Told]:
        shopper, seller = staff[number], staff[number - 1]
        buy = partial(bank.transfer, shopper, seller, "1")
        return [until_decided(partial(buy, key=f"{number}-{turn}")) for turn in range(5)]

    workers: list[Callable[[], object]] = [partial(_pay_to_the_end, office, job_id)] * 2
    shoppers: list[Callable[[], object]] = [partial(shop, number) for number in range(6)]
    at_once(workers + shoppers)

    assert office.settle(job_id).status is JobStatus.COMPLETED
    paid = [item.status for item in office.items(job_id)]
    assert len(paid) == 96
    assert len(set(paid)) == 1
    books = read_books(bank.client, bank.prefix)
    assert books.balance(source.wallet_id) == "8.00000000"
    total = sum(float(books.balance(employee.wallet_id)) for employee in staff)
    assert total == 12 * 50 + 96 * 2


def _pay_to_the_end(office: Office, job_id: JobId) -> None:
    """Work on the lane as the state machine does: again, whatever stopped the worker."""
    assert until_decided(lambda: office.pay(job_id))


def _quote(bank: Bank, sender: Account, amount: str) -> QuoteId:
    return bank.quote(sender, EUR, amount).quote_id
