"""A measurement and its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table."""

    what: str
    target: str
    measured: str
    met: bool


def print_results(console: Console, results: Sequence[Result]) -> None:
    """Print the table, and mark what misses its target."""
    table = Table(title="Measured in one run, side by side", title_justify="left")
    table.add_column("what", max_width=46)
    table.add_column("target")
    table.add_column("", justify="center")
    table.add_column("measured")
    for result in results:
        mark = "[green]✓[/]" if result.met else "[bold red]✗[/]"
        table.add_row(result.what, result.target, mark, result.measured)
    console.print(table)
