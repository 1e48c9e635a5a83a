"""Bodies: bounded before they are looked into, and JSON to the letter."""

from typing import Any

import pytest

from novapay.domain.errors import MalformedBody, PayloadTooLarge, UnsupportedMediaType
from novapay.http.body import NAMES_MAX, check_body, parse_json
from tests.support.domain import refusal_of

JSON = {"Content-Type": "application/json"}


def event(body: str | None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {"body": body, "headers": JSON if headers is None else headers}


@pytest.mark.parametrize("body", [None, "", "{}", "x" * 100, "é" * 50, "☂" * 33, "\U0001f4b8" * 25])
def test_a_body_of_up_to_the_limit_is_taken(body: str | None) -> None:
    assert refusal_of(lambda: check_body(event(body), bytes_max=100)) is None


@pytest.mark.parametrize(
    "body", ["x" * 101, "é" * 51, "☂" * 34, "\U0001f4b8" * 26, "x" * 7_000_000]
)
def test_a_body_over_the_limit_is_refused(body: str) -> None:
    with pytest.raises(PayloadTooLarge) as refused:
        check_body(event(body), bytes_max=100)

    assert refused.value.bytes_max == 100


def test_the_size_is_checked_before_the_type() -> None:
    with pytest.raises(PayloadTooLarge):
        check_body(event("x" * 101, {"content-type": "text/plain"}), bytes_max=100)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        " application/json ",
        "Application/JSON",
    ],
)
@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_json_is_recognised(name: str, content_type: str) -> None:
    request = event("{}", {name: content_type})

    assert refusal_of(lambda: check_body(request, bytes_max=100)) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "text/html"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/xml"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/problem+json"},
        {"content-type": "text/plain; application/json"},
        {"content-type": "application/json, text/html"},
    ],
)
def test_anything_else_is_an_unsupported_type(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_body(event("{}", headers), bytes_max=100)


def test_without_a_body_the_type_does_not_matter() -> None:
    request = event(None, {"content-type": "text/plain"})

    assert refusal_of(lambda: check_body(request, bytes_max=100)) is None


@pytest.mark.parametrize(
    ("text", "document"),
    [("{}", {}), ('{"a":[1,2.5,null,true,"é"]}', {"a": [1, 2.5, None, True, "é"]}), ('"x"', "x")],
)
def test_json_is_parsed(text: str, document: object) -> None:
    assert parse_json(text) == document


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        '{"a":}',
        '{"a":1,}',
        "{'a':1}",
        '{"a":1}{"b":2}',
        "NaN",
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":-Infinity}',
        '{"a":01}',
        '{"a":+1}',
        '{"a":"\n"}',
        '{"a":1} x',
        "\ufeff{}",
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 5_000,
        "<html></html>",
        "a=1&b=2",
        "\x00",
    ],
)
def test_what_is_not_json_is_malformed(text: str) -> None:
    with pytest.raises(MalformedBody):
        parse_json(text)


@pytest.mark.parametrize(
    "text", ['{"amount":"1","amount":"99"}', '{"items":[{"a":1},{"b":1,"c":2,"b":1}]}']
)
def test_a_name_that_stands_twice_is_refused_because_nobody_knows_which_is_meant(text: str) -> None:
    with pytest.raises(MalformedBody, match="twice"):
        parse_json(text)


def test_an_object_has_a_limit_of_names() -> None:
    names = [f'"n{number}":1' for number in range(NAMES_MAX + 1)]

    assert len(parse_json("{" + ",".join(names[:-1]) + "}")) == NAMES_MAX
    with pytest.raises(MalformedBody, match="more than 64 names"):
        parse_json("{" + ",".join(names) + "}")
