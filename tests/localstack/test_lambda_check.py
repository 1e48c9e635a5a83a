"""What `make lambda-check` is made of; the check itself downloads, so no test runs it."""

import shutil
import sys
from pathlib import Path

import pytest

from localstack.common.failure import LocalFailure
from localstack.lambda_check import machine
from localstack.lambda_check.runtime_api import started

CLIENT = """
import json, os, urllib.request

api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"

def call(path, body=None):
    with urllib.request.urlopen(f"{api}/{path}", body) as answer:
        return answer.headers, answer.read()

while True:
    headers, event = call("invocation/next")
    request = headers["Lambda-Runtime-Aws-Request-Id"]
    asked = json.loads(event)
    if asked == "leave":
        raise SystemExit("leaving")
    kind = "error" if asked == "fail" else "response"
    call(f"invocation/{request}/{kind}", json.dumps({"asked": asked}).encode())
"""


def variables(folder: Path) -> dict[str, str]:
    return {"LAMBDA_TASK_ROOT": str(folder), "NO_PROXY": "*"}


def test_a_function_gets_its_events_one_after_the_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CLIENT]

    with started(command, variables(tmp_path), tmp_path / "log") as function:
        answers = [function.invoke({"number": number}) for number in range(3)]

    assert answers == [{"asked": {"number": number}} for number in range(3)]


@pytest.mark.parametrize(
    ("asked", "said"), [("fail", "answered with an error"), ("leave", "It has ended")]
)
def test_a_function_that_fails_or_leaves_shows_its_last_words(
    tmp_path: Path, asked: str, said: str
) -> None:
    command = [sys.executable, "-c", CLIENT]

    with (
        started(command, variables(tmp_path), tmp_path / "log") as function,
        pytest.raises(LocalFailure, match=said) as failure,
    ):
        function.invoke(asked)  # type: ignore[arg-type]

    assert ("leaving" in failure.value.evidence) is (asked == "leave")


def test_a_machine_without_apt_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "apt-get" else f"/{name}")

    with pytest.raises(LocalFailure, match="needs apt, and apt-get"):
        machine.arm_python(lambda _detail: None)
