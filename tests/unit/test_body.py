"""Bodies: bounded before they are looked into, and JSON to the letter."""

from base64 import b64encode
from typing import Any

import pytest

from novapay.http.body import NAMES_MAX, check_body, parse_json
from novapay.http.errors import MalformedBody, PayloadTooLarge, UnsupportedMediaType
from tests.support.domain import refusal_of

JSON = {"Content-Type": "application/json"}


def event(body: str | None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {"body": body, "headers": JSON if headers is None else headers}


def in_base64(raw: bytes) -> dict[str, Any]:
    return {**event(b64encode(raw).decode()), "isBase64Encoded": True}


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
        "application/json;charset=utf8",
        'application/json; charset="UTF-8"',
        "application/json ; charset=utf-8 ",
        "application/json; profile=x; charset=utf-8",
        "application/json;",
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
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json; charset=UTF-16LE"},
        {"content-type": "application/json; charset=utf-32"},
        {"content-type": "application/json; charset=utf-7"},
        {"content-type": "application/json; charset=iso-8859-1"},
        {"content-type": "application/json; charset=windows-1252"},
        {"content-type": "application/json; charset=us-ascii"},
        {"content-type": "application/json; charset=utf-8-sig"},
        {"content-type": "application/json; CHARSET=latin1"},
        {"content-type": 'application/json; charset="utf-16"'},
        {"content-type": "application/json; charset ='utf-8'"},
        {"content-type": "application/json; charset*=utf-8''utf-16"},
        {"content-type": "application/json; charset="},
        {"content-type": "application/json; charset"},
        {"content-type": "application/json; charset=utf-8; charset=utf-16"},
        {"content-type": "application/json; charset=utf-8, text/html"},
        {"content-type": "application/json", "Content-Type": "text/plain"},
    ],
)
def test_anything_else_is_an_unsupported_type(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_body(event("{}", headers), bytes_max=100)


def test_every_content_type_that_was_sent_counts() -> None:
    twice = {"content-type": ["text/plain", "application/json"]}

    with pytest.raises(UnsupportedMediaType):
        check_body({**event("{}"), "multiValueHeaders": twice}, bytes_max=100)


@pytest.mark.parametrize("text", ["{}", '{"a":"é☂\U0001f4b8"}', '"x"'])
def test_what_comes_in_base64_is_text_afterwards(text: str) -> None:
    request = in_base64(text.encode())

    check_body(request, bytes_max=100)

    assert (request["body"], request["isBase64Encoded"]) == (text, False)


@pytest.mark.parametrize(
    "raw",
    [
        *(b"\xff", b"\xff\xfe{\x00}\x00", b'{"a":"\xe9"}', b'{"a":"\xc3"}', b'{"a":"\x80"}'),
        *(b"\xed\xa0\x80", b"\xed\xa0\xbd\xed\xb2\xb8", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\xaf"),
        *(b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\x1f\x8b\x08\x00", b"{}\xf0\x9f"),
        "{}".encode("utf-16"),
        '{"a":"\ufffd"}'.encode(),
    ],
)
def test_bytes_that_are_no_utf_8_are_malformed(raw: bytes) -> None:
    for request in (in_base64(raw), event(raw.decode(errors="replace"))):
        with pytest.raises(MalformedBody, match="no UTF-8"):
            check_body(request, bytes_max=100)


@pytest.mark.parametrize("body", ["{}", "e30", "e3=0", "é", "e30=\n", "====", "\ud800"])
def test_what_is_no_base64_is_malformed(body: str) -> None:
    with pytest.raises(MalformedBody):
        check_body({**event(body), "isBase64Encoded": True}, bytes_max=100)


def test_in_base64_the_bytes_are_counted_that_were_sent() -> None:
    check_body(in_base64(b"x" * 100), bytes_max=100)

    for size in (101, 102, 103, 7_000_000):
        with pytest.raises(PayloadTooLarge):
            check_body(in_base64(b"x" * size), bytes_max=100)


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
