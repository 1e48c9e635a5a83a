"""`python -m localstack COMMAND`: what `make` calls."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from cdk.target import AWS
from localstack import commands
from localstack.common.environment import keep_off_proxies
from localstack.common.failure import LocalFailure
from localstack.common.home import OWNER_ONLY, USERS_HOME
from localstack.emulator.embedded import Emulator
from localstack.emulator.running import RunningLocalStack
from localstack.emulator.runtime import EMBEDDED, KINDS, Runtime
from novapay.domain.payroll import ITEMS_MAX

PORT_MAX = 65_534
WITHOUT_OPTIONS = ("account", "stop", "demo", "bench", "lambda-check")
PAYROLL_ITEMS = 14_000
LAST_S = 300
"""Seconds before the restored instant in which a commit may be torn: tables restored to the same
second differ by less than one, so these include a table that was restored to another minute."""


def main() -> int:
    """Carry out one command and return its exit code; print failures for people."""
    chosen = _parser().parse_args()
    os.umask(OWNER_ONLY)
    keep_off_proxies()
    console = Console()
    try:
        return _carry_out(chosen, console)
    except LocalFailure as failure:
        console.out(f"\n✗ {failure.what}", style="bold red", highlight=False)
        console.out(failure.remedy, highlight=False)
        console.out(failure.evidence, style="dim", highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted. An embedded AWS keeps running; make stop ends it.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m localstack", description=__doc__)
    names = parser.add_subparsers(dest="command", required=True)
    run = names.add_parser("run", help=commands.run.__doc__)
    test = names.add_parser("test", help=commands.test.__doc__)
    test.add_argument("tests", nargs="*", help="default: %(default)s", default=commands.STORIES)
    for runs in (run, test):
        _add_runtime(runs)
    run.add_argument("--stage", default="dev", help="of AWS; default: %(default)s")
    test.add_argument("--stage", help=argparse.SUPPRESS)
    identifiers = names.add_parser("identifiers", help=commands.identifiers.__doc__)
    identifiers.add_argument("assembly", type=Path, help="the folder that cdk synth wrote")
    ahead = names.add_parser("look-ahead", help=commands.look_ahead.__doc__)
    for staged in (identifiers, ahead):
        staged.add_argument("--stage", default="dev", help="default: %(default)s")
    ahead.add_argument("context", nargs="*", metavar="name=value", help="as for cdk deploy -c")
    _add_reconcile(names.add_parser("reconcile", help=commands.reconcile.__doc__))
    for name in WITHOUT_OPTIONS:
        names.add_parser(name, help=_command(name).__doc__)
    payroll = names.add_parser("payroll", help=commands.payroll.__doc__)
    payroll.add_argument(
        "--items",
        type=_items,
        default=PAYROLL_ITEMS,
        help=f"1 to {ITEMS_MAX}; default: %(default)s",
    )
    look = names.add_parser("inspect", help=commands.inspect.__doc__)
    look.add_argument(
        "--browser-port", type=_port, default=commands.BROWSER_PORT, help="default: %(default)s"
    )
    return parser


def _add_reconcile(reconcile: argparse.ArgumentParser) -> None:
    reconcile.add_argument("--stage", required=True)
    reconcile.add_argument("--tables", required=True, help="as in -c tables=, such as restored-")
    reconcile.add_argument(
        "--at", type=_instant, required=True, help="the instant that the tables were restored to"
    )
    last = "how many seconds before it may be torn; default: %(default)s"
    reconcile.add_argument("--last", type=int, default=LAST_S, help=last)
    reconcile.add_argument("--write", action="store_true", help="default: plan, and write nothing")
    reconcile.add_argument("--report", type=Path, default=Path("reconcile.json"))


def _instant(text: str) -> datetime:
    """Parse an instant with its time zone.

    Raises:
        ArgumentTypeError: it is none.
    """
    with suppress(ValueError):
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant
    raise argparse.ArgumentTypeError(f"{text} is no instant such as 2026-11-05T10:00:00Z")


def _command(name: str) -> Callable[[Console], None]:
    """Return the command of a name, which may have a hyphen."""
    command: Callable[[Console], None] = getattr(commands, name.replace("-", "_"))
    return command


def _items(text: str) -> int:
    """Parse how many people to pay.

    Raises:
        ArgumentTypeError: a job cannot have so many.
    """
    if not text.isdecimal() or not 1 <= int(text) <= ITEMS_MAX:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {ITEMS_MAX}")
    return int(text)


def _port(text: str) -> int:
    """Parse a port that a program may listen on, with the next one free for an issuer.

    Raises:
        ArgumentTypeError: there is no such port.
    """
    if not text.isdecimal() or not 1024 <= int(text) <= PORT_MAX:
        raise argparse.ArgumentTypeError(f"{text} is no port from 1024 to {PORT_MAX}")
    return int(text)


def _add_runtime(command: argparse.ArgumentParser) -> None:
    default = "default: %(default)s"
    command.add_argument(
        "--target", choices=(*KINDS, AWS.name), default=EMBEDDED.name, help=default
    )
    command.add_argument("--port", type=_port, default=commands.PORT, help=default)
    command.add_argument(
        "--endpoint", default="", help="the URL of LocalStack, if it is not on --port"
    )
    wheels = "the platform of the packages that LocalStack runs: Lambda's images, or this machine"
    auth = "open: no authentication; iam: signed; jwt: tokens of an issuer on the next port"
    command.add_argument("--auth", choices=("open", "iam", "jwt"), default="open", help=auth)
    command.add_argument("--wheels", choices=("linux", "host"), default="linux", help=wheels)


def _runtime(chosen: argparse.Namespace) -> Runtime:
    if chosen.target == EMBEDDED.name:
        return Emulator(USERS_HOME, chosen.port, auth=chosen.auth)
    if chosen.auth != "open":
        raise LocalFailure(
            "LocalStack's community edition checks neither signatures nor tokens: the API would be"
            " open.",
            remedy=f"make run AUTH={chosen.auth}, on the embedded AWS",
            evidence="docs/runtimes.md",
        )
    endpoint_url = chosen.endpoint.rstrip("/") or f"http://127.0.0.1:{chosen.port}"
    return RunningLocalStack(USERS_HOME, endpoint_url, wheels=chosen.wheels)


def _carry_out(chosen: argparse.Namespace, console: Console) -> int:
    match chosen.command:
        case "run" if chosen.target == AWS.name:
            commands.run_on_aws(console, chosen.stage)
        case "run":
            commands.run(console, _runtime(chosen))
        case "test":
            return commands.test(console, _runtime(chosen), chosen.tests)
        case "identifiers":
            commands.identifiers(chosen.assembly, chosen.stage)
        case "look-ahead":
            commands.look_ahead(console, chosen.stage, chosen.context)
        case "reconcile":
            return commands.reconcile(
                console,
                chosen.stage,
                chosen.tables,
                since=chosen.at - timedelta(seconds=chosen.last),
                writes=chosen.write,
                report=chosen.report,
            )
        case "payroll":
            commands.payroll(console, chosen.items)
        case "inspect":
            commands.inspect(console, chosen.browser_port)
        case simple:
            _command(simple)(console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
