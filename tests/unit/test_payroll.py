"""Payroll's arithmetic: batches, lanes, checkpoints, outcomes, ids, legs."""

import uuid
from collections import Counter
from dataclasses import replace

import pytest

from novapay.domain.money import Currency, Money
from novapay.domain.payroll import (
    BATCH_ITEMS_MAX,
    ITEMS_MAX,
    Batch,
    ItemFailure,
    Job,
    JobId,
    JobStatus,
    Lane,
    PayrollItem,
    Progress,
    batches_of,
    lane_units_of,
)
from novapay.domain.payroll_money import (
    failure_of,
    float_wallet_id,
    fund_legs,
    fund_transaction_id,
    item_key,
    item_transaction_id,
    open_float,
    pay_legs,
    settle_legs,
    settle_transaction_id,
)
from novapay.domain.wallet import UserId, Wallet, WalletId, WalletKind, WalletStatus
from novapay.store.commit import COMMIT_WRITES_MAX
from tests.support.domain import (
    CREDIT,
    DEBIT,
    EUR,
    NOW,
    USD,
    a_system_wallet,
    a_wallet,
    id_of,
    post_all,
)

JOB_ID = JobId(id_of("job"))
SIZES = (1, 24, 25, 3500, 3501, 25_000)


def some_items(count: int, *, units: int = 1, currency: Currency = USD) -> list[PayrollItem]:
    user_id, wallet_id = UserId(id_of("owner of alice")), WalletId(id_of("alice"))
    amount = Money(units, currency)
    return [PayrollItem(index, user_id, wallet_id, amount) for index in range(1, count + 1)]


def a_job(items: int, **fields: object) -> Job:
    batches = list(batches_of(some_items(items)))
    job = Job(
        job_id=JOB_ID,
        employer_id=UserId(id_of("employer")),
        source_wallet_id=WalletId(id_of("source")),
        source_user_id=UserId(id_of("owner of source")),
        job_name="April",
        status=JobStatus.PROCESSING,
        currency=USD,
        total_items=items,
        lane_units=lane_units_of(batches, USD),
        created_at=NOW,
    )
    return replace(job, **fields)  # type: ignore[arg-type]  # any of its fields


def after_batches(job: Job, *done: int) -> Progress:
    """Return the progress of a job whose lanes have done so many batches, every item paid."""
    lanes = []
    for number, checkpoint in enumerate(done):
        batches = range(number, job.batches, job.lanes)[:checkpoint]
        paid = sum(min(BATCH_ITEMS_MAX, job.total_items - b * BATCH_ITEMS_MAX) for b in batches)
        lanes.append(Lane(number=number, checkpoint=checkpoint, paid_items=paid, paid_units=paid))
    return Progress(job=job, lanes=tuple(lanes))


@pytest.mark.parametrize("count", SIZES)
def test_batches_hold_every_item_once_in_order(count: int) -> None:
    items = some_items(count)

    batches = list(batches_of(items))

    assert [item for batch in batches for item in batch.items] == items
    assert [batch.number for batch in batches] == list(range(len(batches)))
    assert {len(batch.items) for batch in batches[:-1]} <= {BATCH_ITEMS_MAX}
    assert len(batches) == a_job(count).batches


def test_no_items_make_no_batches() -> None:
    assert list(batches_of([])) == []


def test_a_batch_with_its_bad_items_fits_into_one_commit() -> None:
    moves_entries_transfers = 1 + BATCH_ITEMS_MAX + 2 * BATCH_ITEMS_MAX + BATCH_ITEMS_MAX
    checkpoint_and_failures = 2

    # With a failure there is one payment fewer, which is four writes.
    assert moves_entries_transfers + 1 <= COMMIT_WRITES_MAX
    assert moves_entries_transfers - 4 + checkpoint_and_failures <= COMMIT_WRITES_MAX
    assert moves_entries_transfers + 4 > COMMIT_WRITES_MAX - 1


@pytest.mark.parametrize(
    ("count", "lanes"), [(1, 1), (3500, 1), (3501, 2), (7000, 2), (14_000, 4), (25_000, 8)]
)
def test_a_job_has_a_lane_for_every_3500_items(count: int, lanes: int) -> None:
    assert a_job(count).lanes == lanes


