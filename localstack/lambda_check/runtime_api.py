"""A function as Lambda runs it: the runtime client asks a Runtime API of this process for events.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from uuid import uuid4

from localstack.common.failure import LocalFailure, tail_of

VERSION = "2018-06-01"
ANSWER_TIMEOUT_S = 300
"""An emulated processor takes tens of seconds for what Lambda does in one."""

ARN = "arn:aws:lambda:us-east-1:000000000000:function:lambda-check"


class RuntimeApi(ThreadingHTTPServer):
    """The Runtime API of one function, on a free port of the loopback address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: SimpleQueue[bytes] = SimpleQueue()
        self.answers: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API says."""
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: RuntimeApi

    def do_GET(self) -> None:
        """Give out the next event, once there is one."""
        event = self.server.events.get()
        self.send_response(HTTPStatus.OK)
        deadline_ms = int((time.time() + ANSWER_TIMEOUT_S) * 1000)
        for name, value in (
            ("Lambda-Runtime-Aws-Request-Id", str(uuid4())),
            ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", ARN),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(event))),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self) -> None:
        """Take an answer: a response, or an error of the function or of its start."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.answers.put((self.path.rpartition("/")[2], json.loads(body or b"null")))
        self.send_response(HTTPStatus.ACCEPTED)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class Function:
    """One function that waits for events."""

    def __init__(self, api: RuntimeApi, process: subprocess.Popen[bytes], log: Path) -> None:
        self._api = api
        self._process = process
        self._log = log

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the function answers.

        Raises:
            LocalFailure: it has ended, raised an error, or does not answer.
        """
        self._api.events.put(json.dumps(event).encode())
        kind, answer = self._answer()
        if kind != "response":
            raise self._failure(f"It answered with an error: {json.dumps(answer)}")
        answered: dict[str, Any] = answer
        return answered

    def _answer(self) -> tuple[str, Any]:
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                return self._api.answers.get(timeout=1)
            except Empty:
                if self._process.poll() is not None:
                    raise self._failure("It has ended.") from None
        raise self._failure("It does not answer.")

    def _failure(self, what: str) -> LocalFailure:
        return LocalFailure(what, remedy=f"Its log is {self._log}:", evidence=tail_of(self._log))


@contextmanager
def started(command: Sequence[str], variables: Mapping[str, str], log: Path) -> Iterator[Function]:
    """Give a function that was started; it is ended afterwards.

    Args:
        command: runs the runtime client with the name of the handler.
        variables: its environment but for where its Runtime API is; it runs in its code's folder.
        log: receives what it prints.
    """
    api = RuntimeApi()
    Thread(target=api.serve_forever, daemon=True).start()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=variables["LAMBDA_TASK_ROOT"],
            env={**variables, "AWS_LAMBDA_RUNTIME_API": api.address},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Function(api, process, log)
    finally:
        process.kill()
        process.wait()
        api.shutdown()
        api.server_close()
