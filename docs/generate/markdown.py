"""The little Markdown that the generated pages are made of."""

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Made by `make docs` from the code. Change that, not this page. -->\n\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; what would end a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def code(text: str) -> str:
    """Return text as code."""
    return f"`{text}`"


def yes(is_so: bool) -> str:
    """Return a cell that says yes or nothing."""
    return "yes" if is_so else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
