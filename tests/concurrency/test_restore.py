"""The rehearsal of a restore: tables are copied one by one while money moves, one of them long
before the others, and reconciled.

The embedded AWS restores tables to the present only, so the copies are made here, as point-in-time
recovery makes them: each table at an instant of its own, in the middle of commits.
"""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from localstack.memory.auditor import read_books
from localstack.memory.bank import EUR, Account, Bank, Told
from localstack.memory.payroll import Office, order_for
from localstack.memory.tables import create_tables
from novapay.domain.errors import FxQuoteNotFound
from novapay.domain.payroll import ItemOrder, JobId, JobStatus
from novapay.schema import Table
from novapay.store.tables.payroll import list_every_job
from novapay.usecases.reconcile import carry_out, plan_reconciliation, verify_restored
from tests.support.backups import Item, Place, read_all, write_all
from tests.support.rivals import at_once, until_decided

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLIENTS = 4
TURNS = 8
COPIED_AFTER = (1, 6)
"""Each client copies all tables after these turns, while the others go on."""

STAFF = 26
"""Two batches, of which the last has one payment and one failure."""

Ask = Callable[[Bank], Told]


def asks_of(number: int, people: list[Account], eve: Account, bank: Bank) -> dict[str, Ask]:
    """Return what one client asks for, by key: deposits, transfers, refusals and exchanges."""
    me, other = people[number], people[number - 1]
    asks: dict[str, Ask] = {}
    for turn in range(TURNS):
        key = f"{number}-{turn}"
        match turn % 4:
            case 0:
                asks[key] = partial(Bank.deposit, account=me, amount="3", key=key)
            case 1:
                asks[key] = partial(Bank.transfer, sender=me, recipient=other, amount="2", key=key)
            case 2:
                asks[key] = partial(
                    Bank.transfer, sender=me, recipient=other, amount="9000", key=key
                )
            case _:
                quote = bank.quote(me, EUR, "1").quote_id
                asks[key] = partial(
                    Bank.transfer, sender=me, recipient=eve, amount="1", key=key, fx_quote_id=quote
                )
    return asks


def test_each_table_in_turn_is_older_than_the_others(bank: Bank, client: "DynamoDBClient") -> None:
    people = [bank.account(holding="100") for _ in range(CLIENTS)]
    eve, source = bank.account(EUR), bank.account(holding="500")
    office = Office(bank)
    staff = [bank.account() for _ in range(STAFF - 1)]
    orders = [order_for(employee, "2") for employee in (*staff, eve)]
    bank.clock.advance(timedelta(minutes=10))
    since = bank.clock.now()
    asks = {
        key: ask
        for number in range(CLIENTS)
        for key, ask in asks_of(number, people, eve, bank).items()
    }
    early: list[Mapping[Place, Item]] = []
    late: list[Mapping[Place, Item]] = []

    def spend(number: int) -> None:
        for turn in range(TURNS):
            until_decided(partial(asks[f"{number}-{turn}"], bank))
            if turn in COPIED_AFTER:
                copies = early if turn == min(COPIED_AFTER) else late
                copies.append(read_all(client, bank.prefix))

    works: list[Callable[[], object]] = [
        *(partial(spend, number) for number in range(CLIENTS)),
        partial(_pay, office, source, orders),
    ]
    at_once(works)
    truth = read_all(client, bank.prefix)
    chance = random.Random(7)  # noqa: S311 - which copies, not a secret
    restored_prefix = f"restored-{uuid.uuid4().hex[:8]}"
    create_tables(client, restored_prefix)
    restored = Bank(client, prefix=restored_prefix, seed=1)
    restored.clock.advance(bank.clock.now() - restored.clock.now())
    reasons: Counter[str | None] = Counter()

    for table in Table:
        newer, older = chance.choice(late), chance.choice(early)
        found = {
            **{place: item for place, item in newer.items() if place.table is not table},
            **{place: item for place, item in older.items() if place.table is table},
        }
        write_all(client, restored_prefix, found)

        made = plan_reconciliation(restored.resources, since=since)
        carry_out(restored.resources, made)

        reasons.update(torn.because for torn in made.torn)
        assert made.too_old == ()
        assert plan_reconciliation(restored.resources, since=since).repairs == ()
        assert verify_restored(restored.resources, since=since).is_sound
        read_books(client, restored_prefix).assert_sound()
        for place, item in read_all(client, restored_prefix).items():
            if place.table in (Table.TRANSFERS, Table.LEDGER):
                assert item == truth[place], "something was invented"
    _assert_life_goes_on(restored, office, source, orders, asks)
    assert reasons.keys() >= {None, "no-entry", "no-transaction"}, "the copies were not torn"


def _pay(office: Office, source: Account, orders: list[ItemOrder]) -> None:
    created = until_decided(lambda: office.create(source, orders, key="job"))
    until_decided(lambda: office.run(JobId(created["jobId"])))


def _assert_life_goes_on(
    bank: Bank, before: Office, source: Account, orders: list[ItemOrder], asks: Mapping[str, Ask]
) -> None:
    """Ask for everything again: each request has one effect, and everybody is paid once."""
    office = Office(bank)
    office.seals = before.seals
    for ask in asks.values():
        try:
            ask(bank)
        except FxQuoteNotFound:
            continue
    office.create(source, orders, key="job")
    [job_id] = list_every_job(bank.resources.database)
    job = office.run(job_id)
    assert (job.status, office.progress(job_id).paid_items) == (JobStatus.PARTIAL, STAFF - 1)
    books = read_books(bank.client, bank.prefix)
    books.assert_sound()
    keyed = [row for row in books.transfers.values() if "idempotencyKey" in row]
    assert set(Counter(row["idempotencyKey"] for row in keyed).values()) == {1}
