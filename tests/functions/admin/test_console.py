"""GET /admin/console and GET /admin/console/{asset}."""

import re
from typing import Any

import pytest

from layers.built import ROOT
from localstack.memory.api import Api, Reply, event_of

OPERATION = "admin/console"
FILES = ROOT / "layers" / "core" / "python" / "novapay" / "console"


def asked_for(asset: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the event of a file of the console."""
    event = event_of(OPERATION)
    event["resource"] = "/admin/console/{asset}"
    event["path"] = f"/admin/console/{asset}"
    event["pathParameters"] = {"asset": asset}
    event["headers"] |= headers or {}
    event["multiValueHeaders"] |= {name: [value] for name, value in (headers or {}).items()}
    return event


def get(api: Api, asset: str, **headers: str) -> Reply:
    return api.send(OPERATION, asked_for(asset, headers))


def test_the_page_is_open_to_everybody_and_knows_nothing(api: Api) -> None:
    reply = api.call(OPERATION)

    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>NovaPay console</title>" in reply.text
    assert api.books().wallets == {}


def test_all_that_the_page_asks_for_is_there(api: Api) -> None:
    page = api.call(OPERATION).text
    asked = re.findall(r'(?:href|src)="console/([^"]+)"', page)

    assert len(asked) >= 5
    for asset in asked:
        assert get(api, asset).status == 200


def test_every_module_that_a_script_imports_is_fetched_ahead(api: Api) -> None:
    page = api.call(OPERATION).text

    for script in FILES.glob("*.js"):
        for imported in re.findall(r'from "\./([^"]+)"', script.read_text(encoding="utf-8")):
            assert f'href="console/{imported}"' in page, f"{script.name} imports {imported}"


@pytest.mark.parametrize(
    ("asset", "content_type"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("preact.LICENSE.txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_says_what_it_is(api: Api, asset: str, content_type: str) -> None:
    reply = get(api, asset)

    assert reply.status == 200
    assert reply.headers["content-type"] == content_type
    assert reply.text == (FILES / asset).read_text(encoding="utf-8")


def test_nothing_but_the_console_itself_may_run_or_be_asked(api: Api) -> None:
    headers = api.call(OPERATION).headers

    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[it] for it in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert {policy[it] for it in ("base-uri", "form-action", "frame-ancestors")} == {"'none'"}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_holds_no_script_or_style_that_the_policy_would_stop() -> None:
    page = (FILES / "index.html").read_text(encoding="utf-8")

    assert not re.search(r"<style|<script(?![^>]* src=)| style=| on\w+=", page)


def test_a_file_that_the_browser_has_is_not_sent_again(api: Api) -> None:
    tag = get(api, "app.js").headers["etag"]

    reply = get(api, "app.js", **{"if-none-match": f'"older", W/{tag}'})

    assert reply.status == 304
    assert reply.text == ""
    assert reply.headers["etag"] == tag


def test_a_file_that_has_changed_is_sent_again(api: Api) -> None:
    reply = get(api, "app.js", **{"if-none-match": '"older"'})

    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "asset", ["nothing.js", "..", "../settings.py", "/etc/passwd", "console", "."]
)
def test_what_is_no_file_of_the_console_is_not_found(api: Api, asset: str) -> None:
    reply = get(api, asset)

    assert (reply.status, reply.code) == (404, "not-found")


def test_what_is_not_our_own_has_its_licence_beside_it() -> None:
    licence = (FILES / "preact.LICENSE.txt").read_text(encoding="utf-8")

    for text in ("HTM 3.1.1", "MIT License", "Apache License", "Version 2.0"):
        assert text in licence
