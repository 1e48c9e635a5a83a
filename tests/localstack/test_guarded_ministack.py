"""The embedded AWS answers programs and its own pages; nothing else reaches MiniStack."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import Event, ResponseReceived

from localstack.emulator.guarded_ministack import Guard, Message
from tests.support.local_stack import STARTED, EmulatedAws
from tests.support.raw_http import ask
from tests.support.web_pages import ANSWERED, REFUSED, Headers, at

PORT = 4566
HEALTH = "/_ministack/health"
PATHS = (
    "/",
    HEALTH,
    "/_ministack/reset",
    "/_ministack/rds/iam-auth",
    "/_aws/execute-api/10ca1a91/local/admin/console",
    "/2015-03-31/functions",
    "/bucket/key",
    "/?Action=CreateTopic&Name=stolen",
    "//_ministack/reset",
    "/nothing/%2e%2e/_ministack/reset",
)
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH")
PAGE: Headers = [("Host", "127.0.0.1:PORT"), ("Origin", "http://page.example")]
FIREFOX = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:88.0) Gecko/20100101 Firefox/88.0")
FOUR_MEGABYTES = b"x" * (4 << 20)


@pytest.fixture(scope="module")
def port(emulator: EmulatedAws) -> int:
    return urlsplit(emulator.endpoint_url).port or 0


@pytest.mark.parametrize("headers", ANSWERED.values(), ids=ANSWERED)
def test_programs_and_own_pages_reach_it(port: int, headers: Headers) -> None:
    assert ask(port, "GET", HEALTH, at(port, headers)).status == 200


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_a_page_gets_a_problem_in_a_sentence(port: int, headers: Headers) -> None:
    told = ask(port, "POST", "/_ministack/reset", at(port, headers))

    problem = json.loads(told.body)
    assert told.status == 403
    assert told.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in told.headers
    assert (problem["title"], problem["status"]) == ("Forbidden", 403)
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_no_path_and_no_method_is_open_to_pages(port: int, method: str, path: str) -> None:
    assert ask(port, method, path, at(port, PAGE)).status == 403


def test_what_a_page_asked_for_is_not_done(emulator: EmulatedAws, port: int) -> None:
    sns = emulator.client("sns")
    kept = sns.create_topic(Name="kept")["TopicArn"]

    ask(port, "POST", "/_ministack/reset", at(port, PAGE))
    ask(port, "GET", "/?Action=CreateTopic&Name=stolen", at(port, PAGE))

    topics = {topic["TopicArn"] for topic in sns.list_topics()["Topics"]}
    assert kept in topics
    assert not any("stolen" in topic for topic in topics)


def test_a_large_body_is_refused_and_the_server_goes_on(port: int) -> None:
    refused = ask(port, "PUT", "/bucket/key", at(port, PAGE), FOUR_MEGABYTES)

    assert refused.status == 403
    assert ask(port, "GET", HEALTH, at(port, ANSWERED["a program"])).status == 200


@pytest.mark.parametrize("headers", [PAGE, REFUSED["a page whose name leads here"]])
def test_a_websocket_of_a_page_is_refused(port: int, headers: Headers) -> None:
    upgrade = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    told = ask(port, "GET", "/_aws/execute-api/10ca1a91/local", [*at(port, headers), *upgrade])

    assert told.status == 403
    assert json.loads(told.body)["detail"].endswith(".")


def test_http_2_is_held_to_the_same_rule(port: int) -> None:
    assert status_over_http_2(port, authority=f"127.0.0.1:{port}") == 200
    assert status_over_http_2(port, authority=f"page.example:{port}") == 403


def status_over_http_2(port: int, *, authority: str) -> int:
    connection = H2Connection(H2Configuration(client_side=True))
    connection.initiate_connection()
    asked = [
        (":method", "GET"),
        (":path", HEALTH),
        (":scheme", "http"),
        (":authority", authority),
    ]
    connection.send_headers(1, asked, end_stream=True)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(connection.data_to_send())
        while data := line.recv(65_536):
            events: list[Event] = connection.receive_data(data)
            for event in events:
                if isinstance(event, ResponseReceived):
                    return int(dict(event.headers)[b":status"])
            line.sendall(connection.data_to_send())
    return 0


def test_a_browser_that_does_not_say_where_it_is_reaches_the_api_only(port: int) -> None:
    silent = [("Host", f"127.0.0.1:{port}"), FIREFOX]
    typed = [*silent, ("Sec-Fetch-Site", "none")]

    assert ask(port, "GET", "/?Action=CreateTopic&Name=stolen", silent).status == 403
    assert ask(port, "GET", HEALTH, silent).status == 403
    assert ask(port, "GET", "/_aws/execute-api/nowhere/local/health", silent).status == 404
    assert ask(port, "GET", HEALTH, typed).status == 200


def test_a_refusal_is_logged_on_one_line(port: int, pytestconfig: pytest.Config) -> None:
    log = pytestconfig.stash[STARTED].home.emulator_log

    ask(port, "DELETE", "/logged-here%0Aforged", at(port, PAGE))

    [line] = [line for line in log.read_text("utf-8").splitlines() if "logged-here" in line]
    assert "REFUSED DELETE '/logged-here\\nforged': Origin is not" in line


def test_start_and_end_of_the_server_pass_through() -> None:
    reached: list[str] = []

    async def guarded(scope: Message, _receive: object, _send: object) -> None:
        reached.append(scope["type"])

    async def receive() -> Message:
        pytest.fail("the guard itself reads nothing")

    async def send(_message: Message) -> None:
        pytest.fail("the guard itself says nothing")

    # In a thread of its own: a browser of another test may have left a running loop in this one.
    with ThreadPoolExecutor(1) as apart:
        answered = Guard(guarded, PORT)({"type": "lifespan"}, receive, send)
        apart.submit(asyncio.run, answered).result()

    assert reached == ["lifespan"]
