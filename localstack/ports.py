"""Who is on a port, said in words that help."""

from __future__ import annotations

import socket

import psutil


def is_taken(port: int) -> bool:
    """Promise whether anything listens on this port of the loopback address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Promise a port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
