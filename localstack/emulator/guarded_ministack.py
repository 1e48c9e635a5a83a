"""MiniStack, answering programs with keys and its own pages, and no other web page.

The guard is a layer around MiniStack's application in the same process: a request that is refused
never reaches it, whatever the path, and one that is not costs no second connection.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from ministack import app as ministack
from ministack.core import lambda_runtime

from localstack.common.home import Home
from localstack.common.keys import Keys
from localstack.emulator import nested_stacks, permissions
from localstack.emulator.origins import refusal_of
from localstack.emulator.workers import IS_POSSIBLE, ForkingSubprocess, Nursery, keep_few_idle

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

API_PATH = "/_aws/execute-api/"
"""What the paths of NovaPay's API and its ops console begin with."""

LOGGED_LENGTH_MAX = 200


class Guard:
    """An ASGI application that passes on what `refusal_of` does not refuse."""

    def __init__(self, guarded: Application, port: int) -> None:
        self._guarded = guarded
        self._port = port

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request or WebSocket, or let the guarded application do so."""
        refusal = "" if scope["type"] == "lifespan" else self._refusal_of(scope)
        if not refusal:
            await self._guarded(scope, receive, send)
            return
        _log(scope, refusal)
        await _refuse(scope, receive, send, refusal)

    def _refusal_of(self, scope: Message) -> str:
        headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        return (
            refusal_of(headers, port=self._port)
            or _refusal_of_silent_browser(dict(headers), scope["path"])
            or permissions.refusal_of_stranger(scope)
        )


def _refusal_of_silent_browser(headers: dict[str, str], path: str) -> str:
    """Refuse a browser that does not say where a request comes from, except to NovaPay's API.

    An `<img>` of any page sends such a request in an old browser, and AWS carries out GETs too.
    """
    is_silent = "sec-fetch-site" not in headers and "origin" not in headers
    if (
        is_silent
        and headers.get("user-agent", "").startswith("Mozilla/")
        and not path.startswith(API_PATH)
    ):
        return "This browser does not send Sec-Fetch-Site: use curl, or a newer browser."
    return ""


def _log(scope: Message, refusal: str) -> None:
    method = scope.get("method", "WEBSOCKET")
    asked = f"{method} {scope['path']!r}"[:LOGGED_LENGTH_MAX]
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    print(f"{now} REFUSED {asked}: {refusal}", flush=True)


async def _refuse(scope: Message, receive: Receive, send: Send, refusal: str) -> None:
    """Answer 403, without reading the body."""
    problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": refusal}
    problem["message"] = refusal  # which the AWS SDKs show
    body = json.dumps(problem).encode()
    kind = "http.response"
    if scope["type"] == "websocket":
        await receive()
        kind = "websocket.http.response"
    await send(
        {
            "type": f"{kind}.start",
            "status": 403,
            "headers": [
                (b"content-type", b"application/problem+json"),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": f"{kind}.body", "body": body})


def main(home: str, port: str) -> None:
    """Serve until SIGTERM; the rest of its settings is in the environment.

    Args:
        home: the directory that it runs in.
        port: the port that it listens on, as in its environment.
    """
    os.chdir(Path(home))
    sys.argv[1:] = []
    if IS_POSSIBLE:
        lambda_runtime.subprocess = ForkingSubprocess(Nursery())
    keep_few_idle(lambda_runtime)
    nested_stacks.keep_attributes()
    permissions.enforce(Keys.kept_in(Home(Path(home)).keys))
    ministack.app = Guard(ministack.app, int(port))
    ministack.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
