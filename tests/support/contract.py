"""Holds what a function answers against docs/openapi.json, so that the document stays true.

Whatever a test of a function asks, the answer's status must be one that the document names for the
operation, with the headers and the body that it promises.
"""

import json
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

import jsonschema_rs

from tests.support.sources import ROOT

Document = dict[str, Any]
TELLING = {"idempotent-replayed", "retry-after", "x-total-count", "link"}
"""Headers that no answer has unless the document says so."""


def check(event: Mapping[str, Any], response: Mapping[str, Any]) -> None:
    """Refuse an answer that the document does not promise.

    Raises:
        AssertionError: with the operation, and what of the answer the document does not know.
    """
    operation = _operation(event)
    status = str(response["statusCode"])
    # What the document has no request for, another route or a body where none is read, it has no
    # answer for either.
    if operation is None or (event.get("body") and "requestBody" not in operation):
        return
    where = f"{operation['operationId']} answers {status}"
    told = operation["responses"].get(status)
    assert told is not None, f"{where}: docs/openapi.json has no such status ({response['body']})"
    promised = _resolved(told)
    headers = {name.lower(): values for name, values in response["multiValueHeaders"].items()}
    _check_headers(where, promised.get("headers", {}), headers)
    if status == str(HTTPStatus.NOT_MODIFIED.value):
        return
    [content_type] = headers["content-type"]
    media_type = content_type.partition(";")[0]
    contents = promised["content"]
    assert media_type in contents or "*/*" in contents, f"{where}: {media_type} is not told"
    if media_type.endswith("json"):
        _check_body(where, contents[media_type]["schema"], response["body"])


def _check_headers(
    where: str, promised: Mapping[str, Any], headers: Mapping[str, list[str]]
) -> None:
    known = {name.lower(): _resolved(header) for name, header in promised.items()}
    untold = (headers.keys() & TELLING) - known.keys()
    assert not untold, f"{where}: the header {', '.join(untold)} is not told"
    for name, header in known.items():
        if name not in headers:
            assert not header.get("required"), f"{where}: the header {name} is missing"
            continue
        for value in headers[name]:
            _validator(json.dumps(header["schema"])).validate(value)


def _check_body(where: str, schema: Document, text: str) -> None:
    try:
        _validator(json.dumps(schema)).validate(json.loads(text))
    except jsonschema_rs.ValidationError as error:
        raise AssertionError(f"{where} with a body that is not told: {error}\n{text}") from None


@cache
def _document() -> Document:
    document: Document = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    return document


@cache
def _operations() -> dict[tuple[str, str], Document]:
    return {
        (method.upper(), path): operation
        for path, item in _document()["paths"].items()
        for method, operation in item.items()
    }


def _operation(event: Mapping[str, Any]) -> Document | None:
    """Return the operation that was asked for; tests ask for some that do not exist, too."""
    return _operations().get((event["httpMethod"], event["resource"]))


@cache
def _validator(schema: str) -> jsonschema_rs.Validator:
    told = {**json.loads(schema), "components": _document()["components"]}
    return jsonschema_rs.validator_for(told, validate_formats=True)


def _resolved(node: Document) -> Document:
    if "$ref" not in node:
        return node
    kind, name = node["$ref"].removeprefix("#/components/").split("/")
    found: Document = _document()["components"][kind][name]
    return found
