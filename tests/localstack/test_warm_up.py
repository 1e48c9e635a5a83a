"""The first call to each function after a deploy."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator

import pytest
import requests
import responses

from cdk.endpoints import ENDPOINTS
from localstack.common.failure import LocalFailure
from localstack.common.outputs import Outputs
from localstack.deploy import warm_up as module
from localstack.deploy.function_log import LINES_MAX, last_words_of
from localstack.deploy.warm_up import warm_up
from tests.support.local_stack import EmulatedAws

API = "http://127.0.0.1:4566/api"
OUTPUTS = Outputs(API, f"{API}/admin/console", "token", "http://127.0.0.1:4566", "us-east-1")
HARMLESS = [endpoint for endpoint in ENDPOINTS if not endpoint.is_simulation]
OURS = {"x-request-id": "1"}
"""What every answer of a function carries."""

SILENT = "novapay-local-silent"

ANY_PATH = re.compile(f"{API}/.*")


def say_nothing(_detail: str) -> None:
    return


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("GET", "POST", "PATCH"):
            mock.add(method, ANY_PATH, status=404, headers=OURS)
        yield mock


def test_each_function_is_called_once_at_a_path_of_nobody(api: responses.RequestsMock) -> None:
    answered = warm_up(OUTPUTS, say_nothing)

    called = [(call.request.method, call.request.url) for call in api.calls]
    assert answered == len(HARMLESS)
    assert len(set(called)) == len(HARMLESS)
    assert ("GET", f"{API}/accounts/wallets/{module.NOBODY}/balance") in called
    assert not any("{" in str(url) for _, url in called)


def test_nothing_is_made_to_fail(api: responses.RequestsMock) -> None:
    warm_up(OUTPUTS, say_nothing)

    assert not any("/simulate/" in str(call.request.url) for call in api.calls)


def test_only_empty_bodies_are_sent(api: responses.RequestsMock) -> None:
    warm_up(OUTPUTS, say_nothing)

    assert {call.request.body for call in api.calls} == {None, b"{}"}


@pytest.mark.parametrize("headers", [OURS, {}], ids=["of the function", "of API Gateway"])
def test_a_broken_function_is_named_with_its_answer_and_its_last_words(
    api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(module, "last_words_of", lambda name, _url: f"{name} cannot import x")
    api.replace("GET", ANY_PATH, status=500, body="Internal error", headers=headers)

    with pytest.raises(LocalFailure) as failure:
        warm_up(OUTPUTS, say_nothing)

    assert "does not work: GET" in failure.value.what
    assert "Internal error" in failure.value.evidence
    assert re.search(r"novapay-local-\w+ cannot import x", failure.value.evidence)


def test_where_a_function_is_silent_its_authorizer_is_heard(
    api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"novapay-tokens-authorize": "ValueError: no key"}
    monkeypatch.setattr(module, "last_words_of", lambda name, _url: said.get(name, ""))
    api.replace("GET", ANY_PATH, status=500, body="Internal error")

    with pytest.raises(LocalFailure) as failure:
        warm_up(OUTPUTS, say_nothing, prefix="novapay-tokens")

    assert failure.value.evidence == "Internal error\nValueError: no key"


@pytest.mark.parametrize(
    "error", [requests.ConnectTimeout("slow"), requests.ConnectionError("gone")]
)
def test_a_function_that_does_not_answer_is_named(
    api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(module, "last_words_of", lambda _name, _url: "it hangs")
    api.replace("GET", ANY_PATH, body=error)

    with pytest.raises(LocalFailure, match=r"does not work: GET .* was not answered") as failure:
        warm_up(OUTPUTS, say_nothing)

    assert failure.value.evidence.endswith("it hangs")


def test_a_route_that_leads_nowhere_is_named(api: responses.RequestsMock) -> None:
    api.replace("GET", ANY_PATH, status=404, body="no such API")

    with pytest.raises(LocalFailure, match="The API does not route to") as failure:
        warm_up(OUTPUTS, say_nothing)

    assert failure.value.evidence == "no such API"


@pytest.fixture
def log(emulator: EmulatedAws) -> Iterator[Callable[..., None]]:
    """Return what writes lines into the log of a function that does not exist."""
    logs = emulator.client("logs")
    place = {"logGroupName": f"/aws/lambda/{SILENT}", "logStreamName": "one"}
    logs.create_log_group(logGroupName=place["logGroupName"])
    logs.create_log_stream(**place)

    def write(*lines: str) -> None:
        now_ms = int(time.time() * 1000)
        events = [{"timestamp": now_ms + at, "message": line} for at, line in enumerate(lines)]
        logs.put_log_events(**place, logEvents=events)

    yield write
    logs.delete_log_group(logGroupName=place["logGroupName"])


def test_the_last_words_are_those_of_the_last_call(
    emulator: EmulatedAws, log: Callable[..., None]
) -> None:
    log(
        "START RequestId: 1",
        "an older call",
        "END RequestId: 1",
        "START RequestId: 2 Version: $LATEST\n",
        json.dumps({"message": "request"}),
        json.dumps({"exception": "Traceback\nValueError: new"}),
        "Task timed out",
        "END RequestId: 2",
        "REPORT RequestId: 2",
    )

    assert last_words_of(SILENT, emulator.aws).splitlines() == [
        '{"message": "request"}',
        "Traceback",
        "ValueError: new",
        "Task timed out",
    ]


def test_only_the_end_of_a_long_log_is_shown(
    emulator: EmulatedAws, log: Callable[..., None]
) -> None:
    log(*map(str, range(LINES_MAX + 1)))

    assert last_words_of(SILENT, emulator.aws).splitlines() == [
        str(number) for number in range(1, LINES_MAX + 1)
    ]


def test_a_function_that_is_not_there_is_said(emulator: EmulatedAws) -> None:
    assert "not found" in last_words_of("novapay-local-nobody", emulator.aws).lower()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nothing_there", "No module named 'nothing_there'"),
        ("def handler(event", "was never closed"),
        ("x = 1", "has no attribute 'handler'"),
        ("def handler(_event, _context):\n    raise ValueError('inside')", "ValueError: inside"),
        (
            "def handler(_event, _context):\n    print('leaving', flush=True)\n    exit(3)",
            "leaving",
        ),
    ],
    ids=["import", "syntax", "handler", "raise", "exit"],
)
def test_a_function_that_does_not_work_says_why(
    emulator: EmulatedAws, broken: Callable[[str], str], code: str, said: str
) -> None:
    assert said in last_words_of(broken(code), emulator.aws)


@pytest.fixture
def broken(emulator: EmulatedAws) -> Iterator[Callable[[str], str]]:
    """Return what makes a function of some code, calls it once, and returns its name."""
    functions = emulator.client("lambda")
    name = "novapay-local-broken"

    def make(code: str) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("app.py", code)
        functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Handler="app.handler",
            Role=emulator.role("nobody"),
            Code={"ZipFile": packed.getvalue()},
        )
        functions.invoke(FunctionName=name, Payload=b"{}")
        return name

    yield make
    functions.delete_function(FunctionName=name)
    emulator.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{name}")
