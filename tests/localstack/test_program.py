"""Running a program and telling what it said."""

import sys
from pathlib import Path

import pytest

from localstack.common import program
from localstack.common.failure import LocalFailure


def run(code: str, log: Path, said: list[str]) -> None:
    program.run(
        [sys.executable, "-c", code],
        env={},
        log=log,
        say=said.append,
        failed="The program failed.",
        remedy="Run it again.",
    )


def test_its_lines_are_shown_and_kept(tmp_path: Path) -> None:
    said: list[str] = []

    run("print('one'); print(); print('two')", tmp_path / "log", said)

    assert said == ["one", "two"]
    assert (tmp_path / "log").read_text(encoding="utf-8") == "one\n\ntwo\n"


def test_a_failure_says_what_failed_how_to_mend_it_and_its_last_words(tmp_path: Path) -> None:
    code = "import sys; [print(n, flush=True) for n in range(100)]; sys.exit('out of luck')"

    with pytest.raises(LocalFailure) as failure:
        run(code, tmp_path / "log", [])

    assert failure.value.what == "The program failed."
    assert failure.value.remedy == "Run it again."
    assert failure.value.evidence.endswith("99\nout of luck")
    assert not failure.value.evidence.startswith("0\n")
