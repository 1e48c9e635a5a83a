"""What a local command says when it cannot go on: what happened, how to mend it, what was seen."""

from __future__ import annotations

from pathlib import Path


class LocalFailure(Exception):
    """A local command cannot go on, and a person has to do something about it.

    Args:
        what: one sentence about what happened.
        mend: what to do, as commands where there are any.
        evidence: the last lines of the program that failed, or nothing.
    """

    def __init__(self, what: str, *, mend: str, evidence: str = "") -> None:
        super().__init__("\n".join(part for part in (what, mend, evidence) if part))
        self.what = what
        self.mend = mend
        self.evidence = evidence


def tail_of(file: Path, *, lines: int = 25) -> str:
    """Promise the last `lines` lines of a log, or an empty text where there is no log yet."""
    if not file.exists():
        return ""
    return "\n".join(file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
