"""A bank with a past that is whole, and some busy seconds that a restore may tear."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from localstack.memory.auditor import Books, read_books
from localstack.memory.bank import EUR, Account, Bank, pair
from localstack.memory.payroll import Office, order_for
from localstack.memory.tables import PREFIX
from novapay.domain.audit import AuditEvent
from novapay.domain.entry import TransactionId
from novapay.domain.payroll import JobId
from novapay.domain.payroll_money import item_transaction_id
from novapay.domain.restored import Plan
from novapay.domain.wallet import UserId, WalletId
from novapay.domain.wallet_status import StatusAction
from novapay.usecases.reconcile import carry_out, plan_reconciliation
from novapay.usecases.record_audit import record_audit
from tests.support.backups import Backups
from tests.support.domain import id_of

R = TypeVar("R")
Ask = Callable[..., Any]

SECOND = timedelta(seconds=1)
ITEMS = 26
"""Two batches; the last item cannot be paid."""

SEEN = AuditEvent(
    actor="ada", action="inspect", target=None, source_ip=None, status=200, request_id="r"
)


@dataclass
class History:
    """A bank with a past that is whole, and some busy seconds that a restore may tear.

    Attributes:
        bank, office: where it happened.
        backups: every version of every item.
        since: when the busy seconds began.
        asks: what was asked for under a key, by the key.
        ticks: the commit of each of them, and of each step, by its name.
    """

    bank: Bank
    office: Office
    backups: Backups
    since: datetime
    asks: dict[str, Ask] = field(default_factory=dict)
    ticks: dict[str, int] = field(default_factory=dict)

    def ask(self, key: str, ask: Ask) -> Any:
        """Ask for something under a key, and record what it wrote."""
        self.asks[key] = ask
        return self.do(key, partial(ask, key=key))

    def do(self, name: str, run: Callable[[], R]) -> R:
        """Do something, and record what it wrote."""
        self.ticks[name] = self.backups.tick
        done = run()
        self.backups.take()
        self.bank.clock.advance(SECOND)
        return done

    def plan(self) -> Plan:
        return plan_reconciliation(self.bank.resources, since=self.since)

    def reconcile(self) -> Plan:
        made = self.plan()
        carry_out(self.bank.resources, made)
        return made

    def books(self) -> Books:
        return read_books(self.bank.client)


def history(client: Any) -> History:  # noqa: PLR0915 - one after the other
    """Return a bank after holds, transfers, reversals, an exchange, a payroll, and more."""
    bank = Bank(client)
    office = Office(bank)
    ann, bob = bank.account(holding="1000"), bank.account(holding="50")
    eve = bank.account(EUR, holding="10")
    staff = [bank.account() for _ in range(ITEMS - 1)]
    shut = bank.account()
    old = str(bank.hold(ann, "20", key="old hold", payee=bob).facts["holdId"])
    bank.capture(old, "5", key="old capture", is_final=False)
    older = bank.transfer(ann, bob, "2", key="older")
    bank.reverse(older.facts["transactionId"], "0.5", key="older return")
    look = partial(record_audit, bank.resources, SEEN)
    look()
    bank.clock.advance(timedelta(minutes=10))
    past = History(bank, office, Backups(client, PREFIX), bank.clock.now())
    past.backups.begin()
    opened = past.ask("open", partial(bank.open_wallet, UserId(id_of("newcomer"))))
    newcomer = Account(WalletId(opened.facts["walletId"]), UserId(id_of("newcomer")))
    past.ask("first", partial(bank.deposit, newcomer, "4"))
    past.ask("deposit", partial(bank.deposit, bob, "7", reference="pay-in-7"))
    past.do("withdraw", partial(bank.withdraw, bob, "1"))
    named = partial(bank.transfer, reference="rent-4", metadata={"month": "4"})
    paid = past.ask("pay", partial(named, ann, bob, "5", description="rent"))
    held = str(past.ask("hold", partial(bank.hold, bob, "9")).facts["holdId"])
    past.ask("capture", partial(bank.capture, old, "6"))
    some = partial(bank.capture, held, "2", payee=ann, is_final=False)
    past.ask("capture some", some)
    past.ask("release", partial(bank.release, held))
    past.do("look", look)
    past.ask("refused", partial(bank.transfer, bob, ann, "5000"))
    quote = past.do("quote", lambda: bank.quote(ann, EUR, "10"))
    exchange = partial(bank.transfer, ann, eve, "10", fx_quote_id=quote.quote_id)
    exchanged = past.ask("exchange", exchange)
    past.ask("return", partial(bank.reverse, paid.facts["transactionId"], "1.5"))
    past.ask("unwind", partial(bank.reverse, exchanged.facts["transactionId"], "3.33333333"))
    past.ask("return again", partial(bank.reverse, paid.facts["transactionId"], "1"))
    past.ask("unreturned", partial(bank.reverse, paid.facts["transactionId"], "3"))
    past.ask("old return", partial(bank.reverse, older.facts["transactionId"], "1"))
    posting = TransactionId(id_of("posting"))
    past.ask("post", partial(bank.post, posting, pair(posting, bob, ann, "3")))
    items = [order_for(employee, "2") for employee in (*staff, eve)]
    job_id = JobId(past.ask("job", partial(office.create, ann, items))["jobId"])
    past.do("fund", lambda: office.fund(job_id))
    past.do("first batch", lambda: office.pay(job_id, batches=1))
    past.ask("spend", partial(bank.transfer, staff[0], bob, "1"))
    past.do("second batch", lambda: office.pay(job_id))
    past.do("look again", look)
    past.do("settle", lambda: office.settle(job_id))
    past.ask("freeze", partial(bank.change_status, bob, StatusAction.FREEZE))
    past.ask("unfreeze", partial(bank.change_status, bob, StatusAction.UNFREEZE))
    past.ask("close", partial(bank.change_status, shut, StatusAction.CLOSE))
    past.ask("refund", partial(bank.reverse, item_transaction_id(job_id, 2), "0.5"))
    past.ask("unwind all", partial(bank.reverse, exchanged.facts["transactionId"]))
    past.ask("back", partial(bank.transfer, bob, ann, "50"))
    past.ask("on", partial(bank.transfer, ann, staff[1], "500"))
    past.do("look at last", look)
    return past
