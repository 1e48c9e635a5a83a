"""One name for one thing.

`functions/transactions/create_transfer.py` is the operation `create_transfer`, the construct
`CreateTransfer`, `events/transactions/create_transfer.json` and
`tests/functions/transactions/test_create_transfer.py`. Nothing is missing and nothing is left over.
"""

import ast
import json
from typing import Any

import pytest

from cdk.endpoints import AUTHORIZERS, ENDPOINTS, EVERY_FUNCTION, TASKS, Endpoint, Task
from docs.endpoints import missing
from tests.support.sources import FUNCTIONS, ROOT

EVENTS = ROOT / "events"
TESTS = ROOT / "tests" / "functions"
OF_SEVERAL_FUNCTIONS = {
    "test_account_numbers",
    "test_addresses",
    "test_every_function",
    "test_historic_currencies",
    "test_hostile_input",
    "test_metrics",
    "test_ownership",
    "test_references",
    "admin/test_gate",
}


def name_of(function: Endpoint | Task) -> str:
    return function.module


def tree_of(function: Endpoint | Task) -> ast.Module:
    return ast.parse((FUNCTIONS / f"{function.module}.py").read_text(encoding="utf-8"))


def event_of(function: Endpoint | Task) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{function.module}.json").read_text("utf-8"))
    return event


def test_every_function_has_its_line_its_sample_event_its_tests_and_its_place_in_the_document() -> (
    None
):
    if lacking := missing():
        pytest.fail("\n".join(lacking), pytrace=False)


def test_names_are_unique() -> None:
    names = [function.name for function in EVERY_FUNCTION]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("function", EVERY_FUNCTION, ids=name_of)
def test_the_construct_is_the_name_in_camel_case(function: Endpoint | Task) -> None:
    words = function.name.split("_")

    assert function.construct_id == "".join(word.capitalize() for word in words)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_the_function_that_answers_is_called_as_its_module(endpoint: Endpoint) -> None:
    defined = [it.name for it in tree_of(endpoint).body if isinstance(it, ast.FunctionDef)]

    assert defined[0] == endpoint.name
    assert len(defined) == 1 or len(endpoint.paths) > 1


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_a_module_begins_with_its_route(endpoint: Endpoint) -> None:
    words = ast.get_docstring(tree_of(endpoint)) or ""

    assert words.startswith(f"{endpoint.method} {endpoint.paths[0]}"), words


@pytest.mark.parametrize("task", [*TASKS, *AUTHORIZERS], ids=name_of)
def test_a_task_is_a_function_of_its_name(task: Task) -> None:
    defined = [
        node.name if isinstance(node, ast.FunctionDef) else ast.unparse(node.targets[0])
        for node in tree_of(task).body
        if isinstance(node, ast.FunctionDef | ast.Assign)
    ]

    assert defined == [task.name, "handler"]


@pytest.mark.parametrize("function", EVERY_FUNCTION, ids=name_of)
def test_the_entry_point_is_called_handler(function: Endpoint | Task) -> None:
    last = tree_of(function).body[-1]

    assert isinstance(last, ast.Assign)
    assert [ast.unparse(target) for target in last.targets] == ["handler"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_a_sample_event_is_a_whole_proxy_event_of_its_route(endpoint: Endpoint) -> None:
    event = event_of(endpoint)

    assert event["httpMethod"] == event["requestContext"]["httpMethod"] == endpoint.method
    assert event["resource"] == event["requestContext"]["resourcePath"] == endpoint.paths[0]
    assert event["path"] == event["resource"].format(**(event["pathParameters"] or {}))
    stage = event["requestContext"]["stage"]
    assert event["requestContext"]["path"] == f"/{stage}{event['path']}"
    assert event["headers"] == {name: v[-1] for name, v in event["multiValueHeaders"].items()}
    assert event["requestContext"]["requestId"]
    assert event["isBase64Encoded"] is False
    assert (event["body"] is None) or isinstance(json.loads(event["body"]), dict)
    assert {"queryStringParameters", "multiValueQueryStringParameters", "stageVariables"} < set(
        event
    )


def test_every_test_has_its_function() -> None:
    written = {
        path.relative_to(TESTS).with_suffix("").as_posix() for path in TESTS.rglob("test_*.py")
    }
    wanted = {
        f"{function.service}/test_{function.name}" if "/" in function.module else "test_health"
        for function in EVERY_FUNCTION
    }

    assert written - OF_SEVERAL_FUNCTIONS <= wanted
