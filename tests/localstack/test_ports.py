"""Who is on a port."""

import os
import random
import socket

import pytest

from localstack.common import ports
from localstack.common.ports import free_port, holder_of, is_taken


def test_a_free_port_is_not_taken() -> None:
    assert not is_taken(free_port())


def test_a_free_port_is_no_outgoing_connections_and_neither_is_the_next() -> None:
    for _ in range(100):
        port = free_port()

        assert port >= 20_000
        assert port + 1 < 32_768


@pytest.mark.parametrize("beyond", [0, 1], ids=["itself", "the next"])
def test_a_port_is_not_given_while_it_or_the_next_is_held(
    monkeypatch: pytest.MonkeyPatch, beyond: int
) -> None:
    held = free_port()
    draw, drawn_first = random.choice, iter([held])
    monkeypatch.setattr(random, "choice", lambda of: next(drawn_first, None) or draw(of))

    with socket.create_server(("127.0.0.1", held + beyond)):
        assert free_port() != held


def test_where_every_port_is_held_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(ports, "FREE_PORTS", range(port, port + 1))

        with pytest.raises(OSError, match=f"no two free ports in a row from {port}"):
            free_port()


def test_a_taken_port_names_the_process_that_holds_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert is_taken(port)
        assert holder_of(port).endswith(f"(process {os.getpid()})")


def test_a_port_whose_holder_cannot_be_seen_is_somebody_elses() -> None:
    assert holder_of(free_port()) == "a program of another user"
