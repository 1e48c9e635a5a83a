"""Runs a program with its output in a log file, and its last line on the terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from localstack.common.failure import LocalFailure, tail_of
from localstack.common.home import PROJECT
from localstack.common.progress import Say

READABLE = 0o022
"""The usual umask: Lambda must be able to read the files that the CDK packs."""


def run(
    command: Sequence[str], *, env: Mapping[str, str], log: Path, say: Say, failed: str, remedy: str
) -> None:
    """Run a command in the project's directory, and wait until it ends.

    Args:
        command: the program and its arguments.
        env: its whole environment.
        log: receives everything it prints; earlier contents are dropped.
        say: shows the last line that it printed.
        failed: the sentence for people if the command fails.
        remedy: what to do in that case.

    Raises:
        LocalFailure: its exit code was not 0.
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
            umask=READABLE,
        ) as process,
    ):
        for line in process.stdout or ():
            file.write(line)
            if line.strip():
                say(line.strip())
    if process.returncode != 0:
        raise LocalFailure(failed, remedy=remedy, evidence=tail_of(log))
