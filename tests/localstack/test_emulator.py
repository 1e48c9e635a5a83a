"""The embedded AWS as a process: started once, stopped in order, its state kept."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from localstack.common import environment
from localstack.common.failure import LocalFailure
from localstack.common.home import Home
from localstack.common.ports import free_port, is_taken
from localstack.emulator import embedded as module
from localstack.emulator.embedded import Emulator


def say_nothing(_detail: str) -> None:
    return


@pytest.fixture
def own_emulator(tmp_path: Path) -> Iterator[Emulator]:
    own = Emulator(Home(tmp_path / "home"), free_port())
    yield own
    own.stop(say_nothing)


def test_what_it_holds_survives_stop_and_start(own_emulator: Emulator) -> None:
    own_emulator.start(say_nothing)
    tables = own_emulator.aws.client("dynamodb")
    tables.create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables.put_item(TableName="notes", Item={"id": {"S": "one"}})

    own_emulator.stop(say_nothing)
    own_emulator.start(say_nothing)

    assert tables.get_item(TableName="notes", Key={"id": {"S": "one"}})["Item"]["id"]["S"] == "one"


def test_a_second_start_finds_the_first(own_emulator: Emulator) -> None:
    assert own_emulator.start(say_nothing)
    first = own_emulator.running()

    assert not own_emulator.start(say_nothing)

    assert first is not None
    assert own_emulator.running() == first
    assert first.port == own_emulator.port


def test_one_that_answers_web_pages_is_started_anew(
    own_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(module, "OWNER_ONLY", 0o022)
        own_emulator.start(say_nothing)
    unguarded = own_emulator.running()
    monkeypatch.setattr(Emulator, "_is_guarded", lambda _emulator: False)

    assert own_emulator.start(say_nothing)

    guarded = own_emulator.running()
    assert unguarded is not None
    assert guarded is not None
    assert guarded.pid != unguarded.pid
    saved = list(own_emulator.home.state.iterdir())
    assert saved
    assert [path for path in saved if path.stat().st_mode & 0o077] == []


def test_after_a_stop_nothing_is_left_but_its_memory(own_emulator: Emulator) -> None:
    own_emulator.start(say_nothing)
    running = own_emulator.running()
    assert running is not None
    assert Path(running.workers).is_dir()

    assert own_emulator.stop(say_nothing)

    assert own_emulator.running() is None
    assert not is_taken(own_emulator.port)
    assert not Path(running.workers).exists()
    assert not own_emulator.stop(say_nothing)


def test_stopping_what_never_ran_does_nothing(tmp_path: Path) -> None:
    assert not Emulator(Home(tmp_path / "home"), free_port()).stop(say_nothing)
    assert not (tmp_path / "home").exists()


def test_another_port_than_the_one_it_runs_on_is_refused(own_emulator: Emulator) -> None:
    own_emulator.start(say_nothing)

    with pytest.raises(LocalFailure, match=f"already runs on port {own_emulator.port}"):
        Emulator(own_emulator.home, free_port()).start(say_nothing)


def test_a_taken_port_is_named_with_its_holder_and_a_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(LocalFailure) as failure:
            Emulator(Home(tmp_path), port).start(say_nothing)

    assert f"Port {port} is taken by" in failure.value.what
    assert f"PORT={port + 1} make run" in failure.value.remedy


def test_an_emulator_that_dies_shows_its_last_words(
    own_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "of_emulator", lambda **_: {"GATEWAY_PORT": "no-port"})

    with pytest.raises(LocalFailure) as failure:
        own_emulator.start(say_nothing)

    assert failure.value.what == "The embedded AWS ended while it was starting."
    assert "no-port" in failure.value.evidence


def test_what_a_killed_emulator_left_behind_is_cleared_away(own_emulator: Emulator) -> None:
    own_emulator.start(say_nothing)
    killed = own_emulator.running()
    assert killed is not None
    process = psutil.Process(killed.pid)
    process.kill()
    gone, alive = psutil.wait_procs([process], timeout=30)
    assert (gone, alive) == ([process], [])

    assert own_emulator.start(say_nothing)

    assert not Path(killed.workers).exists()
