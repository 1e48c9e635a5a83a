"""The decisions of a payroll run: what is stored of each step, from values alone."""

from dataclasses import replace
from typing import Any

import pytest

from novapay.domain.effect import ItemsFailed, JobMoved, LaneMoved, LaneOpened, Posted, Recorded
from novapay.domain.errors import InvariantViolated
from novapay.domain.payroll import (
    Batch,
    ItemFailure,
    Job,
    JobId,
    JobStatus,
    Lane,
    PayrollItem,
    Progress,
)
from novapay.domain.payroll_money import (
    float_wallet_id,
    fund_transaction_id,
    id_taken,
    item_key,
    item_transaction_id,
    open_float,
    settle_transaction_id,
)
from novapay.domain.payroll_steps import fail, fail_batch, fund, pay_batch, settle, settle_broken
from novapay.domain.transaction import EntryKey, Transaction, TransactionStatus, TransactionType
from novapay.domain.wallet import Wallet, WalletId, WalletStatus
from tests.support.domain import EUR, NOW, USD, a_wallet, id_of, money

JOB_ID = JobId(id_of("job"))
SOURCE, ALICE, BOB = (
    a_wallet("source", "100"),
    a_wallet("alice"),
    a_wallet("bob", status=WalletStatus.CLOSED),
)
ITEMS = (
    PayrollItem(1, ALICE.user_id, ALICE.wallet_id, money("3")),
    PayrollItem(2, BOB.user_id, BOB.wallet_id, money("4")),
)
BATCH = Batch(0, ITEMS)
JOB = Job(
    job_id=JOB_ID,
    employer_id=SOURCE.user_id,
    source_wallet_id=SOURCE.wallet_id,
    source_user_id=SOURCE.user_id,
    job_name="April",
    status=JobStatus.QUEUED,
    currency=USD,
    total_items=2,
    lane_units=(700_000_000,),
    created_at=NOW,
)
RUNNING = replace(JOB, status=JobStatus.PROCESSING)
FLOAT = replace(open_float(JOB_ID, 0, USD, NOW), balance=money("7"))


def stored(transaction_type: TransactionType, *touched: WalletId, **fields: Any) -> Recorded:
    """Return the record of one of the job's transactions, each wallet's first entry."""
    transaction = Transaction(
        transaction_type=transaction_type,
        status=TransactionStatus.COMPLETED,
        created_at=NOW,
        currency=USD,
        description="April",
        entries=tuple(EntryKey(wallet_id, 1) for wallet_id in touched),
        **fields,
    )
    return Recorded(transaction, id_taken(JOB_ID))


def assert_changes(changes: Any, *expected: Any) -> None:
    """Compare the changes, but for postings; of an error its facts, as it has no equality."""
    found = [it for it in changes if not isinstance(it, Posted)]
    shown = [replace(it, taken=None) if isinstance(it, Recorded) else it for it in found]
    assert shown == [replace(it, taken=None) if isinstance(it, Recorded) else it for it in expected]
    for it in found:
        if isinstance(it, Recorded):
            assert isinstance(it.taken, InvariantViolated)
            assert it.taken.facts == {"job_id": JOB_ID}


def moved(changes: Any) -> dict[WalletId, str]:
    [posted] = [it for it in changes if isinstance(it, Posted)]
    return {wallet_id: str(it.balance) for wallet_id, it in posted.posting.after.items()}


def of(*wallets: Wallet) -> dict[WalletId, Wallet]:
    return {wallet.wallet_id: wallet for wallet in wallets}


def test_funding_moves_the_money_and_opens_the_lanes() -> None:
    effect = fund(JOB, SOURCE, now=NOW)

    float_id = float_wallet_id(JOB_ID, 0)
    funding = stored(
        TransactionType.PAYROLL_FUND,
        *(SOURCE.wallet_id, float_id),
        transaction_id=fund_transaction_id(JOB_ID),
        amount_text="7.00000000",
        sender_wallet_id=SOURCE.wallet_id,
        sender_user_id=SOURCE.user_id,
    )
    assert effect.result == RUNNING
    assert_changes(
        effect.changes, JobMoved(JOB, RUNNING), LaneOpened(JOB_ID, Lane(number=0)), funding
    )
    assert moved(effect.changes) == {SOURCE.wallet_id: "93.00000000", float_id: "7.00000000"}


def test_a_job_of_nothing_needs_no_money_and_no_wallet() -> None:
    job = replace(JOB, lane_units=(0, 0))

    effect = fund(job, None, now=NOW)

    lanes = [LaneOpened(JOB_ID, Lane(number=number)) for number in range(2)]
    assert effect.result == replace(job, status=JobStatus.PROCESSING)
    assert_changes(effect.changes, JobMoved(job, replace(job, status=JobStatus.PROCESSING)), *lanes)


def test_a_job_without_its_source_wallet_is_a_violation() -> None:
    with pytest.raises(InvariantViolated) as violated:
        fund(JOB, None, now=NOW)

    assert violated.value.what == "a job's source wallet is missing"
    assert violated.value.facts == {"job_id": JOB_ID}


@pytest.mark.parametrize("step", ["refused", "failed"])
def test_a_job_whose_money_is_refused_fails(step: str) -> None:
    poor = replace(SOURCE, balance=money("6.99999999"))
    effect = (
        fund(JOB, poor, now=NOW) if step == "refused" else fail(JOB, "insufficient-funds", now=NOW)
    )

    failed = replace(JOB, status=JobStatus.FAILED, finished_at=NOW, failure="insufficient-funds")
    assert effect.result == failed
    assert_changes(effect.changes, JobMoved(JOB, failed))


