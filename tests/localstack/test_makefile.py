"""The commands as a person types them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from localstack.home import PROJECT

COMMANDS = (
    *("help", "run", "stop", "demo", "payroll", "bench", "inspect", "test", "lint", "check"),
    *("account", "deploy"),
)


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  # the arguments are those below
        ["make", "--no-print-directory", *arguments],  # noqa: S607
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_lists_every_command_in_a_sentence() -> None:
    listed = make()

    assert listed.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command} +[A-Z].{{10,}}", listed.stdout, re.MULTILINE)


def test_a_python_that_is_too_old_is_named_with_a_way_out(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)

    refused = make("run", f"PYTHON={old}")

    assert refused.returncode != 0
    assert "NovaPay needs Python 3.11 or newer; found Python 3.9.2" in refused.stdout
    assert "make run PYTHON=" in refused.stdout


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "help"])
def test_each_command_installs_what_it_needs_first_or_needs_nothing(command: str) -> None:
    planned = make("--dry-run", command)

    assert planned.returncode == 0
    assert ("localstack/install.py" in planned.stdout) == (command != "stop")


def test_on_aws_the_account_is_asked_for_before_anything_is_built() -> None:
    planned = make("--dry-run", "run", "TARGET=aws").stdout

    steps = ["localstack/install.py", "localstack account", "cdk deploy", "localstack run"]
    assert sorted(steps, key=planned.index) == steps
