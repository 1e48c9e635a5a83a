"""The error of a local command: what happened, what to do about it, and the evidence."""

from __future__ import annotations

from pathlib import Path


class LocalFailure(Exception):
    """A local command cannot continue, and the user has to do something.

    Args:
        what: one sentence about what happened.
        remedy: what to do, as commands where there are any.
        evidence: the last lines of the program that failed, or nothing.
    """

    def __init__(self, what: str, *, remedy: str = "", evidence: str = "") -> None:
        super().__init__("\n".join(part for part in (what, remedy, evidence) if part))
        self.what = what
        self.remedy = remedy
        self.evidence = evidence


def tail_of(file: Path, *, lines: int = 25) -> str:
    """Return the last `lines` lines of a log, or an empty text if there is no log yet."""
    if not file.exists():
        return ""
    return "\n".join(file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
