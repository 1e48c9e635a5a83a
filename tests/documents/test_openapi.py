"""The API's document is made from the handlers, says everything, and is the committed one."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from cdk.constructs.gateway_responses import PROBLEMS
from cdk.endpoints import ENDPOINTS, Endpoint
from docs.openapi import document as document_module
from docs.openapi import problems
from docs.openapi.document import document
from docs.openapi.examples import EXAMPLES
from docs.openapi.files import files
from docs.openapi.merged import Document, DocumentError, merged
from novapay.domain.errors import NovaPayError
from novapay.http.problems import CONTENT_TYPE

GET_WALLET = Endpoint("GET", ("/wallets",), "one", ())
HANDLER = '''
from http import HTTPStatus
from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel
from novapay.http import api

app = api.resolver()


class WalletBody(BaseModel):
    {field}: str


@app.get("{path}", **api.operation("{name}", service="accounts", summary="Get", model=WalletBody))
def {name}() -> Response[str]:
    """A wallet."""
    return api.reply(WalletBody())
'''


@pytest.fixture(scope="module")
def told() -> Document:
    return document()


def test_the_committed_files_are_what_the_handlers_tell() -> None:
    stale = [
        path.name for path, text in files().items() if path.read_text(encoding="utf-8") != text
    ]

    assert not stale, f"make docs, and commit {stale}"


def test_every_operation_says_what_it_does_and_promises(told: Document) -> None:
    for operation in _operations(told):
        assert operation["summary"]
        assert operation["description"]
        assert len(operation["tags"]) == 1
        assert "security" in operation


def test_operation_ids_are_unique(told: Document) -> None:
    ids = [operation["operationId"] for operation in _operations(told)]

    assert sorted(ids) == sorted(set(ids))


def test_tags_are_in_the_order_of_the_collection(told: Document) -> None:
    assert [tag["name"] for tag in told["tags"]] == [
        *("Health", "Accounts", "FX", "Transactions", "Ledger", "Payroll", "Admin")
    ]
    assert list(dict.fromkeys(each["tags"][0] for each in _operations(told))) == [
        tag["name"] for tag in told["tags"]
    ]


def test_every_success_and_request_has_an_example_of_its_form(told: Document) -> None:
    validated = 0
    for operation in _operations(told):
        for content in _json_contents(operation):
            validator = jsonschema_rs.validator_for(
                {**content["schema"], "components": told["components"]}, validate_formats=True
            )
            for example in content["examples"].values():
                validator.validate(example["value"])
                validated += 1

    assert validated > len(ENDPOINTS)


def test_every_problem_has_an_example_of_its_form_and_status(told: Document) -> None:
    components = told["components"]
    validator = jsonschema_rs.validator_for(
        {"$ref": "#/components/schemas/Problem", "components": components}
    )
    for operation in _operations(told):
        for status, response in operation["responses"].items():
            content = response.get("content", {}).get(CONTENT_TYPE, {})
            for code in content.get("examples", {}):
                example = components["examples"][code]["value"]
                validator.validate(example)
                assert (example["code"], example["status"]) == (code, int(status))


def test_every_error_is_a_problem_of_some_operation(told: Document) -> None:
    """Those that no document can name are the abstract ones, and what must never happen."""
    unnamed = {
        *("refused", "conflict", "unavailable"),
        *("processing", "invariant-violated"),
    }
    named = {
        code
        for operation in _operations(told)
        for response in operation["responses"].values()
        for code in response.get("content", {}).get(CONTENT_TYPE, {}).get("examples", {})
    }

    assert problems.kinds().keys() - named == unnamed


def test_the_gateways_problems_are_those_that_are_deployed() -> None:
    deployed = {(each.status, each.code, each.detail, each.is_retryable) for each in PROBLEMS}

    assert {tuple(each) for each in (problems.FORBIDDEN, *problems.EVERYWHERE)} <= deployed


def test_a_transfer_tells_its_key_its_replay_and_its_wait(told: Document) -> None:
    operation = told["paths"]["/transactions/transfers"]["post"]
    responses = operation["responses"]

    assert [(each["name"], each["required"]) for each in operation["parameters"]] == [
        ("Idempotency-Key", True)
    ]
    assert "Retry-After" in responses["202"]["headers"]
    for status in ("201", "409", "410", "422"):
        assert "Idempotent-Replayed" in responses[status]["headers"]


def test_who_may_call_is_said_of_each_operation(
    told: Document,
) -> None:
    for path, item in told["paths"].items():
        for operation in item.values():
            is_open = path.endswith("/health") or path.startswith("/admin/console")
            is_admin = path.startswith("/admin")
            expected = ["operatorToken"] if is_admin else ["sigv4", "bearer"]
            assert operation["security"] == ([] if is_open else [{name: []} for name in expected])


def test_nothing_in_the_document_is_left_over(told: Document) -> None:
    text = str(told)

    for kind in ("schemas", "headers", "examples"):
        for name in told["components"][kind]:
            assert f"#/components/{kind}/{name}'" in text
    assert EXAMPLES.keys() <= told["components"]["schemas"].keys()
    assert not re.search(r"ValidationError|x-problem-codes", text)


def test_a_handler_that_does_not_load_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import no_such_module\n", encoding="utf-8")

    with pytest.raises(DocumentError, match="no_such_module"):
        merged([GET_WALLET], tmp_path)


def test_two_models_of_one_name_are_an_error(tmp_path: Path) -> None:
    _write(tmp_path / "one.py", name="one", path="/wallets", field="balance")
    _write(tmp_path / "two.py", name="two", path="/others", field="currency")
    other = Endpoint("GET", ("/others",), "two", ())

    with pytest.raises(DocumentError, match="WalletBody"):
        merged([GET_WALLET, other], tmp_path)


def test_a_route_that_is_not_deployed_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path / "one.py", name="one", path="/purses", field="balance")

    with pytest.raises(
        DocumentError, match=r"only deployed: .*wallets.*only in handlers: .*purses"
    ):
        merged([GET_WALLET], tmp_path)


def test_a_body_without_an_example_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: value for name, value in EXAMPLES.items() if name != "WalletBody"}
    monkeypatch.setattr(document_module, "EXAMPLES", without)

    with pytest.raises(DocumentError, match="WalletBody"):
        document()


def test_every_code_has_one_status() -> None:
    for code, kind in problems.kinds().items():
        assert issubclass(kind, NovaPayError)
        assert problems.statuses()[code] >= HTTPStatus.BAD_REQUEST


def _write(file: Path, *, name: str, path: str, field: str) -> None:
    file.write_text(HANDLER.format(name=name, path=path, field=field), encoding="utf-8")


def _operations(told: Document) -> list[Document]:
    return [operation for item in told["paths"].values() for operation in item.values()]


def _json_contents(operation: Document) -> list[dict[str, Any]]:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    answers = [each for status, each in operation["responses"].items() if status < "300"]
    contents = [each.get("content", {}) for each in (*bodies, *answers)]
    return [content["application/json"] for content in contents if "application/json" in content]
