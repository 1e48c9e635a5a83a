"""The functions, called with events; what they print can be read."""

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory import api as memory
from localstack.memory.api import Api, api_over
from localstack.memory.intruder import Intruder
from localstack.memory.tables import PREFIX
from novapay import observability
from tests.support import contract
from tests.support.printed import Printed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SERVICE = "novapay-test"


@pytest.fixture(scope="session", autouse=True)
def _every_answer_is_as_the_document_promises() -> Iterator[None]:
    """Hold each answer that any test here gets against docs/openapi.json."""
    with pytest.MonkeyPatch.context() as patch:
        invoke = memory.invoke

        def checked(operation: str, event: memory.Event) -> memory.Event:
            response = invoke(operation, event)
            contract.check(event, response)
            return response

        patch.setattr(memory, "invoke", checked)
        yield


@pytest.fixture
def api(
    dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch, printed: Callable[[], Printed]
) -> Iterator[Api]:
    """Return the functions over an AWS of this test's own."""
    with api_over(dynamodb, monkeypatch) as functions:
        yield functions


@pytest.fixture
def printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Printed]:
    """Return what reads all that was printed since it last did.

    The logger and the metrics are made once a process, with the service and the output of that
    time, so they are made anew here, and print to wherever standard output leads.
    """
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", SERVICE)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "NovaPay")
    observability._logger.cache_clear()
    observability._metrics.cache_clear()
    printer: Any = observability._logger().registered_handler
    printer.stream = StandardOutput()
    return lambda: Printed(capsys.readouterr().out)


class StandardOutput:
    """What `sys.stdout` is at the moment: pytest puts another one there for each phase."""

    def write(self, text: str) -> None:
        sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@pytest.fixture
def intruder(dynamodb: "DynamoDBClient") -> Intruder:
    """Return somebody who writes to the tables behind the functions' backs."""
    return Intruder(dynamodb, PREFIX)