def test_the_largest_job_is_funded_in_one_commit() -> None:
    lanes = a_job(ITEMS_MAX).lanes
    job_and_transfer, source = 2, 2
    lane_float_and_entry = 3 * lanes

    assert job_and_transfer + source + lane_float_and_entry <= COMMIT_WRITES_MAX


def test_lanes_take_the_batches_in_turn_and_need_what_their_batches_hold() -> None:
    batches = list(batches_of(some_items(3501, units=7)))

    units = lane_units_of(batches, USD)

    assert sum(units) == 3501 * 7
    assert units[1] == sum(len(batch.items) for batch in batches[1::2]) * 7


def test_items_in_another_currency_need_no_money() -> None:
    items = [*some_items(2, units=5), *some_items(1, units=9, currency=EUR)]

    assert lane_units_of(list(batches_of(items)), USD) == (10,)


def test_before_it_is_funded_a_job_has_done_nothing() -> None:
    progress = Progress(job=a_job(25, status=JobStatus.QUEUED), lanes=())

    assert (progress.checkpoint, progress.processed_items, progress.paid.units) == (0, 0, 0)
    assert not progress.is_done(0)
    assert not progress.is_complete


@pytest.mark.parametrize(
    ("items", "done", "checkpoint"),
    [
        (1, (0,), 0),
        (1, (1,), 1),
        (24, (1,), 24),
        (25, (1,), 24),
        (25, (2,), 25),
        (3500, (145,), 3480),
        (3500, (146,), 3500),
        (3501, (0, 73), 0),  # lane 1 ran ahead: batch 0 is still open
        (3501, (1, 0), 24),
        (3501, (1, 1), 48),
        (3501, (73, 72), 3480),  # 146 batches: the last, number 145, is lane 1's
        (3501, (73, 73), 3501),
        (25_000, (130,) * 8, 24_960),
        (25_000, (131, 131, *(130,) * 6), 25_000),
    ],
)
def test_the_checkpoint_is_the_last_item_with_nothing_open_before_it(
    items: int, done: tuple[int, ...], checkpoint: int
) -> None:
    progress = after_batches(a_job(items), *done)

    assert progress.checkpoint == checkpoint
    assert progress.checkpoint <= progress.processed_items
    assert progress.is_complete is (checkpoint == items)


def test_a_batch_is_done_once_its_lane_has_passed_it() -> None:
    progress = after_batches(a_job(3501), 2, 0)

    assert [progress.is_done(batch) for batch in range(5)] == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("paid", "failed", "outcome"),
    [
        (25, 0, JobStatus.COMPLETED),
        (24, 1, JobStatus.PARTIAL),
        (1, 24, JobStatus.PARTIAL),
        (0, 25, JobStatus.FAILED),
    ],
)
def test_the_outcome_says_whether_all_some_or_none_were_paid(
    paid: int, failed: int, outcome: JobStatus
) -> None:
    lane = Lane(number=0, checkpoint=2, paid_items=paid, failed_items=failed)

    assert Progress(job=a_job(25), lanes=(lane,)).outcome() is outcome


def test_only_queued_and_processing_jobs_are_open() -> None:
    assert {status for status in JobStatus if status.is_open} == {
        JobStatus.QUEUED,
        JobStatus.PROCESSING,
    }


def test_each_attempt_runs_under_a_name_of_its_own() -> None:
    names = [a_job(1, attempt=attempt).execution_name for attempt in range(3)]

    assert names == [JOB_ID, f"{JOB_ID}-1", f"{JOB_ID}-2"]
    assert len(a_job(1, attempt=10**9).execution_name) <= 80  # as long as Step Functions takes


