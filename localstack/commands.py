"""The commands of `python -m localstack`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from time import monotonic

from rich.console import Console

from localstack.common.home import PROJECT, USERS_HOME
from localstack.common.locks import waiting_lock
from localstack.common.outputs import Outputs, read_running
from localstack.common.progress import step
from localstack.demo.playbill import play
from localstack.deploy.cloud import find_account, find_outputs, open_session
from localstack.deploy.identifiers import identifiers_of
from localstack.deploy.stack import bring_up
from localstack.emulator import metrics_forwarder
from localstack.emulator.embedded import Emulator
from localstack.emulator.runtime import Runtime
from localstack.emulator.table_browser import browse_tables
from novapay.schema import prefix_of

PORT = 4566
BROWSER_PORT = 8080
STORIES = ("tests/end_to_end", "tests/localstack/test_features.py")
"""The tests that run against an AWS that they did not start."""


def run(console: Console, runtime: Runtime) -> None:
    """Start NovaPay, play the demo and leave it running."""
    started = monotonic()
    with _one_at_a_time(console):
        outputs = bring_up(runtime, console)
        if isinstance(runtime, Emulator):
            metrics_forwarder.start(runtime)
    up_after_s = monotonic() - started
    play(console, outputs)
    _print_addresses(console, outputs, up_after_s)


def account(console: Console) -> None:
    """Print which AWS account and region `make deploy` would deploy to."""
    with step(console, "Ask AWS which account the credentials belong to") as say:
        session = open_session()
        say(f"account {find_account(session)}, region {session.region_name}")


def look_ahead(console: Console, stage: str, context: Sequence[str]) -> None:
    """Check in the account that `make deploy` can succeed, before it starts."""
    from localstack.deploy import look_ahead as ahead  # noqa: PLC0415  # the CDK takes seconds

    account(console)
    with step(console, f"Look ahead to the deployment of stage {stage}") as say:
        ahead.look_ahead(open_session(), ahead.parse_context(stage, context), say)


def identifiers(assembly: Path, stage: str) -> None:
    """Print what identifies the resources that `cdk import` shall import, as its mapping."""
    template = json.loads((assembly / f"{prefix_of(stage)}-state.template.json").read_bytes())
    print(json.dumps(identifiers_of(template, open_session()), indent=2))


def reconcile(
    console: Console, stage: str, tables: str, *, since: datetime, writes: bool, report: Path
) -> int:
    """Complete or drop what a restore has torn in restored tables, before functions use them."""
    from localstack.restore.run import reconcile as carry_out  # noqa: PLC0415
    from localstack.restore.tables import resources_of  # noqa: PLC0415

    session = open_session()
    resources = resources_of(session, stage, tables)
    is_sound = carry_out(console, resources, since=since, writes=writes, report=report)
    return 0 if is_sound else 1


def run_on_aws(console: Console, stage: str) -> None:
    """Find what `make deploy` deployed to your account, and play the demo there."""
    with step(console, f"Find the API of stage {stage}") as say:
        outputs = find_outputs(open_session(), stage, USERS_HOME.outputs)
        say(outputs.apiUrl)
    play(console, outputs)


def test(console: Console, runtime: Runtime, arguments: Sequence[str]) -> int:
    """Start NovaPay and run the end-to-end tests against it."""
    with _one_at_a_time(console):
        outputs = bring_up(runtime, console)
    stories = subprocess.run(
        [sys.executable, "-m", "pytest", *(arguments or STORIES)],
        cwd=PROJECT,
        env={
            **os.environ,
            "NOVAPAY_TARGET": runtime.kind.name,
            "NOVAPAY_API_URL": outputs.apiUrl,
            "NOVAPAY_ENDPOINT_URL": outputs.endpointUrl,
            "NOVAPAY_ACCESS_KEY_ID": outputs.accessKeyId,
            "NOVAPAY_SECRET_ACCESS_KEY": outputs.secretAccessKey,
            "NOVAPAY_ADMIN_TOKEN": outputs.adminToken,
        },
        check=False,
    )
    return stories.returncode


def stop(console: Console) -> None:
    """Stop what `run` started; its state is saved."""
    with _one_at_a_time(console), step(console, "Stop the embedded AWS") as say:
        stopped = Emulator(USERS_HOME, PORT).stop(say)
        say("its state is kept for the next make run" if stopped else "it was not running")


def demo(console: Console) -> None:
    """Play the demo again on the running stack."""
    play(console, read_running(USERS_HOME.outputs))


def payroll(console: Console, items: int) -> None:
    """Run a payroll on the running stack, measure it and audit it."""
    from localstack.demo.payday.run import run as run_payroll  # noqa: PLC0415

    run_payroll(console, read_running(USERS_HOME.outputs), items)


def bench(console: Console) -> None:
    """Measure the performance targets on the running stack, in one run."""
    from localstack.bench.run import run as run_bench  # noqa: PLC0415

    run_bench(console, read_running(USERS_HOME.outputs))


def lambda_check(console: Console) -> None:
    """Run every function on Lambda's Python for Lambda's processor, which QEMU emulates."""
    from localstack.lambda_check.run import run as run_check  # noqa: PLC0415

    run_check(console)


def inspect(console: Console, port: int) -> None:
    """Show the tables of the running stack in a browser, until interrupted."""
    browse_tables(console, read_running(USERS_HOME.outputs).aws, port)


def _one_at_a_time(console: Console) -> AbstractContextManager[None]:
    return waiting_lock(
        USERS_HOME.root / "command.lock",
        on_wait=lambda: console.print(
            "[dim]Another make run or make stop is running; waiting for it.[/]"
        ),
    )


def _print_addresses(console: Console, outputs: Outputs, up_after_s: float) -> None:
    console.print(
        "\n[bold green]NovaPay is running, and keeps running.[/]"
        f" [dim]It was up after {up_after_s:.0f} s, then the story was played.[/]",
        highlight=False,
    )
    for name, value in (
        ("API", outputs.apiUrl),
        ("Ops console", outputs.consoleUrl),
        ("AWS endpoint", f"{outputs.endpointUrl}  [dim]region {outputs.region}[/]"),
        ("All addresses", ".local/outputs.json  [dim]with the admin token and the AWS keys[/]"),
        ("Next", "make demo [dim]plays it again,[/] make stop [dim]ends it[/]"),
    ):
        # An address is there to be copied: it is neither cut nor wrapped.
        console.print(f"{name:<15}{value}", soft_wrap=True, highlight=False)
