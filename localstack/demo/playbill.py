"""The demo: its parts in the order in which they are played. Each part is a module."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rich.console import Console

from localstack.common.credentials import auth_of
from localstack.common.outputs import Outputs
from localstack.demo import fx, fx_failures, life, payroll, roles, tokens, transfers
from localstack.demo.storyteller import Storyteller

Part = Callable[[Storyteller], None]


def play(console: Console, outputs: Outputs) -> None:
    """Play every part against the running stack.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    storyteller = Storyteller(console, outputs.apiUrl, auth=auth_of(outputs))
    for part in _parts(outputs):
        part(storyteller)


def _parts(outputs: Outputs) -> list[Part]:
    """Return the parts in order; in a real account nothing is made to fail."""
    local: list[Part] = []
    if outputs.endpointUrl:
        local.append(partial(fx_failures.play, aws=outputs.aws))
    if outputs.endpointUrl and outputs.auth == "iam":
        local.append(partial(roles.play, aws=outputs.aws, api_id=outputs.apiId))
    if outputs.issuerUrl:
        local.append(partial(tokens.play, issuer_url=outputs.issuerUrl))
    return [transfers.play, life.play, fx.play, *local, payroll.play]
