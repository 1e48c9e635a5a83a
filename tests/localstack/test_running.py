"""LocalStack is looked for, and whoever has not started it is told how."""

from pathlib import Path

import pytest
import responses

from localstack.common.failure import LocalFailure
from localstack.common.home import PROJECT, Home
from localstack.common.ports import free_port
from localstack.emulator.running import COMPOSE_FILE, RunningLocalStack

ENDPOINT = "http://127.0.0.1:4566"
HEALTH = f"{ENDPOINT}/_localstack/health"


def at(endpoint_url: str, home: Path) -> RunningLocalStack:
    return RunningLocalStack(Home(home / "home"), endpoint_url)


@responses.activate
def test_one_that_answers_is_used_and_its_version_said(tmp_path: Path) -> None:
    responses.get(HEALTH, json={"version": "4.14.0", "services": {}})
    said: list[str] = []

    assert at(ENDPOINT, tmp_path).start(said.append) is False

    assert said[-1] == "LocalStack 4.14.0"
    assert (tmp_path / "home").is_dir()


def test_nobody_there_is_said_with_the_command_that_starts_it(tmp_path: Path) -> None:
    endpoint_url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(LocalFailure) as failure:
        at(endpoint_url, tmp_path).start(lambda _detail: None)

    assert failure.value.what == f"No LocalStack answers at {endpoint_url}."
    assert f"docker compose -f {COMPOSE_FILE} up --detach --wait" in failure.value.remedy
    assert (PROJECT / COMPOSE_FILE).is_file()


@responses.activate
@pytest.mark.parametrize(
    "answer", [{"status": 404}, {"body": "hello"}, {"json": {}}, {"json": ["4.14.0"]}]
)
def test_another_program_on_its_port_is_not_taken_for_it(
    tmp_path: Path, answer: dict[str, object]
) -> None:
    responses.get(HEALTH, **answer)

    with pytest.raises(LocalFailure, match="No LocalStack answers"):
        at(ENDPOINT, tmp_path).start(lambda _detail: None)
