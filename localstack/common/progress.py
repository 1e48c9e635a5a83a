"""Progress on the terminal: a spinner, or plain lines in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Say = Callable[[str], None]
"""Shows the current state of a step; the last text stays next to the check mark."""

DETAIL_LENGTH_MAX = 60


@contextmanager
def step(console: Console, title: str) -> Iterator[Say]:
    """Show that the step `title` is running, and its duration once it is done.

    A step that raises prints no check mark; the caller prints the failure.
    """
    started = monotonic()
    last_said = ""
    if not console.is_terminal:
        console.print(f"[dim]… {escape(title)}[/]")
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[detail]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(escape(title), total=None, detail="")

        def say(detail: str) -> None:
            nonlocal last_said
            last_said = escape(detail[:DETAIL_LENGTH_MAX])
            progress.update(task, detail=last_said)

        yield say
    elapsed = f"{monotonic() - started:.1f} s"
    done = f"[green]✓[/] {escape(title)} [dim]{elapsed}  {last_said}[/]"
    console.print(done, highlight=False, soft_wrap=True)
