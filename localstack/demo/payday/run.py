"""`make payroll`: a payroll of any size on the running stack, watched, measured and audited."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from localstack.common.api import Api, Person, pay_item
from localstack.common.credentials import auth_of
from localstack.common.failure import LocalFailure
from localstack.common.outputs import Outputs
from localstack.common.progress import step
from localstack.demo.payday.audit import Finding, audit
from localstack.demo.payday.books import database_of
from localstack.demo.payday.staff import hire

SINGLES = 100
"""How many single transfers are measured before the run; it takes a few seconds."""

RATE_RATIO_MIN = 8
POLL_S = 0.25
STALLED_S = 150
"""Longer than an invocation may last (two minutes) plus recovery's interval (one minute)."""

OPEN = ("QUEUED", "PROCESSING")


@dataclass(frozen=True, slots=True)
class Ran:
    """A payroll that has ended."""

    job_id: str
    lanes: int
    accepted_s: float
    took_s: float
    items: int

    @property
    def items_per_s(self) -> float:
        return self.items / self.took_s


def run(console: Console, outputs: Outputs, items: int) -> None:
    """Hire, fund, pay and audit.

    Raises:
        LocalFailure: a payment is missing or was made twice, or a balance is wrong.
    """
    api, database = Api(outputs.apiUrl, auth=auth_of(outputs)), database_of(outputs.aws)
    with step(console, f"Fund the employer with {items:,} dollars, exactly what is needed") as say:
        source = api.open_wallet(holding=str(items))
        say(source.wallet_id)
    with step(console, f"Hire {items:,} people") as say:
        staff = hire(database, items)
        say("wallets stored by the core's own code, without the API")
    with step(console, f"Measure {SINGLES} single transfers of one client") as say:
        transfers_per_s = single_transfers_per_s(api, SINGLES)
        say(f"{transfers_per_s:.0f} a second")
    ran = pay(console, api, source, staff)
    with step(console, "Audit all of it"):
        findings = audit(database, source=source, staff=staff, job_id=ran.job_id, lanes=ran.lanes)
    _print(console, ran, transfers_per_s, findings)
    broken = [finding for finding in findings if not finding.holds]
    if broken:
        raise LocalFailure(
            f"The audit failed: {broken[0].check}.",
            remedy="What it found:",
            evidence="\n".join(f"{finding.check}: {finding.seen}" for finding in broken),
        )


def single_transfers_per_s(api: Api, count: int) -> float:
    """Return how many transfers a second one client makes, one after the other."""
    sender, recipient = api.open_wallet(holding=str(count + 1)), api.open_wallet()
    api.transfer(sender, recipient, "1")
    started = time.monotonic()
    for _ in range(count):
        api.transfer(sender, recipient, "1")
    return count / (time.monotonic() - started)


def pay(console: Console, api: Api, source: Person, staff: Sequence[Person]) -> Ran:
    """Pay everybody one dollar and show the progress.

    Raises:
        LocalFailure: the job makes no progress, or ends without everybody paid.
    """
    items = [pay_item(person, "1") for person in staff]
    started = time.monotonic()
    job_id = api.create_job(source, items)
    accepted_s = time.monotonic() - started
    console.print(
        f"[green]✓[/] Accepted as job {job_id} [dim]{accepted_s:.1f} s[/]", highlight=False
    )
    job = _watch(console, api, job_id, len(items))
    took_s = time.monotonic() - started - accepted_s
    if job["status"] != "COMPLETED" or job["paidItems"] != len(items):
        raise LocalFailure(
            f"The job ended {job['status']} with {job['paidItems']} of {len(items)} paid.",
            remedy="The job is:",
            evidence=str(job),
        )
    return Ran(job_id, len(job["lanes"]), accepted_s, took_s, len(items))


def _watch(console: Console, api: Api, job_id: str, total: int) -> dict[str, Any]:
    bar = Progress(
        TextColumn("  Paying"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TextColumn("[bold]{task.fields[rate]}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    started = moved_at = time.monotonic()
    done = 0
    with bar:
        task = bar.add_task("", total=total, rate="")
        while (job := api.job(job_id))["status"] in OPEN:
            now = time.monotonic()
            if job["processedItems"] > done:
                done, moved_at = job["processedItems"], now
            elif now - moved_at > STALLED_S:
                raise LocalFailure(
                    f"The job has been at {job['progress']} for {STALLED_S} s without progress.",
                    remedy="Its functions' logs say why; recovery tries again every minute.",
                )
            rate = f"{done / (now - started):.0f} items/s" if done else "starting"
            bar.update(task, completed=done, rate=rate)
            time.sleep(POLL_S)
        rate = f"{total / (time.monotonic() - started):.0f} items/s"
        bar.update(task, completed=job["processedItems"], rate=rate)
    return job


def _print(console: Console, ran: Ran, transfers_per_s: float, findings: Sequence[Finding]) -> None:
    table = Table(title="Audit", title_justify="left")
    table.add_column("check")
    table.add_column("")
    table.add_column("found")
    for finding in findings:
        mark = "[green]✓[/]" if finding.holds else "[bold red]✗[/]"
        table.add_row(finding.check, mark, finding.seen)
    console.print(table)
    ratio = ran.items_per_s / transfers_per_s
    # One lane is a small job, most of which is starting and ending.
    wanted = f" (at least {RATE_RATIO_MIN} is wanted)" if ran.lanes > 1 else ""
    console.print(
        f"[bold]{ran.items:,} items in {ran.took_s:.1f} s: {ran.items_per_s:.0f} items/s[/] in"
        f" {ran.lanes} {'lane' if ran.lanes == 1 else 'lanes'}; one client's single transfers:"
        f" {transfers_per_s:.0f}/s; ratio [bold]{ratio:.1f}[/]{wanted}",
        highlight=False,
    )
