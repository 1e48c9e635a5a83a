"""`python -m localstack run | stop | demo | payroll | bench`: what `make` calls."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from localstack import commands
from localstack.environment import keep_off_proxies
from localstack.failure import LocalFailure

PAYROLL_ITEMS = 14_000
PAYROLL_ITEMS_MAX = 25_000
"""What one job takes."""


def main() -> int:
    """Carry out one command and promise an exit code; failures are said in words."""
    chosen = _parser().parse_args()
    keep_off_proxies()
    console = Console()
    try:
        _carry_out(chosen, console)
    except LocalFailure as failure:
        console.out(f"\n✗ {failure.what}", style="bold red", highlight=False)
        console.out(failure.mend, highlight=False)
        console.out(failure.evidence, style="dim", highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted. An embedded AWS that runs keeps running: make stop ends it.")
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m localstack", description=__doc__)
    names = parser.add_subparsers(dest="command", required=True)
    run = names.add_parser("run", help=commands.run.__doc__)
    run.add_argument("--port", type=int, default=commands.PORT, help="default: %(default)s")
    names.add_parser("stop", help=commands.stop.__doc__)
    names.add_parser("demo", help=commands.demo.__doc__)
    payroll = names.add_parser("payroll", help=commands.payroll.__doc__)
    payroll.add_argument(
        "--items", type=_items, default=PAYROLL_ITEMS, help="1 to 25000; default: %(default)s"
    )
    names.add_parser("bench", help=commands.bench.__doc__)
    return parser


def _items(text: str) -> int:
    """Parse how many people to pay.

    Raises:
        ValueError: it is no number that one job can have.
    """
    items = int(text)
    if not 1 <= items <= PAYROLL_ITEMS_MAX:
        raise ValueError
    return items


def _carry_out(chosen: argparse.Namespace, console: Console) -> None:
    match chosen.command:
        case "run":
            commands.run(console, chosen.port)
        case "stop":
            commands.stop(console)
        case "demo":
            commands.demo(console)
        case "payroll":
            commands.payroll(console, chosen.items)
        case "bench":
            commands.bench(console)


if __name__ == "__main__":
    sys.exit(main())
