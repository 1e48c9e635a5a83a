"""The browser over the tables says why it cannot start, and shows the tables where it can."""

import json
import subprocess
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from localstack.common.environment import of_program
from localstack.common.failure import LocalFailure
from localstack.common.ports import free_port, is_taken
from localstack.emulator import table_browser
from tests.support.local_stack import EmulatedAws
from tests.support.raw_http import ask
from tests.support.web_pages import ANSWERED, REFUSED, Headers, at


def test_on_a_port_that_is_taken_it_names_another(emulator: EmulatedAws) -> None:
    taken = int(emulator.endpoint_url.rpartition(":")[2])

    with pytest.raises(LocalFailure, match=f"INSPECT_PORT={taken + 1}"):
        table_browser.browse_tables(Console(), emulator.aws, taken)


def test_it_is_bound_to_this_machine_and_knows_no_real_credentials(
    emulator: EmulatedAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], *, env: dict[str, str], **_how: Any) -> SimpleNamespace:
        started.append((command, env))
        return SimpleNamespace(stderr="EADDRINUSE")

    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setattr(subprocess, "run", run)
    port = free_port()

    with pytest.raises(LocalFailure, match="ended by itself"):
        table_browser.browse_tables(Console(), emulator.aws, port)

    [(command, env)] = started
    assert command[0] == "node"
    assert command[2:] == [str(port), emulator.endpoint_url]
    assert env["AWS_ACCESS_KEY_ID"] == emulator.keys.id
    assert "AWS_PROFILE" not in env
    assert f"http://127.0.0.1:{port}" in capsys.readouterr().out.replace("\n", "")


@pytest.fixture(scope="module")
def port(emulator: EmulatedAws) -> Iterator[int]:
    """Run the browser itself, and return its port."""
    port = free_port()
    command = ["node", str(table_browser.PROGRAM), str(port), emulator.endpoint_url]
    with subprocess.Popen(  # noqa: S603  # our own command
        command, env=of_program(emulator.aws.variables)
    ) as process:
        while process.poll() is None and not is_taken(port):
            time.sleep(0.1)
        yield port
        process.terminate()


@pytest.mark.parametrize("headers", ANSWERED.values(), ids=ANSWERED)
def test_its_own_pages_show_the_tables(port: int, headers: Headers) -> None:
    shown = ask(port, "GET", "/", at(port, headers))

    assert shown.status == 200
    assert b"<html" in shown.body


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_other_pages_delete_no_table(port: int, headers: Headers) -> None:
    refused = ask(port, "DELETE", "/tables", at(port, headers))

    assert refused.status == 403
    assert json.loads(refused.body)["detail"].startswith(f"Open http://127.0.0.1:{port} ")
