"""The browser over the tables says why it cannot start, and shows the tables where it can."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from localstack import table_browser
from localstack.failure import LocalFailure
from localstack.ports import free_port
from tests.support.local_stack import EmulatedAws


def test_without_a_running_stack_it_says_what_to_start() -> None:
    with pytest.raises(LocalFailure, match=r"AWS is not reachable.*\nmake run"):
        table_browser.browse_tables(Console(), f"http://127.0.0.1:{free_port()}", free_port())


def test_on_a_port_that_is_taken_it_names_another(emulator: EmulatedAws) -> None:
    taken = int(emulator.endpoint_url.rpartition(":")[2])

    with pytest.raises(LocalFailure, match=f"INSPECT_PORT={taken + 1}"):
        table_browser.browse_tables(Console(), emulator.endpoint_url, taken)


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
        table_browser.browse_tables(Console(), emulator.endpoint_url, port)

    [(command, env)] = started
    assert Path(command[0]).name == "dynamodb-admin"
    assert command[1:5] == ["--host", "127.0.0.1", "--port", str(port)]
    assert env["AWS_ACCESS_KEY_ID"] == "test"
    assert "AWS_PROFILE" not in env
    assert f"http://127.0.0.1:{port}" in capsys.readouterr().out.replace("\n", "")
