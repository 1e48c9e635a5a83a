"""A browser over the tables of the running stack, as somebody debugging wants one."""

from __future__ import annotations

import subprocess
from urllib.parse import urlsplit

from rich.console import Console

from localstack.environment import of_cdk
from localstack.failure import LocalFailure
from localstack.home import PROJECT
from localstack.ports import holder_of, is_taken

PROGRAM = PROJECT / "node_modules" / ".bin" / "dynamodb-admin"
HOST = "127.0.0.1"


def browse_tables(console: Console, endpoint_url: str, port: int) -> None:
    """Serve the browser on this machine alone, until it is interrupted.

    Args:
        console: where its address is printed.
        endpoint_url: the AWS whose tables it shows and edits.
        port: its own.

    Raises:
        LocalFailure: no stack runs, the port is taken, or the browser ended by itself.
    """
    if not is_taken(urlsplit(endpoint_url).port or 0):
        raise LocalFailure(f"Nothing answers at {endpoint_url}.", mend="make run")
    if is_taken(port):
        raise LocalFailure(
            f"Port {port} is taken by {holder_of(port)}.",
            mend=f"Stop that, or take another: make inspect INSPECT_PORT={port + 1}",
        )
    console.print(f"[bold green]The tables of {endpoint_url}:[/] http://{HOST}:{port}")
    console.print("[dim]What you change there is changed: chains will say so. Ctrl+C ends it.[/]")
    ended = subprocess.run(
        [
            *(str(PROGRAM), "--host", HOST, "--port", str(port)),
            *("--dynamo-endpoint", endpoint_url, "--skip-default-credentials"),
        ],
        env=of_cdk(endpoint_url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    raise LocalFailure("The browser ended by itself.", mend="make inspect", evidence=ended.stderr)
