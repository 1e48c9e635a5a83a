"""On which Pythons NovaPay runs: those that are named, wherever a machine keeps them."""

import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from localstack.common.home import PROJECT
from localstack.setup import install, pythons

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
Fake = Callable[[Path, str], Path]


@pytest.fixture
def fake() -> Fake:
    """Return what makes a program that says it is a Python of some version."""

    def fake(path: Path, version: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        # pyenv's shims answer like the last of these where their Python is not chosen.
        says = "exit 127" if version == "none" else f"echo {version}"
        path.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return fake


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a machine without any Python on its PATH, in pyenv or known to uv."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-uv"))
    monkeypatch.setattr(subprocess, "run", _unless_missing)
    return tmp_path


def _unless_missing(command: list[str], **how: object) -> "subprocess.CompletedProcess[str]":
    if "uv" in command:
        return subprocess.CompletedProcess(command, 1, "", "")
    return RUN(command, **how)  # type: ignore[call-overload,no-any-return]


RUN = subprocess.run


def test_the_same_pythons_are_named_everywhere() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, last = install.NAMED[0], install.NAMED[-1]
    after = f"3.{int(last.partition('.')[2]) + 1}"
    words = f"Python {', '.join(install.NAMED[:-1])} or {last}"

    assert f"You need {words}, and make." in readme
    assert f"NovaPay needs {words};" in makefile
    named = re.search(r"^NAMED := (.*)$", makefile, re.MULTILINE)
    assert named is not None
    assert sorted(named[1].split()) == sorted(install.NAMED)
    assert project["requires-python"] == f">={first},<{after}"
    assert not set(pythons.NEXT) & set(install.NAMED)


def test_a_python_is_found_on_the_path(machine: Path, fake: Fake) -> None:
    found = fake(machine / "bin" / "python3.12", "3.12")

    assert pythons.find("3.12") == found
    assert pythons.find("3.13") is None


def test_a_python_is_found_behind_a_shim_that_does_not_run(machine: Path, fake: Fake) -> None:
    fake(machine / "bin" / "python3.13", "none")
    found = fake(machine / "pyenv" / "versions" / "3.13.0" / "bin" / "python", "3.13")

    assert pythons.find("3.13") == found


def test_a_python_is_what_it_says_and_not_what_it_is_called(machine: Path, fake: Fake) -> None:
    fake(machine / "bin" / "python3.12", "3.10")
    found = fake(machine / "bin" / "python3", "3.12")

    assert pythons.find("3.12") == found


def test_a_python_is_found_that_only_uv_knows() -> None:
    assert pythons.find(RUNNING) is not None


def test_what_is_no_program_is_no_python(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("", encoding="utf-8")

    assert pythons.version_of(tmp_path / "python3") is None
    assert pythons.version_of(tmp_path / "nothing") is None
    assert pythons.version_of(Path(sys.executable)) == RUNNING


class TestRuns:
    """The quick tests on the other Pythons, with the tests themselves left out."""

    @pytest.fixture
    def verdicts(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
        verdicts = dict.fromkeys((*install.NAMED, *pythons.NEXT), "the quick tests are green")
        monkeypatch.setattr(pythons, "_tested", lambda version, _tests: verdicts[version])
        return verdicts

    def test_each_other_python_is_told_of(
        self, verdicts: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert pythons.main("tests/unit") == 0

        told = capsys.readouterr().out.splitlines()
        assert told == [
            f"Python {version}: {verdict}"
            for version, verdict in verdicts.items()
            if version != RUNNING
        ]

    def test_a_named_one_that_fails_is_a_failure(self, verdicts: dict[str, str]) -> None:
        other = next(version for version in install.NAMED if version != RUNNING)
        verdicts[other] = "failed"

        assert pythons.main() == 1

    @pytest.mark.parametrize("verdict", ["failed", "not on this machine"])
    def test_one_that_is_not_named_yet_only_says_how_it_went(
        self, verdicts: dict[str, str], verdict: str
    ) -> None:
        verdicts[pythons.NEXT[0]] = verdict

        assert pythons.main() == 0

    @pytest.mark.usefixtures("machine")
    def test_one_that_is_not_there_is_no_failure(self) -> None:
        assert pythons._tested("3.12", ()) == "not on this machine"

    def test_its_environment_is_made_of_it_and_comes_first(
        self, machine: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = fake(machine / "bin" / "python3.12", "3.12")
        made: list[tuple[Path, Path]] = []
        monkeypatch.setattr(pythons, "ENVIRONMENTS", machine / "environments")
        monkeypatch.setattr(
            pythons, "install_python_packages", lambda venv, python: made.append((venv, python))
        )
        environment = machine / "environments" / "3.12"
        fake(environment / "bin" / "python", "3.12")

        assert pythons._tested("3.12", ("tests/unit",)) == "the quick tests are green"
        assert made == [(environment, found)]

    def test_one_whose_packages_cannot_be_installed_failed(
        self, machine: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_venv: Path, _python: Path) -> None:
            raise install.InstallFailure("no network")

        fake(machine / "bin" / "python3.12", "3.12")
        monkeypatch.setattr(pythons, "install_python_packages", fail)

        assert pythons._tested("3.12", ()) == "failed"


def test_no_other_environment_is_on_the_path_of_the_tests() -> None:
    own = str(Path(sys.executable).parent)

    assert own not in pythons._other_path()
    assert set(pythons._other_path()) <= set(os.get_exec_path())