def test_a_batch_pays_whom_it_can_and_says_why_it_cannot_pay_others() -> None:
    lane = Lane(number=0, paid_items=5, failed_items=6, paid_units=7)

    effect = pay_batch(RUNNING, lane, BATCH, of(FLOAT, ALICE, BOB), now=NOW)

    after = Lane(number=0, checkpoint=1, paid_items=6, failed_items=7, paid_units=300_000_007)
    payment = stored(
        TransactionType.PAYROLL_PAYMENT,
        *(FLOAT.wallet_id, ALICE.wallet_id),
        transaction_id=item_transaction_id(JOB_ID, 1),
        amount_text="3.00000000",
        sender_wallet_id=FLOAT.wallet_id,
        recipient_wallet_id=ALICE.wallet_id,
        sender_user_id=SOURCE.user_id,
        recipient_user_id=ALICE.user_id,
        idempotency_key=item_key(JOB_ID, 1),
        payer_wallet_id=SOURCE.wallet_id,
    )
    failed = ItemsFailed(JOB_ID, 0, {2: ItemFailure.WALLET_INACTIVE})
    assert effect.result == after
    assert effect.counts == {"payroll_items_paid": 1, "payroll_items_failed": 1}
    assert_changes(effect.changes, LaneMoved(JOB_ID, lane, after), failed, payment)
    assert moved(effect.changes) == {FLOAT.wallet_id: "4.00000000", ALICE.wallet_id: "3.00000000"}


def test_a_batch_that_pays_nobody_moves_no_money() -> None:
    effect = pay_batch(RUNNING, Lane(number=0), BATCH, of(FLOAT), now=NOW)

    failures = dict.fromkeys((1, 2), ItemFailure.WALLET_NOT_FOUND)
    after = Lane(number=0, checkpoint=1, failed_items=2)
    assert_changes(
        effect.changes, LaneMoved(JOB_ID, Lane(number=0), after), ItemsFailed(JOB_ID, 0, failures)
    )


@pytest.mark.parametrize("batch", [BATCH, None])
def test_a_batch_that_was_not_accepted_fails_whole(batch: Batch | None) -> None:
    effect = fail_batch(RUNNING, Lane(number=0), batch)

    failures = dict.fromkeys((1, 2), ItemFailure.SEAL_BROKEN)
    marks = [] if batch is None else [ItemsFailed(JOB_ID, 0, failures)]
    after = Lane(number=0, checkpoint=1, failed_items=2)
    assert effect.result == after
    assert effect.counts == {"payroll_items_paid": 0, "payroll_items_failed": 2}
    assert_changes(effect.changes, LaneMoved(JOB_ID, Lane(number=0), after), *marks)


def returned(*touched: WalletId, amount_text: str = "7.00000000") -> Recorded:
    return stored(
        TransactionType.PAYROLL_RETURN,
        *touched,
        transaction_id=settle_transaction_id(JOB_ID),
        amount_text=amount_text,
        recipient_wallet_id=SOURCE.wallet_id,
        recipient_user_id=SOURCE.user_id,
    )


DONE = Lane(number=0, checkpoint=1, paid_items=1, failed_items=1)


def test_settling_returns_what_is_left() -> None:
    progress = Progress(job=RUNNING, lanes=(DONE,))

    other = replace(open_float(JOB_ID, 1, USD, NOW), balance=money("2"))

    effect = settle(progress, of(SOURCE, FLOAT, other), now=NOW)

    closed = replace(RUNNING, status=JobStatus.PARTIAL, finished_at=NOW)
    touched = (FLOAT.wallet_id, other.wallet_id, SOURCE.wallet_id)
    money_back = returned(*touched, amount_text="9.00000000")
    assert effect.result == closed
    assert_changes(effect.changes, JobMoved(RUNNING, closed), money_back)
    assert moved(effect.changes)[SOURCE.wallet_id] == "109.00000000"


def test_a_job_is_not_settled_before_its_lanes_are_done() -> None:
    progress = Progress(job=RUNNING, lanes=(Lane(number=0),))

    with pytest.raises(InvariantViolated) as violated:
        settle(progress, of(SOURCE, FLOAT), now=NOW)

    assert violated.value.what == "a job is settled before its lanes are"
    assert violated.value.facts == {"job_id": JOB_ID}


@pytest.mark.parametrize(("paid", "status"), [(0, JobStatus.FAILED), (1, JobStatus.PARTIAL)])
@pytest.mark.parametrize("is_funded", [False, True])
def test_a_broken_job_returns_its_money_to_the_wallet_that_paid(
    paid: int, status: JobStatus, *, is_funded: bool
) -> None:
    forged = replace(
        RUNNING, source_wallet_id=BOB.wallet_id, source_user_id=BOB.user_id, currency=EUR
    )
    progress = Progress(job=forged, lanes=(replace(DONE, paid_items=paid),))
    [funding] = [it for it in fund(JOB, SOURCE, now=NOW).changes if isinstance(it, Recorded)]
    funded = funding.transaction if is_funded else None

    effect = settle_broken(progress, funded, of(SOURCE, FLOAT), now=NOW)

    closed = replace(forged, status=status, finished_at=NOW, failure="seal-broken")
    money_back = [returned(FLOAT.wallet_id, SOURCE.wallet_id)] if is_funded else []
    assert effect.result == closed
    assert_changes(effect.changes, JobMoved(forged, closed), *money_back)


def test_a_job_whose_floats_are_empty_returns_nothing() -> None:
    empty = replace(FLOAT, balance=money("1").plus(-100_000_000))
    progress = Progress(job=RUNNING, lanes=(DONE,))

    effect = settle(progress, of(SOURCE, empty), now=NOW)

    assert len(effect.changes) == 1
