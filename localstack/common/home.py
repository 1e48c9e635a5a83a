"""The directory of an embedded AWS: all of its files are in it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_IMODE

from localstack.common.failure import LocalFailure

PROJECT = Path(__file__).resolve().parents[2]

OWNER_ONLY = 0o077
"""The umask of every process that writes into a home: it holds an admin token and all data."""


@dataclass(frozen=True, slots=True)
class Home:
    """The directory of one embedded AWS; two with different homes and ports are independent."""

    root: Path

    def make_private(self) -> None:
        """Make the directory, and take what is in it from everybody but its owner.

        Raises:
            LocalFailure: a part of it belongs to another user.
        """
        self.root.mkdir(mode=0o777 & ~OWNER_ONLY, parents=True, exist_ok=True)
        try:
            _take_from_others(self.root)
            for path in self.root.rglob("*"):
                if not path.is_symlink():
                    _take_from_others(path)
        except PermissionError as error:
            raise LocalFailure(
                f"{error.filename} belongs to another user.",
                remedy=f"Take it over, or delete it: sudo chown -R $USER {self.root}",
            ) from error

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
    def keys(self) -> Path:
        """The root keys of the embedded AWS; readable by their owner only."""
        return self.root / "credentials"

    @property
    def outputs(self) -> Path:
        """The addresses of the stack and the admin token; readable by its owner only."""
        return self.root / "outputs.json"


def _take_from_others(path: Path) -> None:
    with suppress(FileNotFoundError):  # a running emulator replaces its files
        mode = S_IMODE(path.stat().st_mode)
        if mode & OWNER_ONLY:
            path.chmod(mode & ~OWNER_ONLY)


USERS_HOME = Home(PROJECT / ".local")
"""The home of `make run`."""
