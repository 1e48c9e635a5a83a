"""A web browser view of the tables of the running stack, for debugging."""

from __future__ import annotations

import subprocess
from pathlib import Path

from rich.console import Console

from localstack.common.aws import LocalAws
from localstack.common.environment import of_program
from localstack.common.failure import LocalFailure
from localstack.common.ports import holder_of, is_taken

PROGRAM = Path(__file__).with_name("table_browser.mjs")


def browse_tables(console: Console, aws: LocalAws, port: int) -> None:
    """Serve the view on the loopback address, until it is interrupted.

    Args:
        console: where its address is printed.
        aws: the AWS with the tables, which the view can also edit.
        port: where the view is served.

    Raises:
        LocalFailure: the port is taken, or the program ended by itself.
    """
    if is_taken(port):
        raise LocalFailure(
            f"Port {port} is taken by {holder_of(port)}.",
            remedy=f"Stop that program, or use another port: make inspect INSPECT_PORT={port + 1}",
        )
    console.print(f"[bold green]The tables of {aws.endpoint_url}:[/] http://127.0.0.1:{port}")
    console.print(
        "[dim]Changes there are real, and break the chains that they touch. Ctrl+C ends it.[/]"
    )
    ended = subprocess.run(
        ["node", str(PROGRAM), str(port), aws.endpoint_url],
        env=of_program(aws.variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    raise LocalFailure("The browser ended by itself.", remedy="make inspect", evidence=ended.stderr)
