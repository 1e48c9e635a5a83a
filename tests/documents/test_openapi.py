"""The API's document is made from the handlers, says everything, and is the committed one."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from cdk.endpoints import ENDPOINTS, SERVICES, Endpoint
from cdk.gateway_problems import PROBLEMS
from docs.openapi import document as document_module
from docs.openapi import problems
from docs.openapi.document import document
from docs.openapi.files import files
from docs.openapi.merged import Document, DocumentError, merged
from docs.openapi.story import examples
from novapay.http.problems import CONTENT_TYPE

GET_WALLET = Endpoint("one", (), served=("/wallets",))
HANDLER = '''
from pydantic import BaseModel
from novapay.http.endpoint import Endpoint

endpoint = Endpoint(__file__)


class WalletBody(BaseModel):
    {field}: str


@endpoint.get("{path}", "Get")
def {name}() -> WalletBody:
    """A wallet."""
    return WalletBody()
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


def test_every_model_field_parameter_and_header_says_what_it_means(told: Document) -> None:
    components = told["components"]
    said: dict[str, object] = {
        name: model.get("description") for name, model in components["schemas"].items()
    }
    for name, model in components["schemas"].items():
        for path, field in _fields(model):
            said[f"{name}.{path}"] = field.get("description")
    for operation in _operations(told):
        for parameter in operation.get("parameters", ()):
            said[f"{operation['operationId']}({parameter['name']})"] = parameter.get("description")
    said |= {name: header.get("description") for name, header in components["headers"].items()}

    assert len(said) > 300
    # A field whose words are those of its own type has none in the document: it says nothing new.
    assert not [name for name, words in said.items() if not _is_sentence(words)]


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


def test_each_service_says_its_own_name(told: Document) -> None:
    for service in SERVICES:
        response = told["paths"][f"/{service}/health"]["get"]["responses"]["200"]
        [example] = response["content"]["application/json"]["examples"].values()

        assert example["value"] == {"status": "ok", "service": service}


def test_the_story_is_the_same_each_time_it_is_told() -> None:
    assert examples.__wrapped__() == examples()


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
    for operation in _operations(told):
        for status, content in _problems(told, operation):
            validator = jsonschema_rs.validator_for(
                {**content["schema"], "components": told["components"]}
            )
            exemplified = set()
            for reference in content["examples"].values():
                example = _resolved(told, reference)["value"]
                validator.validate(example)
                assert example["status"] == int(status)
                exemplified.add(example["code"])
            assert exemplified == set(_codes(content))


def test_every_error_is_a_problem_of_some_operation(told: Document) -> None:
    """Those that no document can name are the abstract ones, and 202."""
    known = set(told["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])

    assert problems.kinds().keys() - known == {"refused", "conflict", "processing"}
    assert known == {
        code
        for operation in _operations(told)
        for _, content in _problems(told, operation)
        for code in _codes(content)
    }


def test_every_error_of_the_gateway_is_told_but_those_of_a_request_that_no_client_sends(
    told: Document,
) -> None:
    named = {
        name
        for operation in _operations(told)
        for _, content in _problems(told, operation)
        for name in content["examples"]
        if name.startswith("gateway-")
    }

    untold = {f"gateway-{problem.code}" for problem in PROBLEMS} - named
    assert untold == {
        *("gateway-bad-request", "gateway-payload-too-large", "gateway-unsupported-media-type")
    }


def test_who_must_say_who_they_are_can_be_told_to(told: Document) -> None:
    for operation in _operations(told):
        codes = {status: set(_codes(content)) for status, content in _problems(told, operation)}

        assert "forbidden" in codes["403"], operation["operationId"]
        if {"operatorToken": []} in operation["security"]:
            assert codes["401"] == {"unauthorized"}
        elif operation["security"]:
            assert codes["401"] == {"unauthorized"}
            assert codes["403"] >= {"forbidden", "invalid-signature", "expired-token"}
            assert "not-found" in codes["404"]
        else:
            assert "401" not in codes


def test_an_operators_call_may_fail_for_its_line_in_the_log(told: Document) -> None:
    operators = [it for it in _operations(told) if {"operatorToken": []} in it["security"]]

    assert len(operators) == len([it for it in ENDPOINTS if "operators" in it.needs])
    for operation in operators:
        codes = {code for _, content in _problems(told, operation) for code in _codes(content)}
        assert {"clock-skewed", "contention"} <= codes


def test_what_may_be_sent_again_says_when(told: Document) -> None:
    for operation in _operations(told):
        for status, content in _problems(told, operation):
            examples = [_resolved(told, it)["value"] for it in content["examples"].values()]
            may_be_sent_again = any(example["retryable"] for example in examples)
            headers = _resolved(told, operation["responses"][status])["headers"]
            assert ("Retry-After" in headers) is may_be_sent_again


def test_no_word_depends_on_the_python_that_made_it(
    told: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in HTTPStatus:
        monkeypatch.setattr(status, "phrase", "in other words")

    assert document() == told


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

    for kind in ("schemas", "headers", "examples", "responses"):
        for name in told["components"][kind]:
            assert f"#/components/{kind}/{name}'" in text
    assert not re.search(r"ValidationError|x-problem-codes", text)


def test_a_handler_that_does_not_load_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import no_such_module\n", encoding="utf-8")

    with pytest.raises(DocumentError, match="no_such_module"):
        merged([GET_WALLET], tmp_path)


def test_two_models_of_one_name_are_an_error(tmp_path: Path) -> None:
    _write(tmp_path / "one.py", name="one", path="/wallets", field="balance")
    _write(tmp_path / "two.py", name="two", path="/others", field="currency")
    other = Endpoint("two", (), served=("/others",))

    with pytest.raises(DocumentError, match="WalletBody"):
        merged([GET_WALLET, other], tmp_path)


def test_a_body_without_an_example_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: told for name, told in examples().items() if name != "get_wallet"}
    monkeypatch.setattr(document_module, "examples", lambda: without)

    with pytest.raises(DocumentError, match="get_wallet"):
        document()


def _write(file: Path, *, name: str, path: str, field: str) -> None:
    file.write_text(HANDLER.format(name=name, path=path, field=field), encoding="utf-8")


def _fields(model: Document) -> Iterator[tuple[str, Document]]:
    """Yield every property of a model by its path, those of models inside it too."""
    for name, field in model.get("properties", {}).items():
        yield name, field
        yield from ((f"{name}.{inner}", it) for inner, it in _fields(field))
    for inside in (model.get("items"), *model.get("anyOf", ()), *model.get("allOf", ())):
        if inside is not None:
            yield from _fields(inside)


def _is_sentence(words: object) -> bool:
    return isinstance(words, str) and len(words.split()) > 2 and words[-1] in ".…"


def _operations(told: Document) -> list[Document]:
    return [operation for item in told["paths"].values() for operation in item.values()]


def _json_contents(operation: Document) -> list[dict[str, Any]]:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    answers = [each for status, each in operation["responses"].items() if status < "300"]
    contents = [each.get("content", {}) for each in (*bodies, *answers)]
    return [content["application/json"] for content in contents if "application/json" in content]


def _problems(told: Document, operation: Document) -> list[tuple[str, dict[str, Any]]]:
    """Return status and content of each response that is a problem."""
    found = [
        (status, _resolved(told, response)["content"][CONTENT_TYPE])
        for status, response in operation["responses"].items()
        if status >= "400"
    ]
    assert found
    return found


def _codes(content: Document) -> list[str]:
    codes: list[str] = content["schema"]["allOf"][1]["properties"]["code"]["enum"]
    return codes


def _resolved(told: Document, node: Document) -> Document:
    if "$ref" not in node:
        return node
    kind, name = node["$ref"].removeprefix("#/components/").split("/")
    found: Document = told["components"][kind][name]
    return found
