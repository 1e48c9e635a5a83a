"""Tables are restored with commits torn in every way; then they are reconciled, and all is sound.

And life goes on: every client asks again with its key, every job is run again, and each request has
had exactly one effect.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localstack.memory.auditor import read_books
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.tables import PREFIX
from novapay.domain.errors import (
    FxQuoteNotFound,
    HoldNotFound,
    InvariantViolated,
    TransferNotFound,
    WalletNotFound,
)
from novapay.domain.payroll import BATCH_ITEMS_MAX, ItemFailure, JobId, JobStatus
from novapay.domain.payroll_money import item_transaction_id
from novapay.domain.restored import Because, CountSet, FailuresSet, Plan, Repair
from novapay.schema import Table
from novapay.store.tables.payroll import list_every_job
from novapay.usecases.reconcile import carry_out, plan_reconciliation, verify_restored
from tests.support.backups import Item, Pick, Place, any_version
from tests.support.busy_seconds import ITEMS, History, history
from tests.support.plain_dynamodb import PlainDynamoDB

MOVED = (
    *("first", "deposit", "withdraw", "hold", "capture", "capture some", "release", "pay"),
    *("exchange", "return", "unwind", "return again", "old return", "post", "fund", "first batch"),
    *("spend", "second batch", "settle", "refund", "unwind all", "back", "on"),
)
"""The commits that moved money."""

STATE = {"holdStatus", "captured", "released", "captures", "releaseId", "listed", "listedAt"} | {
    "reversedAmount",
    "reversals",
}
"""What a row has beside its facts, and what may change; the auditor holds it to the rest."""


@pytest.fixture(scope="module")
def past() -> History:
    return history(PlainDynamoDB(PREFIX))


def assert_sound(past: History) -> None:
    """Check everything that is promised of reconciled tables."""
    assert past.plan().repairs == ()
    found = verify_restored(past.bank.resources, since=past.since)
    assert found.is_sound, found
    books = past.books()
    books.assert_sound()
    truth = past.backups.latest()
    for place, item in past.backups.stored().items():
        if place.table in (Table.LEDGER, Table.TRANSFERS, Table.AUDIT):
            stated = {**truth[place], **{it: item[it] for it in STATE if it in item}}
            lost = STATE - item.keys()
            assert item == {it: stated[it] for it in stated.keys() - lost}, "it was invented"
    made = {it["made"].partition("/")[2] for it in books.records.values() if "made" in it}
    for row in books.transfers.values():
        if "idempotencyKey" in row and row["type"] != "payroll_payment" and not _is_rest(row):
            assert row["transactionId"] in made, "a client's retry would pay twice"
    used = {q["usedByTransactionId"] for q in books.quotes.values() if q["status"] == "USED"}
    assert used <= books.transfers.keys(), "a quote is used by nothing"


def assert_life_goes_on(past: History) -> None:
    """Ask for everything again: each request has one effect, each person is paid once."""
    for key, ask in past.asks.items():
        try:
            told = ask(key=key)
        except (FxQuoteNotFound, HoldNotFound, TransferNotFound, WalletNotFound):
            continue  # Made too late to be restored: the client asks for another.
        again = ask(key=key)
        is_job = isinstance(told, dict)
        assert again == ({**told, "replayed": True} if is_job else replace(told, replayed=True))
    [job_id] = list_every_job(past.bank.resources.database)
    job = past.office.run(job_id)
    paid = past.office.progress(job_id).paid_items
    assert (job.status, paid) == (JobStatus.PARTIAL, ITEMS - 1)
    unpaid = [it.failure for it in past.office.items(job_id) if it.failure is not None]
    assert unpaid == [ItemFailure.CURRENCY_MISMATCH]
    books = past.books()
    books.assert_sound()
    assert books.balance(past.office.float_id(job_id)) == "0.00000000"
    rows = books.transfers.values()
    keyed = [row for row in rows if "idempotencyKey" in row and not _is_rest(row)]
    assert set(Counter(row["idempotencyKey"] for row in keyed).values()) == {1}


def _is_rest(row: Mapping[str, Any]) -> bool:
    """Return whether a transaction returned what a final capture left over."""
    return row["type"] == "hold_release" and "linkedTransactionId" in row


def torn_and_reconciled(past: History, pick: Pick) -> Plan:
    past.backups.restore(pick)
    made = past.reconcile()
    assert not made.too_old
    assert_sound(past)
    assert_life_goes_on(past)
    return made


def because_of(made: Plan) -> Counter[Because | None]:
    """Return how many commits were dropped for which reason; None: they were completed."""
    return Counter(torn.because for torn in made.torn)


def test_whole_tables_are_left_as_they_are(past: History) -> None:
    past.backups.restore(past.backups.at({}))

    made = past.plan()

    assert (made.repairs, made.torn, made.too_old) == ((), (), ())
    assert made.kept == len(MOVED)
    assert_sound(past)


@pytest.mark.parametrize("table", Table)
def test_any_table_may_be_older_by_some_commits(past: History, table: Table) -> None:
    for tick in range(past.backups.floor - 1, past.backups.tick, 3):
        torn_and_reconciled(past, past.backups.at({table: tick}))


@settings(max_examples=15)
@given(data=st.data())
def test_every_table_may_be_of_another_instant(past: History, data: st.DataObject) -> None:
    ticks = st.integers(past.backups.floor - 1, past.backups.tick)
    at = data.draw(st.fixed_dictionaries(dict.fromkeys(Table, ticks)))
    torn_and_reconciled(past, past.backups.at(at))


@settings(max_examples=15)
@given(seed=st.integers(0, 10**9), torn=st.floats(0, 1))
def test_every_item_may_be_of_another_instant(past: History, seed: int, torn: float) -> None:
    torn_and_reconciled(past, any_version(seed, torn=torn))


@pytest.mark.parametrize("name", MOVED)
def test_every_item_of_any_commit_may_be_the_one_that_is_missing(past: History, name: str) -> None:
    tick = past.ticks[name]
    of_table: dict[Table, list[Place]] = defaultdict(list)
    for place in past.backups.written_at(tick):
        of_table[place.table].append(place)
    # A batch writes dozens of items to a table: its first and its last stand for them.
    for place in {it for places in of_table.values() for it in (*places[:2], *places[-2:])}:
        torn_and_reconciled(past, past.backups.without(tick, place))


def test_wallets_that_are_older_than_the_ledger_are_completed_and_nothing_is_lost(
    past: History,
) -> None:
    past.backups.restore(past.backups.at({Table.WALLETS: past.ticks["open"]}))
    before = past.backups.stored()

    made = past.reconcile()

    assert because_of(made) == {None: len(MOVED)}
    changed = {place.table for place in before if before[place] != past.backups.stored()[place]}
    assert changed == {Table.WALLETS}
    assert past.backups.stored() == past.backups.latest()


def test_a_ledger_that_is_older_than_the_wallets_drops_what_it_has_not(past: History) -> None:
    past.backups.restore(past.backups.at({Table.LEDGER: past.ticks["spend"]}))

    made = past.reconcile()

    # The second batch, the settlement, and two reversals and two transfers after them.
    assert because_of(made) == {Because.NO_ENTRY: 6}
    assert_sound(past)


def test_a_used_quote_is_not_offered_again_and_an_unused_one_is(past: History) -> None:
    tick = past.ticks["exchange"]
    [quote] = [place for place in past.backups.written_at(tick) if place.table is Table.QUOTES]

    past.backups.restore(past.backups.without(tick, quote))
    kept = past.reconcile()
    used = past.backups.stored()[quote]["status"]
    past.backups.restore(lambda place, them: them[-1 if place == quote else 0].item)
    past.reconcile()
    unused = past.backups.stored()[quote]

    assert because_of(kept) == {None: 1}
    assert used == {"S": "USED"}
    assert unused["status"] == {"S": "ACTIVE"}
    assert not unused.keys() & {"usedAt", "usedByTransactionId"}


def test_a_refusal_without_its_key_record_is_dropped_so_that_it_may_be_asked_again(
    past: History,
) -> None:
    tick = past.ticks["refused"]
    [record] = [it for it in past.backups.written_at(tick) if it.table is Table.IDEMPOTENCY]

    past.backups.restore(past.backups.without(tick, record))
    made = past.reconcile()

    assert because_of(made) == {Because.NO_KEY_RECORD: 1}
    assert [it["type"] for it in past.books().transfers_of("FAILED")] == ["reversal"]


def test_a_batch_without_its_last_payment_is_dropped_and_paid_again(past: History) -> None:
    [job_id] = {place.key[0] for place in past.backups.latest() if place.table is Table.PAYROLL}
    missing = item_transaction_id(JobId(job_id), BATCH_ITEMS_MAX)
    tick = past.ticks["first batch"]

    made = torn_and_reconciled(past, past.backups.without(tick, Place(Table.TRANSFERS, (missing,))))

    assert because_of(made)[Because.ITEM_MISSING] == 1


@pytest.mark.parametrize("seed", range(4))
def test_it_may_die_between_any_two_repairs(past: History, seed: int) -> None:
    pick = any_version(seed)
    past.backups.restore(pick)
    repairs = past.plan().repairs
    ended = None
    for done in range(len(repairs) + 1):
        past.backups.restore(pick)
        carry_out(past.bank.resources, replace(past.plan(), repairs=repairs[:done]))

        past.reconcile()

        assert_sound(past)
        ended = ended or past.backups.stored()
        assert past.backups.stored() == ended


def test_what_is_torn_before_the_last_seconds_is_named_and_nothing_is_written(
    past: History,
) -> None:
    past.backups.restore(past.backups.at({Table.WALLETS: past.ticks["open"]}))
    before = past.backups.stored()

    made = plan_reconciliation(past.bank.resources, since=past.since + timedelta(minutes=1))

    assert made.too_old
    assert made.repairs == ()
    assert past.backups.stored() == before


def test_somebody_who_writes_meanwhile_is_noticed(past: History) -> None:
    past.backups.restore(past.backups.at({Table.WALLETS: past.ticks["exchange"]}))
    made = past.plan()
    past.backups.restore(past.backups.at({Table.WALLETS: past.ticks["post"]}))

    with pytest.raises(InvariantViolated, match="data integrity"):
        carry_out(past.bank.resources, made)


@pytest.mark.parametrize(
    ("table", "missing", "kind"),
    [(Table.USERS, "open", CountSet), (Table.PAYROLL, "second batch", FailuresSet)],
    ids=["count", "failures"],
)
def test_a_rival_on_the_one_item_that_is_repaired_is_noticed(
    past: History, table: Table, missing: str, kind: type[Repair]
) -> None:
    past.backups.restore(past.backups.at({table: past.ticks[missing] - 1}))
    planned = past.plan()
    made = replace(planned, repairs=[it for it in planned.repairs if isinstance(it, kind)])
    assert made.repairs
    carry_out(past.bank.resources, made)

    with pytest.raises(InvariantViolated, match="data integrity"):
        carry_out(past.bank.resources, made)


def test_an_aws_in_memory_says_the_same() -> None:
    with dynamodb_in_memory() as client:
        real, plain = history(client), history(PlainDynamoDB(PREFIX))
        pick = {Table.WALLETS: real.ticks["exchange"], Table.TRANSFERS: real.ticks["settle"]}
        for it in (real, plain):
            it.backups.restore(it.backups.at(pick))

        assert because_of(real.reconcile()) == because_of(plain.reconcile())

        assert real.plan().repairs == ()
        read_books(client).assert_sound()
        assert _comparable(real.backups.stored()) == _comparable(plain.backups.stored())


def _comparable(stored: Mapping[Place, Item]) -> dict[Place, Item]:
    """Return items without what is made at random: encrypted account numbers and seals."""
    hidden = {"encryptedAccountNumber", "seal"}
    return {
        place: {name: value for name, value in item.items() if name not in hidden}
        for place, item in stored.items()
    }
