"""The commands as a person types them."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from localstack.common.home import PROJECT
from localstack.setup import install

COMMANDS = (
    *("help", "run", "stop", "demo", "payroll", "bench", "inspect", "test", "lint", "check"),
    *("test-fast", "test-pythons", "account", "deploy"),
)


def make(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(  # noqa: S603  # the arguments are those below
        ["make", "--no-print-directory", *arguments],  # noqa: S607
        cwd=PROJECT,
        env=env | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_lists_every_command_in_a_sentence() -> None:
    listed = make()

    assert listed.returncode == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command} +[A-Z].{{10,}}", listed.stdout, re.MULTILINE)


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], Path]:
    """Return what makes a Python that says it is of some version; it does nothing else."""

    def fake(version: str) -> Path:
        path = tmp_path / "python3"
        numbers = tuple(int(number) for number in version.split("."))
        path.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'import sys\n"
                        f"sys.version_info = {numbers}\nexec(sys.argv[2])' \"$@\"\n")  # fmt: skip
        path.chmod(0o755)
        return path

    return fake


@pytest.mark.parametrize("version", ["2.7.18", "3.9.2", "3.10.13", "3.14.0", "3.15.0", "4.11.0"])
def test_a_python_that_is_not_named_is_refused_with_a_way_out(
    fake: Callable[[str], Path], version: str
) -> None:
    refused = make("run", f"PYTHON={fake(version)}")

    assert refused.returncode != 0
    assert refused.stdout.splitlines()[:1] == [
        f"NovaPay needs Python 3.11, 3.12 or 3.13; found Python {version}"
    ]
    assert "make run PYTHON=" in refused.stdout


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.9"])
def test_each_python_that_is_named_is_taken(fake: Callable[[str], Path], version: str) -> None:
    taken = make("setup", f"PYTHON={fake(version)}")

    assert "NovaPay needs" not in taken.stdout


@pytest.mark.parametrize(
    "python", ["/nonexistent", "/", "no-such-python", "true", "echo", "yes", "/a path/python"]
)
def test_a_python_that_does_not_run_is_said_to(python: str) -> None:
    refused = make("run", f"PYTHON={python}")

    assert refused.returncode != 0
    assert (
        f"NovaPay needs Python 3.11, 3.12 or 3.13; {python} does not run as one" in refused.stdout
    )
    assert "not found" not in refused.stdout


def test_of_the_pythons_of_a_machine_a_named_one_is_taken(
    fake: Callable[[str], Path], tmp_path: Path
) -> None:
    fake("3.14.0")
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    behind = tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python"
    behind.parent.mkdir(parents=True)
    behind.symlink_to(fake("3.13.0").rename(tmp_path / "a-python"))
    fake("3.14.0")

    planned = make(
        "--dry-run",
        "setup",
        PATH=f"{tmp_path}:/usr/bin:/bin",
        PYENV_ROOT=str(tmp_path / "pyenv"),
    )

    taken = planned.stdout.partition(";")[0]
    assert taken != f'python="{tmp_path}/python3"'
    assert taken in {f'python="{behind}"', *(f'python="python{it}"' for it in install.NAMED)}


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "help"])
def test_each_command_installs_what_it_needs_first_or_needs_nothing(command: str) -> None:
    planned = make("--dry-run", command)

    assert planned.returncode == 0
    assert ("localstack/setup/install.py" in planned.stdout) == (command != "stop")


def test_on_aws_the_account_is_asked_for_before_anything_is_built() -> None:
    planned = make("--dry-run", "run", "TARGET=aws").stdout

    steps = ["localstack/setup/install.py", "localstack look-ahead", "cdk deploy", "localstack run"]
    assert sorted(steps, key=planned.index) == steps
