"""A page of somebody else, open while the embedded AWS runs, does nothing to it.

The page tries what a page can: it reads nothing that it is not let, so what counts is that each
attempt arrived and was refused, and that nothing of it was done.
"""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from localstack.common.home import Home
from localstack.common.ports import free_port
from localstack.emulator.embedded import Emulator
from tests.support.issuer import running_issuer

TABLE = "kept"
FOREIGN_NAME = "page.example"
"""A name whose owner lets it point to 127.0.0.1 once his page is open: DNS rebinding."""

PAGES = {
    "another port of this machine": "http://127.0.0.1:{other}/",
    "another site": f"http://{FOREIGN_NAME}:{{other}}/",
    "a name that leads here": f"http://{FOREIGN_NAME}:{{aws}}/",
    "a page without an origin": "http://127.0.0.1:{other}/sandboxed",
}
ARRIVALS = {
    "POST /_ministack/reset",
    "POST /2015-03-31/functions",
    "POST /",
    "GET /",
    "GET /_aws/execute-api/10ca1a91/local/health",
    "WEBSOCKET /_aws/execute-api/10ca1a91/local",
}
"""What each page sends, whatever its browser lets it send besides."""

ATTEMPTS = """
async ([aws, kept, stolen]) => {
  const quietly = promise => promise.then(() => "", () => "");
  const settled = start => new Promise(done => { start(done); setTimeout(done, 15000); });
  const element = (name, properties) => settled(done => {
    const made = Object.assign(document.createElement(name), properties);
    made.onload = made.onerror = done;
    document.body.append(made);
  });
  const form = (path, method, fields) => settled(done => {
    const frame = document.createElement("iframe");
    frame.name = `frame${document.querySelectorAll("iframe").length}`;
    document.body.append(frame);
    const made = Object.assign(document.createElement("form"),
      { action: aws + path, method, target: frame.name });
    for (const [name, value] of Object.entries(fields))
      made.append(Object.assign(document.createElement("input"), { name, value }));
    document.body.append(made);
    frame.onload = done;
    made.submit();
  });
  const topic = { Action: "CreateTopic", Name: stolen, Version: "2010-03-31" };
  const query = new URLSearchParams(topic);
  const code = JSON.stringify({
    FunctionName: stolen, Runtime: "python3.11", Handler: "a.b", Role: "arn:aws:iam::0:role/r",
    Code: { ZipFile: "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==" },
  });
  const dynamodb = { method: "POST", headers: {
    "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.DeleteTable",
  }, body: JSON.stringify({ TableName: kept }) };
  const plain = { method: "POST", mode: "no-cors", headers: { "content-type": "text/plain" } };

  await Promise.all([
    quietly(fetch(`${aws}/2015-03-31/functions`, { ...plain, body: code })),
    quietly(fetch(`${aws}/`, dynamodb)),
    quietly(fetch(`${aws}/`, { method: "POST", mode: "no-cors", body: query })),
    quietly(fetch(`${aws}/`, { ...dynamodb, mode: "same-origin" })),
    quietly(fetch(`${aws}/${stolen}`, { method: "PUT" })),
    quietly(fetch(`${aws}/_aws/execute-api/10ca1a91/local/health`, { mode: "no-cors" })),
    element("img", { src: `${aws}/?${query}&way=img` }),
    element("script", { src: `${aws}/?${query}&way=script` }),
    element("link", { rel: "stylesheet", href: `${aws}/?${query}&way=link` }),
    element("iframe", { src: `${aws}/?${query}&way=iframe` }),
    form("/?way=form", "POST", topic),
    form("/", "GET", topic),
    settled(done => { new EventSource(`${aws}/?${query}&way=events`).onerror = done; }),
    settled(done => {
      const socket = new WebSocket(`${aws.replace("http", "ws")}/_aws/execute-api/10ca1a91/local`);
      socket.onerror = done;
      socket.onopen = () => { document.title = "socket open"; done(); };
    }),
  ]);
  navigator.sendBeacon(`${aws}/2015-03-31/functions`, code);
  await quietly(fetch(`${aws}/_ministack/reset`, { method: "POST", mode: "no-cors" }));
  await form("/_ministack/reset", "POST", {});
}
"""


class Anything(BaseHTTPRequestHandler):
    """The server of a page: whatever it is asked for, it has a page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if self.path == "/sandboxed":
            self.send_header("Content-Security-Policy", "sandbox allow-scripts allow-forms")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>page</title>")

    def log_message(self, *_: object) -> None:
        """Keep standard error for failures."""


@pytest.fixture(scope="module")
def own_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Return an embedded AWS that nobody misses, with a table in it."""
    own = Emulator(Home(tmp_path_factory.mktemp("aws")), free_port())
    own.start(lambda _detail: None)
    own.aws.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield own
    own.stop(lambda _detail: None)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def other_port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Anything) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_whatever_a_page_tries_is_refused(
    page: Page, own_aws: Emulator, other_port: int, address: str
) -> None:
    log = own_aws.home.emulator_log
    before = len(log.read_text("utf-8"))
    page.goto(address.format(other=other_port, aws=own_aws.port))
    leads_here = address == PAGES["a name that leads here"]
    target = f"http://{FOREIGN_NAME}:{own_aws.port}" if leads_here else own_aws.endpoint_url

    page.evaluate(ATTEMPTS, [target, TABLE, "stolen"])

    assert_untouched(own_aws)
    assert page.title() != "socket open"
    refused = re.findall(r"REFUSED (\w+) '(.*?)'", log.read_text("utf-8")[before:])
    assert {" ".join(request) for request in refused} >= ARRIVALS


def test_a_link_of_another_page_leads_to_a_refusal(
    page: Page, own_aws: Emulator, other_port: int
) -> None:
    page.goto(f"http://{FOREIGN_NAME}:{other_port}/")
    link = f"{own_aws.endpoint_url}/?Action=CreateTopic&Name=stolen&Version=2010-03-31"

    with page.expect_navigation() as navigated:
        page.evaluate("link => { location.href = link; }", link)

    assert navigated.value.status == 403
    assert "in a tab of its own" in page.content()
    assert_untouched(own_aws)


def test_a_typed_address_is_answered(page: Page, own_aws: Emulator) -> None:
    answer = page.goto(f"{own_aws.endpoint_url}/_ministack/health")

    assert answer is not None
    assert answer.status == 200


@pytest.mark.parametrize("address", list(PAGES.values())[:2], ids=list(PAGES)[:2])
def test_a_page_gets_no_token_and_changes_no_key(page: Page, other_port: int, address: str) -> None:
    with running_issuer() as issuer:
        page.goto(address.format(other=other_port))

        page.evaluate(
            """async issuer => {
              const plain = { method: "POST", mode: "no-cors" };
              await fetch(`${issuer}/rotate`, plain).catch(() => "");
              await fetch(`${issuer}/token`, { ...plain, body: "sub=ada" }).catch(() => "");
            }""",
            issuer.url,
        )

        assert len(issuer.keys.published()["keys"]) == 1


def assert_untouched(own_aws: Emulator) -> None:
    def client(service: str) -> Any:
        return own_aws.aws.client(service)

    assert client("dynamodb").list_tables()["TableNames"] == [TABLE]
    assert client("lambda").list_functions()["Functions"] == []
    assert client("sns").list_topics()["Topics"] == []
    assert client("s3").list_buckets()["Buckets"] == []
