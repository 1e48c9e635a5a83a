"""Where an embedded AWS keeps what it must remember: one directory, nothing outside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Home:
    """The directory of one embedded AWS; two with different homes and ports never meet."""

    root: Path

    @property
    def state(self) -> Path:
        """What the services remember; written when the emulator stops."""
        return self.root / "state"

    @property
    def objects(self) -> Path:
        """The contents of the buckets: the deployed code among them."""
        return self.root / "s3"

    @property
    def process(self) -> Path:
        """The running emulator's process; locked by it for as long as it lives."""
        return self.root / "emulator.json"

    @property
    def emulator_log(self) -> Path:
        """What the emulator said since it was last started."""
        return self.root / "emulator.log"

    @property
    def deploy_log(self) -> Path:
        """What the last synth or deploy said."""
        return self.root / "deploy.log"

    @property
    def outputs(self) -> Path:
        """Where things are, for people and programs; readable by its owner only."""
        return self.root / "outputs.json"


USERS_HOME = Home(PROJECT / ".local")
"""The home of `make run`."""
