"""The demo: its chapters in the order in which they are played. A chapter is a module."""

from __future__ import annotations

from rich.console import Console

from localstack.demo import payroll, transfers
from localstack.demo.storyteller import Storyteller
from localstack.outputs import Outputs
from localstack.signature import signer_of

CHAPTERS = (transfers.play, payroll.play)


def play(console: Console, outputs: Outputs) -> None:
    """Play every chapter against the running stack.

    Raises:
        LocalFailure: an answer was not the one that the story promises.
    """
    storyteller = Storyteller(console, outputs.apiUrl, auth=signer_of(outputs))
    for chapter in CHAPTERS:
        chapter(storyteller)
