"""Payroll's steps one by one, over an AWS in memory: who is paid, and what returns."""

from typing import TYPE_CHECKING

import pytest

from localstack.memory.auditor import Books, read_books
from localstack.memory.bank import EUR, USD, Account, Bank
from localstack.memory.payroll import Office, order_for
from novapay.domain.errors import InvariantViolated, JobNotFound
from novapay.domain.payroll import (
    ItemFailure,
    ItemStatus,
    JobId,
    JobStatus,
)
from novapay.domain.payroll_money import item_transaction_id
from novapay.domain.transaction import Transaction, TransactionStatus, TransactionType
from novapay.domain.wallet import WalletId
from novapay.domain.wallet_status import StatusAction
from novapay.store.commit import Decision
from novapay.store.tables import transfers
from tests.support.domain import id_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOBODYS_JOB = JobId(id_of("nobody's job"))


@pytest.fixture
def bank(dynamodb: "DynamoDBClient") -> Bank:
    return Bank(dynamodb)


@pytest.fixture
def office(bank: Bank) -> Office:
    return Office(bank)


def sound_books(bank: Bank) -> Books:
    books = read_books(bank.client)
    books.assert_sound()
    return books


def test_exact_funds_pay_everybody_and_leave_nothing(bank: Bank, office: Office) -> None:
    source, staff = bank.account(holding="25"), office.employees(25)
    job_id = office.queue(source, [order_for(person, "1") for person in staff])

    job = office.run(job_id)

    books = sound_books(bank)
    progress = office.progress(job_id)
    assert job.status is JobStatus.COMPLETED
    assert {books.balance(person.wallet_id) for person in staff} == {"1.00000000"}
    assert books.balance(source.wallet_id) == "0.00000000"
    assert books.balance(office.float_id(job_id)) == "0.00000000"
    assert (progress.processed_items, progress.checkpoint, progress.failed_items) == (25, 25, 0)
    assert job.finished_at == bank.clock.now()


def test_a_job_that_falls_short_by_the_smallest_unit_pays_nobody(
    bank: Bank, office: Office
) -> None:
    source, staff = bank.account(holding="24.99999999"), office.employees(25)
    job_id = office.queue(source, [order_for(person, "1") for person in staff])

    job = office.run(job_id)

    books = sound_books(bank)
    assert (job.status, job.failure) == (JobStatus.FAILED, "insufficient-funds")
    assert books.balance(source.wallet_id) == "24.99999999"
    assert {books.balance(person.wallet_id) for person in staff} == {"0.00000000"}
    assert {state.status for state in office.items(job_id)} == {ItemStatus.FAILED}
    assert {state.failure for state in office.items(job_id)} == {"insufficient-funds"}


def test_a_source_that_is_frozen_by_then_pays_nobody(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="5"), office.employees(1)
    job_id = office.queue(source, [order_for(person, "1")])
    bank.change_status(source, StatusAction.FREEZE)

    job = office.run(job_id)

    assert (job.status, job.failure) == (JobStatus.FAILED, "wallet-frozen")
    assert sound_books(bank).balance(source.wallet_id) == "5.00000000"


def test_funding_twice_sets_the_money_aside_once(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="5"), office.employees(1)
    job_id = office.queue(source, [order_for(person, "2")])

    first, second = office.fund(job_id), office.fund(job_id)

    books = sound_books(bank)
    assert first == second
    assert books.balance(source.wallet_id) == "3.00000000"
    assert books.balance(office.float_id(job_id)) == "2.00000000"


def test_settling_twice_returns_the_remainder_once(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="5"), office.employees(1)
    stranger = bank.new_account()
    job_id = office.queue(source, [order_for(person, "2"), order_for(stranger, "3")])
    office.run(job_id)

    job = office.settle(job_id)

    assert job.status is JobStatus.PARTIAL
    assert sound_books(bank).balance(source.wallet_id) == "3.00000000"


def test_a_job_is_not_settled_before_its_lanes_are_done(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="5"), office.employees(1)
    job_id = office.queue(source, [order_for(person, "2")])
    office.fund(job_id)

    with pytest.raises(InvariantViolated):
        office.settle(job_id)

    assert office.progress(job_id).job.status is JobStatus.PROCESSING


def test_a_bad_item_of_every_kind_fails_alone(bank: Bank, office: Office) -> None:
    source, good = bank.account(holding="100"), office.employees(3)
    inactive, other_owner = office.employees(2)
    [euros] = office.employees(1, EUR)
    bank.change_status(inactive, StatusAction.CLOSE)
    settlement = next(
        wallet
        for wallet in read_books(bank.client).wallets.values()
        if wallet["kind"] == "settlement"
    )
    system = Account(WalletId(settlement["walletId"]), good[0].user_id)
    job_id = office.queue(
        source,
        [
            order_for(good[0], "1"),
            order_for(bank.new_account(), "2"),
            order_for(inactive, "2"),
            order_for(other_owner, "2", user_id=good[0].user_id),
            order_for(euros, "2"),
            order_for(euros, "2", currency=EUR),
            order_for(good[1], "2", currency=EUR),
            order_for(source, "2"),
            order_for(system, "2"),
            order_for(good[2], "1"),
        ],
    )

    job = office.run(job_id)

    books, states = sound_books(bank), office.items(job_id)
    assert job.status is JobStatus.PARTIAL
    assert [state.failure for state in states] == [
        None,
        ItemFailure.WALLET_NOT_FOUND,
        ItemFailure.WALLET_INACTIVE,
        ItemFailure.WALLET_OWNER_MISMATCH,
        ItemFailure.CURRENCY_MISMATCH,
        ItemFailure.CURRENCY_MISMATCH,
        ItemFailure.CURRENCY_MISMATCH,
        ItemFailure.SAME_WALLET,
        ItemFailure.WALLET_NOT_FOUND,
        None,
    ]
    assert [state.transaction_id is not None for state in states] == [True, *[False] * 8, True]
    assert books.balance(source.wallet_id) == "98.00000000"
    assert {books.balance(person.wallet_id) for person in (good[0], good[2])} == {"1.00000000"}