def test_ids_follow_from_the_job_and_never_meet() -> None:
    other = JobId(id_of("another job"))
    ids = [
        make
        for job_id in (JOB_ID, other)
        for make in (
            *(item_transaction_id(job_id, index) for index in range(1, 1001)),
            *(float_wallet_id(job_id, lane) for lane in range(8)),
            fund_transaction_id(job_id),
            settle_transaction_id(job_id),
        )
    ]

    assert max(Counter(ids).values()) == 1
    assert item_transaction_id(JOB_ID, 7) == item_transaction_id(JobId(str(JOB_ID)), 7)
    assert item_transaction_id(JOB_ID, 7) == str(
        uuid.uuid5(uuid.UUID(JOB_ID), f"payroll-{JOB_ID}-7")
    )
    assert item_key(JOB_ID, 7) == f"payroll-{JOB_ID}-7"


def test_funding_moves_the_whole_sum_from_the_source_to_the_floats() -> None:
    job = a_job(3501)
    source = a_wallet("source", "0.00003501")
    floats = [open_float(JOB_ID, lane, USD, NOW) for lane in range(job.lanes)]

    posting = post_all(*fund_legs(job), wallets=[source, *floats])

    assert posting.after[source.wallet_id].balance.units == 0
    assert [posting.after[f.wallet_id].balance.units for f in floats] == list(job.lane_units)
    assert all(f.kind is WalletKind.PAYROLL_FLOAT for f in floats)


def test_a_job_without_money_is_funded_and_settled_without_a_posting() -> None:
    job = a_job(25, lane_units=(0,))

    assert fund_legs(job) == []
    assert settle_legs(job, []) == []
    assert settle_legs(job, [open_float(JOB_ID, 0, USD, NOW)]) == []


def test_a_lane_without_money_gets_no_float() -> None:
    legs = fund_legs(a_job(3501, lane_units=(5, 0)))

    assert [leg.wallet_id for leg in legs[1:]] == [float_wallet_id(JOB_ID, 0)]


def test_each_item_is_paid_under_a_transaction_of_its_own() -> None:
    items = some_items(2, units=5)

    legs = pay_legs(a_job(2), 0, items)

    assert [leg.entry_type for leg in legs] == [DEBIT, CREDIT] * 2
    assert [leg.transaction_id for leg in legs[::2]] == [
        item_transaction_id(JOB_ID, 1),
        item_transaction_id(JOB_ID, 2),
    ]
    assert legs[0].transaction_id == legs[1].transaction_id


def test_settling_returns_what_every_float_still_holds() -> None:
    floats = [
        a_system_wallet("float 0", holding="3.00000000"),
        a_system_wallet("float 1"),
        a_system_wallet("float 2", holding="4.00000000"),
    ]

    legs = settle_legs(a_job(3501), floats)

    assert [(leg.entry_type, str(leg.amount)) for leg in legs] == [
        (DEBIT, "3.00000000"),
        (DEBIT, "4.00000000"),
        (CREDIT, "7.00000000"),
    ]
    assert legs[-1].wallet_id == id_of("source")


@pytest.mark.parametrize(
    ("wallet", "failure"),
    [
        (None, ItemFailure.WALLET_NOT_FOUND),
        (a_system_wallet("alice"), ItemFailure.WALLET_NOT_FOUND),
        (a_wallet("source"), ItemFailure.SAME_WALLET),
        (a_wallet("alice", user_id=id_of("eve")), ItemFailure.WALLET_OWNER_MISMATCH),
        (a_wallet("alice", status=WalletStatus.CLOSED), ItemFailure.WALLET_INACTIVE),
        (a_wallet("alice", currency=EUR), ItemFailure.CURRENCY_MISMATCH),
        (a_wallet("alice"), None),
    ],
)
def test_an_item_fails_for_the_first_thing_that_is_wrong_with_its_wallet(
    wallet: Wallet | None, failure: ItemFailure | None
) -> None:
    [item] = some_items(1)

    assert failure_of(item, a_job(1), wallet) is failure


def test_an_item_in_another_currency_than_the_source_fails_even_into_such_a_wallet() -> None:
    [item] = some_items(1, currency=EUR)

    failure = failure_of(item, a_job(1), a_wallet("alice", currency=EUR))

    assert failure is ItemFailure.CURRENCY_MISMATCH


def test_a_batch_begins_without_failures() -> None:
    assert Batch(0, tuple(some_items(1))).failures == {}
