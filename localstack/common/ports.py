"""Who is on a port, said in words that help."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

import psutil

FREE_PORTS = range(20_000, 32_000)
"""Below those that a system gives to outgoing connections: Linux begins at 32768."""

LOOPBACK = "127.0.0.1"
ANSWER_TIMEOUT_S = 5.0
TRIES_MAX = 1_000


def is_taken(port: int, *, host: str = LOOPBACK) -> bool:
    """Promise whether anything listens on this port, of the loopback address unless given."""
    try:
        with socket.create_connection((host, port), timeout=ANSWER_TIMEOUT_S):
            return True
    except OSError:
        return False


def free_port() -> int:
    """Promise a port that could be bound at this moment, and the next one with it.

    The embedded AWS has its issuer of tokens on the next one. Both are below the ports of outgoing
    connections, so that none of those takes them before they are listened on.

    Raises:
        OSError: there is no such pair.
    """
    for _ in range(TRIES_MAX):
        port = random.choice(FREE_PORTS)  # noqa: S311  # two that start at once should differ
        if _can_be_bound(port, port + 1):
            return port
    raise OSError(f"no two free ports in a row from {FREE_PORTS.start} to {FREE_PORTS.stop}")


def holder_of(port: int) -> str:
    """Promise the name and number of the process on a port, or that it cannot be seen."""
    for process in psutil.process_iter(["pid", "name"]):
        try:
            connections = process.net_connections("tcp")
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if any(
            connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            for connection in connections
        ):
            return f"{process.info['name']} (process {process.info['pid']})"
    return "a program of another user"


def _can_be_bound(*ports: int) -> bool:
    """Return whether all these ports of the loopback address were free at one moment."""
    with ExitStack() as probes:
        try:
            for port in ports:
                probes.enter_context(socket.socket()).bind((LOOPBACK, port))
        except OSError:
            return False
        return True
