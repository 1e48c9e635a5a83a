"""The steps of the demo over HTTP: each request is sent, printed and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase
from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.padding import Padding
from rich.text import Text

from localstack.common.failure import LocalFailure

TIMEOUT_S = 30
LIST_LENGTH_MAX = 10
LONG_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a request."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Storyteller:
    """Sends the requests of the demo, and prints them with their answers."""

    def __init__(self, console: Console, api_url: str, *, auth: AuthBase | None = None) -> None:
        self._console = console
        self._api_url = api_url
        self._auth = auth

    def as_caller(self, auth: AuthBase | None) -> Storyteller:
        """Return one that sends requests with another caller's credentials."""
        return Storyteller(self._console, self._api_url, auth=auth)

    def heading(self, title: str) -> None:
        """Print the heading of a part of the demo."""
        self._console.print()
        self._console.rule(f"[bold]{title}", align="left")

    def ask(
        self,
        sentence: str,
        request: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        status: int = 200,
        show: Sequence[str] = (),
    ) -> Answer:
        """Send one request and print it with its answer.

        Args:
            sentence: what happens, for the reader.
            request: method and path, as in "GET /health".
            body: the JSON to send, if any.
            key: the Idempotency-Key to send, if any.
            status: the expected status.
            show: the fields to print of each object in a list; none for all.

        Raises:
            LocalFailure: the API is not reachable, or returned another status.
        """
        self._console.print(f"\n[bold]{sentence}[/]")
        self._print_request(request, body, key)
        answer = self._send(request, body, key)
        self._print_answer(answer, show)
        self.expect(answer.status == status, f"the answer should be {status}", answer)
        return answer

    def ask_quietly(
        self, request: str, body: Mapping[str, Any] | None = None, *, status: int = 200
    ) -> Answer:
        """Send one request without printing it.

        Raises:
            LocalFailure: the API is not reachable, or returned another status.
        """
        answer = self._send(request, body, None)
        self.expect(answer.status == status, f"{request} should be answered {status}", answer)
        return answer

    def expect(self, holds: bool, expectation: str, answer: Answer) -> None:
        """Check an expectation of the demo.

        Raises:
            LocalFailure: it does not hold; the error has the whole answer.
        """
        if not holds:
            raise LocalFailure(
                f"The demo failed: {expectation}.",
                remedy=f"The answer was {answer.status}:",
                evidence=json.dumps(answer.body, indent=2),
            )

    def _send(self, request: str, body: Mapping[str, Any] | None, key: str | None) -> Answer:
        method, path = request.split(" ", 1)
        headers = {"Idempotency-Key": key} if key else {}
        try:
            response = requests.request(
                method,
                self._api_url + path,
                json=body,
                headers=headers,
                auth=self._auth,
                timeout=TIMEOUT_S,
            )
        except requests.ConnectionError as error:
            raise LocalFailure(
                f"The API is not reachable at {self._api_url}.",
                remedy="Start it with: make run",
            ) from error
        try:
            answered: Any = response.json()
        except requests.JSONDecodeError:
            answered = response.text
        return Answer(response.status_code, response.headers, answered)

    def _print_request(self, request: str, body: Mapping[str, Any] | None, key: str | None) -> None:
        self._print(Text(request, style="bold cyan"), wrap=False)
        if key:
            self._print(Text(f"Idempotency-Key: {abbreviated(key)}", style="dim"))
        if body is not None:
            self._print(Text(json.dumps(_without_long_lists(body)), style="dim"))

    def _print_answer(self, answer: Answer, show: Sequence[str]) -> None:
        style = "bold green" if answer.status < 400 else "bold yellow"
        replayed = answer.headers.get("Idempotent-Replayed")
        note = f"  Idempotent-Replayed: {replayed}" if replayed else ""
        self._print(Text.assemble((str(answer.status), style), (note, "bold magenta")))
        for line in lines_of(answer.body, show):
            self._print(Text(line))

    def _print(self, text: Text, *, wrap: bool = True) -> None:
        if wrap:
            text = Text(abbreviated(text.plain), style=text.style, spans=text.spans)
            JSONHighlighter().highlight(text)
            self._console.print(Padding(text, (0, 0, 0, 2)))
        else:
            self._console.print(Text("  ") + text, soft_wrap=True)


def lines_of(value: Any, show: Sequence[str] = ()) -> list[str]:
    """Return compact JSON: one line, and one more for each object of a list in it.

    Args:
        value: the JSON to print.
        show: the fields to keep of each object in a list; none for all.
    """
    if isinstance(value, list):
        return [json.dumps(_only(item, show), ensure_ascii=False) for item in value]
    if not isinstance(value, dict):
        return [json.dumps(value, ensure_ascii=False)]
    listed = {name: item for name, item in value.items() if isinstance(item, list)}
    plain = {name: item for name, item in value.items() if name not in listed}
    return [
        json.dumps(plain, ensure_ascii=False),
        *(f"  {line}" for item in listed.values() for line in lines_of(item, show)),
    ]


def abbreviated(text: str) -> str:
    """Return the text with ids and hashes cut to their first characters."""
    return LONG_NAME.sub(lambda match: f"{match[0][:8]}…", text)


def _only(value: Any, names: Sequence[str]) -> Any:
    if not names or not isinstance(value, dict):
        return value
    return {name: value[name] for name in names if name in value}


def _without_long_lists(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body for printing: a long list is replaced by its length."""
    return {
        name: f"({len(value)} of them)"
        if isinstance(value, list) and len(value) > LIST_LENGTH_MAX
        else value
        for name, value in body.items()
    }
