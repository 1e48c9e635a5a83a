"""The directory of an embedded AWS: all of its files are in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Home:
    """The directory of one embedded AWS; two with different homes and ports are independent."""

    root: Path

    @property
    def state(self) -> Path:
        """The state of the services; written when the emulator stops."""
        return self.root / "state"

    @property
    def objects(self) -> Path:
        """The contents of the buckets: the deployed code among them."""
        return self.root / "s3"

    @property
    def process(self) -> Path:
        """The process of the running emulator, which locks the file while it runs."""
        return self.root / "emulator.json"

    @property
    def emulator_log(self) -> Path:
        """The output of the emulator since its last start."""
        return self.root / "emulator.log"

    @property
    def deploy_log(self) -> Path:
        """The output of the last synth or deploy."""
        return self.root / "deploy.log"

    @property
    def outputs(self) -> Path:
        """The addresses of the stack and the admin token; readable by its owner only."""
        return self.root / "outputs.json"


USERS_HOME = Home(PROJECT / ".local")
"""The home of `make run`."""
