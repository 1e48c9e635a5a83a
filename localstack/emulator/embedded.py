"""The embedded AWS as a process: started, waited for, and stopped so that it keeps its state.

MiniStack writes its state only when it stops in an orderly way, so it runs in a session of its
own, out of reach of the terminal's Ctrl-C, and is ended by SIGTERM alone. It inherits an open,
locked file: while that lock is held the process lives and is ours, whatever number it has.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import requests

from localstack.common import environment, ports
from localstack.common.aws import LocalAws
from localstack.common.failure import LocalFailure, tail_of
from localstack.common.home import OWNER_ONLY, PROJECT, Home
from localstack.common.keys import Keys
from localstack.common.locks import try_lock
from localstack.common.progress import Say
from localstack.emulator.runtime import EMBEDDED, RuntimeKind
from novapay.schema import LOCAL_STAGE

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 120.0
POLL_S = 0.1
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # a private directory is made inside it


@dataclass(frozen=True, slots=True)
class EmulatorProcess:
    """What is known of the running process: its number, port and directory of workers."""

    pid: int
    port: int
    workers: str


class Emulator:
    """One embedded AWS: a home and a port.

    `auth` is how the API of what is deployed to it authenticates callers: `open` (not at all),
    `iam` (by signature), or `jwt`, by tokens of an issuer on the next port.
    """

    def __init__(
        self, home: Home, port: int, *, stage: str = LOCAL_STAGE, auth: str = "open"
    ) -> None:
        self.home = home
        self.port = port
        self.issuer_port = port + 1
        self.issuer_url = f"http://127.0.0.1:{self.issuer_port}" if auth == "jwt" else ""
        self.auth = auth
        self.stage = stage
        self.wheels = "linux"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def kind(self) -> RuntimeKind:
        """It is MiniStack."""
        return EMBEDDED

    @property
    def endpoint_url(self) -> str:
        """Where every AWS client of this machine finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def aws(self) -> LocalAws:
        """It with its root keys, which are made at random with its home."""
        return LocalAws(self.endpoint_url, Keys.kept_in(self.home.keys))

    def start(self, say: Say) -> bool:
        """Promise that it answers programs with keys, and no web page; it may run already.

        Returns:
            True if it had to be started.

        Raises:
            LocalFailure: the port is taken, it runs on another port, or it died.
        """
        self.home.make_private()
        started = self._start(say)
        if not started and not self._is_guarded():
            say("ending one that an older version has started, with less of a guard")
            self.stop(say)
            self.home.make_private()  # That version has saved its state for everybody to read.
            started = self._start(say)
        return started

    def stop(self, say: Say) -> bool:
        """Promise that it runs no more and that its state is saved.

        Returns:
            False if it did not run.

        Raises:
            LocalFailure: it is still busy saving; nothing is killed.
        """
        if not self.home.process.exists():
            return False
        with self.home.process.open("a+", encoding="utf-8") as file:
            runs = not try_lock(file)
            if runs:
                running = _read(file)
                os.kill(running.pid, signal.SIGTERM)
                say("saving its state")
                self._wait_until_gone(file, running)
            _forget(file)
        return runs

    def running(self) -> EmulatorProcess | None:
        """Promise the process that runs from this home, or None."""
        if not self.home.process.exists():
            return None
        with self.home.process.open("a+", encoding="utf-8") as file:
            return None if try_lock(file) else _read(file)

    def runs(self) -> bool:
        """Promise whether it runs from this home, on this port."""
        running = self.running()
        return running is not None and running.port == self.port

    def _start(self, say: Say) -> bool:
        with self.home.process.open("a+", encoding="utf-8") as file:
            started = try_lock(file)
            if started:
                self._launch(file, say)
        self._wait_until_healthy(say)
        return started

    def _launch(self, file: TextIO, say: Say) -> None:
        if ports.is_taken(self.port):
            raise LocalFailure(
                f"Port {self.port} is taken by {ports.holder_of(self.port)}.",
                remedy=f"Stop that program, or choose another port: PORT={self.port + 1} make run",
            )
        _forget(file)
        Keys.kept_in(self.home.keys)
        workers = _new_worker_directory()
        say("starting MiniStack")
        with self.home.emulator_log.open("wb") as log:
            self._child = subprocess.Popen(
                [
                    *(sys.executable, "-m", "localstack.emulator.guarded_ministack"),
                    *(str(self.home.root), str(self.port)),
                ],
                cwd=PROJECT,
                env=environment.of_emulator(
                    port=self.port,
                    state=self.home.state,
                    objects=self.home.objects,
                    workers=workers,
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=OWNER_ONLY,
                pass_fds=[file.fileno()],
            )
        _write(file, EmulatorProcess(self._child.pid, self.port, str(workers)))

    def _wait_until_healthy(self, say: Say) -> None:
        say("waiting until it answers")
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            running = self.running()
            if running is None:
                raise LocalFailure(
                    "The embedded AWS ended while it was starting.",
                    remedy=f"Its log is {self.home.emulator_log}; it ends with:",
                    evidence=tail_of(self.home.emulator_log),
                )
            if running.port != self.port:
                raise LocalFailure(
                    f"The embedded AWS already runs on port {running.port}, not {self.port}.",
                    remedy=f"Use it: PORT={running.port} make run. Or end it first: make stop",
                )
            if self._answers():
                return
            time.sleep(POLL_S)
        raise LocalFailure(
            f"The embedded AWS does not answer after {START_TIMEOUT_S:.0f} s.",
            remedy=f"make stop, then make run. Its log is {self.home.emulator_log}:",
            evidence=tail_of(self.home.emulator_log),
        )

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.endpoint_url}{self.kind.health_path}", timeout=5).ok
        except requests.RequestException:
            return False

    def _is_guarded(self) -> bool:
        """Ask whether it refuses web pages, and enforces permissions."""
        page = {"Origin": "http://page.invalid"}
        health = f"{self.endpoint_url}{self.kind.health_path}"
        refused = requests.get(health, headers=page, timeout=START_TIMEOUT_S).status_code == 403
        told = requests.get(health, timeout=START_TIMEOUT_S)
        return refused and told.json()["auth"] == "enabled"

    def _wait_until_gone(self, file: TextIO, running: EmulatorProcess) -> None:
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while not try_lock(file):
            if time.monotonic() > deadline:
                raise LocalFailure(
                    f"The embedded AWS (process {running.pid}) is still saving its state.",
                    remedy="Nothing was killed, because that would lose it. Try make stop again.",
                    evidence=tail_of(self.home.emulator_log, lines=5),
                )
            time.sleep(POLL_S)
        if self._child is not None:
            self._child.wait()


def _read(file: TextIO) -> EmulatorProcess:
    """Read what the holder of the lock wrote; it writes within moments of taking the lock."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        file.seek(0)
        text = file.read()
        if text:
            return EmulatorProcess(**json.loads(text))
        time.sleep(POLL_S)
    raise LocalFailure(
        f"{Path(file.name)} is locked by a program that has not said who it is.",
        remedy="End the other `make run`, then try again.",
    )


def _write(file: TextIO, running: EmulatorProcess) -> None:
    file.truncate(0)
    file.write(json.dumps(asdict(running)))
    file.flush()


def _forget(file: TextIO) -> None:
    """Drop the traces of a process that is gone, its workers' directory among them."""
    file.seek(0)
    text = file.read()
    if text:
        shutil.rmtree(EmulatorProcess(**json.loads(text)).workers, ignore_errors=True)
    file.truncate(0)


def _new_worker_directory() -> Path:
    """Make the private directory where functions are unpacked: in memory where there is some.

    A cold start writes the function and its layers out first, which is most of its time on disk.
    """
    in_memory = SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK)
    return Path(
        tempfile.mkdtemp(prefix="novapay-workers-", dir=SHARED_MEMORY if in_memory else None)
    )
