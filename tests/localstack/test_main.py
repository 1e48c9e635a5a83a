"""What a person reads when a command cannot go on."""

import sys
from collections.abc import Callable

import pytest

from localstack import __main__ as module
from localstack import commands
from localstack.common.failure import LocalFailure


def demo_that(error: BaseException) -> Callable[..., None]:
    def demo(_console: object) -> None:
        raise error

    return demo


@pytest.fixture(autouse=True)
def _asked_for_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["localstack", "demo"])


def test_a_failure_is_said_in_words_and_by_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failure = LocalFailure("It broke.", remedy="Mend [it].", evidence='File "a.py" [line 1]')
    monkeypatch.setattr(commands, "demo", demo_that(failure))

    assert module.main() == 1

    assert capsys.readouterr().out.split("\n") == [
        "",
        "✗ It broke.",
        "Mend [it].",
        'File "a.py" [line 1]',
        "",
    ]


def test_an_interrupt_says_that_the_emulator_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "demo", demo_that(KeyboardInterrupt()))

    assert module.main() == 130

    assert "make stop ends it" in capsys.readouterr().out


def test_a_command_that_is_done_exits_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "demo", lambda _console: None)

    assert module.main() == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["payroll", "--items", "0"], "0 is no number from 1 to 25000"),
        (["payroll", "--items", "25001"], "25001 is no number from 1 to 25000"),
        (["payroll", "--items", "many"], "many is no number from 1 to 25000"),
        (["run", "--port", "99999"], "99999 is no port from 1024 to 65534"),
        (["inspect", "--browser-port", "80"], "80 is no port from 1024 to 65534"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_words(
    arguments: list[str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["localstack", *arguments])

    with pytest.raises(SystemExit) as exited:
        module.main()

    assert exited.value.code == 2
    assert told in capsys.readouterr().err
