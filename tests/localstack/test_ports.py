"""Who is on a port."""

import os
import socket

from localstack.ports import free_port, holder_of, is_taken


def test_a_free_port_is_not_taken() -> None:
    assert not is_taken(free_port())


def test_a_taken_port_names_the_process_that_holds_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert is_taken(port)
        assert holder_of(port).endswith(f"(process {os.getpid()})")


def test_a_port_whose_holder_cannot_be_seen_is_somebody_elses() -> None:
    assert holder_of(free_port()) == "a program of another user"
