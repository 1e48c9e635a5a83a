"""The Postman collection is run from top to bottom, as its readers run it, by newman."""

import json
import subprocess
from pathlib import Path
from typing import Any

from localstack.common.environment import of_program
from localstack.common.home import PROJECT
from tests.support.local_stack import Stack

COLLECTION = PROJECT / "NovaPay.postman_collection.json"
NEWMAN = PROJECT / "node_modules" / ".bin" / "newman"
TIMEOUT_S = 300
FOLDERS = ["Health Checks", "Account", "FX", "Transactions", "Ledger", "Payroll", "Admin"]


def test_every_request_of_the_collection_is_answered_as_it_says(
    stack: Stack, tmp_path: Path
) -> None:
    report = tmp_path / "newman.json"

    ended = subprocess.run(  # noqa: S603 - the locked newman, on our own collection
        [
            *(str(NEWMAN), "run", str(COLLECTION)),
            *("--env-var", f"baseUrl={stack.api_url}"),
            *("--env-var", f"adminToken={stack.admin_token}"),
            *("--reporters", "json", "--reporter-json-export", str(report)),
        ],
        env=of_program(stack.aws.variables),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )

    assert report.exists(), ended.stdout + ended.stderr
    run = json.loads(report.read_text(encoding="utf-8"))["run"]
    assert not [_said(failure) for failure in run["failures"]]
    assert ended.returncode == 0, ended.stderr
    assert run["stats"]["requests"]["total"] >= len(_requests())


def test_the_folders_are_in_the_order_in_which_they_are_run() -> None:
    assert [folder["name"] for folder in _collection()["item"]] == FOLDERS


def test_every_request_of_the_collection_is_one_of_the_api() -> None:
    document = json.loads((PROJECT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    shapes = {
        (method.upper(), _shape(path.strip("/").split("/")))
        for path, item in document["paths"].items()
        for method in item
    }

    for request in _requests():
        assert (request["method"], _shape(request["url"]["path"])) in shapes


def test_the_collection_holds_no_token() -> None:
    values = {each["key"]: each["value"] for each in _collection()["variable"]}

    assert values["adminToken"] == ""


def _collection() -> dict[str, Any]:
    collection: dict[str, Any] = json.loads(COLLECTION.read_text(encoding="utf-8"))
    return collection


def _requests() -> list[dict[str, Any]]:
    return [each["request"] for folder in _collection()["item"] for each in folder["item"]]


def _shape(path: list[str]) -> tuple[str, ...]:
    """Return a path with `*` where it has a variable."""
    return tuple("*" if part.startswith("{") else part for part in path)


def _said(failure: dict[str, Any]) -> str:
    where, error = failure["source"]["name"], failure["error"]
    return f"{where}: {error.get('test', '')}: {error['message']}"
