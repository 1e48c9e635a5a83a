"""Telling a story over HTTP: each step is asked, shown, and held against what it promises."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.padding import Padding
from rich.text import Text

from localstack.failure import LocalFailure

TIMEOUT_S = 30
LINE_LENGTH_MAX = 96
HASH_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Storyteller:
    """Asks the API on behalf of the story's people and prints both sides."""

    def __init__(self, console: Console, api_url: str) -> None:
        self._console = console
        self._api_url = api_url

    def chapter(self, title: str) -> None:
        """Print a chapter's heading."""
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
            sentence: what happens, in the story's words.
            request: method and path, as in "GET /health".
            body: the JSON to send, if any.
            key: the Idempotency-Key to send, if any.
            status: the status that the story promises.
            show: the fields to print of each object that comes back; none for all.

        Raises:
            LocalFailure: nothing came back, or another status.
        """
        self._console.print(f"\n[bold]{sentence}[/]")
        self._print_request(request, body, key)
        answer = self._send(request, body, key)
        self._print_answer(answer, show)
        self.expect(answer.status == status, f"the answer should be {status}", answer)
        return answer

    def expect(self, holds: bool, promise: str, answer: Answer) -> None:
        """Go on if the promise holds.

        Raises:
            LocalFailure: it does not hold; with all that came back.
        """
        if not holds:
            raise LocalFailure(
                f"The story stops here: {promise}.",
                mend=f"The answer was {answer.status}:",
                evidence=json.dumps(answer.body, indent=2),
            )

    def _send(self, request: str, body: Mapping[str, Any] | None, key: str | None) -> Answer:
        method, path = request.split(" ", 1)
        headers = {"Idempotency-Key": key} if key else {}
        try:
            response = requests.request(
                method, self._api_url + path, json=body, headers=headers, timeout=TIMEOUT_S
            )
        except requests.ConnectionError as error:
            raise LocalFailure(
                "Nobody answers at the API's address.",
                mend="make run brings it up.",
                evidence=self._api_url,
            ) from error
        try:
            answered: Any = response.json()
        except requests.JSONDecodeError:
            answered = response.text
        return Answer(response.status_code, response.headers, answered)

    def _print_request(self, request: str, body: Mapping[str, Any] | None, key: str | None) -> None:
        self._print_indented(Text(request, style="cyan"))
        if key:
            self._print_indented(Text(f"Idempotency-Key: {key}", style="dim"))
        if body is not None:
            self._print_indented(Text(_in_few_lines(body), style="dim"))

    def _print_answer(self, answer: Answer, show: Sequence[str]) -> None:
        style = "green" if answer.status < 400 else "yellow"
        self._print_indented(Text(f"{answer.status}", style=f"bold {style}"))
        if "Idempotent-Replayed" in answer.headers:
            replayed = answer.headers["Idempotent-Replayed"]
            self._print_indented(Text(f"Idempotent-Replayed: {replayed}", style="bold magenta"))
        text = Text(_in_few_lines(_only(answer.body, show)))
        JSONHighlighter().highlight(text)
        self._print_indented(text)

    def _print_indented(self, text: Text) -> None:
        self._console.print(Padding(text, (0, 0, 0, 2)))


def _in_few_lines(value: object) -> str:
    """Promise JSON on one line if it fits, else one line for each item of the outermost."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= LINE_LENGTH_MAX or not isinstance(value, dict | list):
        return line
    if isinstance(value, list):
        return "\n".join(_in_few_lines(item) for item in value)
    return "\n".join(f"{json.dumps(name)}: {_in_few_lines(item)}" for name, item in value.items())


def _only(value: Any, names: Sequence[str]) -> Any:
    """Promise the named fields of each object, hashes shortened; everything if none is named."""
    if not names:
        return value
    if isinstance(value, list):
        return [_only(item, names) for item in value]
    return {name: _shortened(name, value[name]) for name in names if name in value}


def _shortened(name: str, value: Any) -> Any:
    return f"{value[:HASH_SHOWN]}…" if name.lower().endswith("hash") else value
