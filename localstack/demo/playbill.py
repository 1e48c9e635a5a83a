"""The demo: its chapters in the order in which they are played. A chapter is a module."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rich.console import Console

from localstack.credentials import auth_of
from localstack.demo import fx, fx_failures, payroll, tokens, transfers
from localstack.demo.storyteller import Storyteller
from localstack.outputs import Outputs

Chapter = Callable[[Storyteller], None]


def play(console: Console, outputs: Outputs) -> None:
    """Play every chapter against the running stack.

    Raises:
        LocalFailure: an answer was not the one that the story promises.
    """
    storyteller = Storyteller(console, outputs.apiUrl, auth=auth_of(outputs))
    for chapter in _chapters(outputs):
        chapter(storyteller)


def _chapters(outputs: Outputs) -> list[Chapter]:
    """Return the chapters in order; in a real account nothing is made to fail."""
    local: list[Chapter] = []
    if outputs.endpointUrl:
        local.append(partial(fx_failures.play, endpoint_url=outputs.endpointUrl))
    if outputs.issuerUrl:
        local.append(partial(tokens.play, issuer_url=outputs.issuerUrl))
    return [transfers.play, fx.play, *local, payroll.play]