def test_a_job_of_bad_items_alone_fails_and_returns_all(bank: Bank, office: Office) -> None:
    source = bank.account(holding="30")
    job_id = office.queue(source, [order_for(bank.new_account(), "1") for _ in range(30)])

    job = office.run(job_id)

    assert job.status is JobStatus.FAILED
    assert job.failure is None  # each item has its own
    assert {state.failure for state in office.items(job_id)} == {"wallet-not-found"}
    assert sound_books(bank).balance(source.wallet_id) == "30.00000000"


def test_a_job_in_another_currency_alone_moves_no_money(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="5"), office.employees(1, EUR)
    job_id = office.queue(source, [order_for(person, "1", currency=EUR)])

    job = office.run(job_id)

    assert job.status is JobStatus.FAILED
    assert sound_books(bank).balance(source.wallet_id) == "5.00000000"


def test_several_items_for_one_wallet_in_a_batch_are_all_paid(bank: Bank, office: Office) -> None:
    source, [ann, ben] = bank.account(holding="24"), office.employees(2)
    orders = [order_for(ann if index % 3 else ben, "1") for index in range(24)]
    job_id = office.queue(source, orders)

    job = office.run(job_id)

    books = sound_books(bank)
    assert job.status is JobStatus.COMPLETED
    assert books.balance(ann.wallet_id) == "16.00000000"
    assert books.balance(ben.wallet_id) == "8.00000000"
    assert len(books.chains[ann.wallet_id]) == 16


def test_a_lane_stops_when_its_time_is_up_and_goes_on_where_it_stopped(
    bank: Bank, office: Office
) -> None:
    source, staff = bank.account(holding="72"), office.employees(72)
    job_id = office.queue(source, [order_for(person, "1") for person in staff])
    office.fund(job_id)

    stops = []
    while not office.pay(job_id, batches=1):
        stops.append(office.progress(job_id).checkpoint)

    assert stops == [24, 48]
    assert office.progress(job_id).checkpoint == 72
    assert office.settle(job_id).status is JobStatus.COMPLETED


def test_a_lane_of_a_job_that_is_not_running_has_nothing_to_do(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="1"), office.employees(1)
    job_id = office.queue(source, [order_for(person, "1")])

    assert office.pay(job_id)  # still queued
    office.run(job_id)
    assert office.pay(job_id)  # completed

    assert sound_books(bank).balance(person.wallet_id) == "1.00000000"


def test_a_lane_that_a_job_does_not_have_is_a_fault(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="1"), office.employees(1)
    job_id = office.queue(source, [order_for(person, "1")])
    office.fund(job_id)

    with pytest.raises(InvariantViolated):
        office.pay(job_id, lane=1)


def test_no_step_knows_a_job_that_was_never_created(office: Office) -> None:
    for step in (office.fund, office.pay, office.settle, office.progress):
        with pytest.raises(JobNotFound):
            step(NOBODYS_JOB)


def test_every_payment_is_a_transfer_that_names_the_job(bank: Bank, office: Office) -> None:
    source, [person] = bank.account(holding="5"), office.employees(1)
    job_id = office.queue(source, [order_for(person, "1"), order_for(bank.new_account(), "4")])
    office.run(job_id)

    kinds = [
        (transfer["type"], transfer["amount"])
        for transfer in sound_books(bank).transfers.values()
        if transfer["type"].startswith("payroll")
    ]

    assert sorted(kinds) == [
        ("payroll_fund", "5.00000000"),
        ("payroll_payment", "1.00000000"),
        ("payroll_return", "4.00000000"),
    ]


def test_paid_and_failed_items_are_counted_once(bank: Bank, office: Office) -> None:
    source, staff = bank.account(holding="30"), office.employees(25)
    orders = [order_for(person, "1") for person in (*staff, bank.new_account())]
    job_id = office.queue(source, orders)

    office.run(job_id)
    office.run(job_id)

    assert bank.meter.counts["payroll_items_paid"] == 25
    assert bank.meter.counts["payroll_items_failed"] == 1


def test_a_page_of_items_may_begin_and_end_anywhere(bank: Bank, office: Office) -> None:
    source, staff = bank.account(holding="50", currency=USD), office.employees(50)
    job_id = office.queue(source, [order_for(person, "1") for person in staff])
    office.fund(job_id)
    office.pay(job_id, batches=1)

    pages = [office.page(job_id, limit=7, offset=offset) for offset in range(0, 56, 7)]

    states = [state for page in pages for state in page.items]
    assert [state.item.index for state in states] == list(range(1, 51))
    assert [state.status for state in states] == [ItemStatus.PAID] * 24 + [ItemStatus.PENDING] * 26
    assert {page.total for page in pages} == {50}
    assert office.page(job_id, limit=1, offset=50).items == []


def test_a_payment_whose_id_somebody_took_is_a_violation_and_not_contention(
    office: Office,
) -> None:
    [person] = office.employees(1)
    job_id = office.queue(office.bank.account(holding="1"), [order_for(person, "1")])
    office.fund(job_id)
    taken = Transaction(
        transaction_id=item_transaction_id(job_id, 1),
        transaction_type=TransactionType.POSTING,
        status=TransactionStatus.COMPLETED,
        created_at=office.bank.clock.now(),
    )
    resources = office.bank.resources
    resources.committer.commit(lambda: Decision(None, [transfers.create(taken)]))

    with pytest.raises(InvariantViolated):
        office.pay(job_id)
