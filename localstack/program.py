"""Running a program whose output is a log file, with its last line before the user's eyes."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from localstack.failure import LocalFailure, tail_of
from localstack.home import PROJECT
from localstack.progress import Say


def run(
    command: Sequence[str], *, env: Mapping[str, str], log: Path, say: Say, failed: str, mend: str
) -> None:
    """Run a command in the project's directory to its end.

    Args:
        command: the program and its arguments.
        env: its whole environment.
        log: receives everything it prints; earlier contents are dropped.
        say: shows the line it printed last.
        failed: the sentence that says what it means when the command fails.
        mend: what to do then.

    Raises:
        LocalFailure: it ended with another code than 0.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            cwd=PROJECT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout or ():
            file.write(line)
            if line.strip():
                say(line.strip())
    if process.returncode != 0:
        raise LocalFailure(failed, mend=mend, evidence=tail_of(log))
