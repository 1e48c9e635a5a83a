"""Workers that share memory: each function's process is forked from one that has the libraries.

MiniStack starts one Python process for each function and never ends it. Each would import the same
libraries, in a second and into 50 MB of its own. Here one process, the nursery, imports them once;
a worker is a fork of it, so it has them at once and shares their memory until it writes to it. Our
own code is not among them: a worker imports what was deployed. And of those that wait for a call,
only the most recent ones are kept.

Workers are forked on Linux only: on macOS, libraries of the system do not survive a fork.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

IS_POSSIBLE = sys.platform == "linux"

LIBRARIES = (
    "aws_encryption_sdk",
    "aws_lambda_powertools.event_handler.api_gateway",
    "aws_lambda_powertools.event_handler.middlewares.openapi_validation",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch",
    "boto3",
    "botocore.client",
    "botocore.endpoint",
    "botocore.httpsession",
    "botocore.session",
    "jwt",
    "pybreaker",
    "pydantic.main",
    "pydantic.json_schema",
    "pydantic.type_adapter",
    "pydantic.types",
    "urllib3",
)
"""What is imported before a function asks for it; what is missing here costs memory, no more."""

IDLE_MAX = 24
"""The number of workers that are kept for the next call. A function whose worker was ended starts a
new one, in half a second; each that is kept takes about 30 MB."""

LOOK_EVERY_S = 1.0

MESSAGE_BYTES_MAX = 128 * 1024
PROJECT = Path(__file__).resolve().parents[2]


class Nursery:
    """The process that workers are forked from; it ends with the process that made it."""

    def __init__(self) -> None:
        self._line, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        with its_end:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(its_end.fileno())],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                pass_fds=[its_end.fileno()],
            )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def close(self) -> None:
        """End it; workers that are there live on."""
        self._line.close()
        self._process.wait()

    def fork(self, script: str, *, cwd: str, env: Mapping[str, str]) -> ForkedProcess:
        """Run a script in a new process, as `python script` would, with pipes to its streams."""
        stdin, its_stdin = _pipe(written_here=True)
        stdout, its_stdout = _pipe(written_here=False)
        stderr, its_stderr = _pipe(written_here=False)
        life, its_life = _pipe(written_here=False)
        theirs = [its_stdin, its_stdout, its_stderr, its_life]
        asked = json.dumps({"script": script, "cwd": cwd, "env": dict(env)}).encode()
        try:
            with self._lock:
                socket.send_fds(self._line, [asked], theirs)
                pid = int(self._line.recv(MESSAGE_BYTES_MAX) or b"0")
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        if not pid:
            raise OSError("the process that workers are forked from has ended")
        return ForkedProcess(pid, (stdin, stdout, stderr), life)


class ForkedProcess:
    """As much of `subprocess.Popen` as MiniStack uses of its Python workers.

    The nursery reaps its children, so an end of file on `life`, which a worker keeps open for as
    long as it lives, says that it has ended. How it ended, nobody asks.
    """

    def __init__(self, pid: int, streams: Sequence[int], life: int) -> None:
        self.pid = pid
        stdin, stdout, stderr = streams
        self.stdin = open(stdin, "w", buffering=1, encoding="utf-8")  # noqa: SIM115, PTH123
        self.stdout = open(stdout, encoding="utf-8")  # noqa: SIM115, PTH123
        self.stderr = open(stderr, encoding="utf-8")  # noqa: SIM115, PTH123
        self._life = open(life, "rb", buffering=0)  # noqa: SIM115

    def poll(self) -> int | None:
        """Return None while it lives, then a number."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(timeout=0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            TimeoutExpired: it lives on.
        """
        ended, _, _ = select.select([self._life], [], [], timeout)
        if not ended:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return 0

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class ForkingSubprocess:
    """The module `subprocess` as MiniStack's runtime sees it: its Python workers are forked."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(self, command: Sequence[str], **options: Any) -> Any:  # noqa: N802 - subprocess's name
        """Fork a worker; start any other program as usual."""
        program, *arguments = command
        if program == sys.executable and len(arguments) == 1:
            return self._nursery.fork(arguments[0], cwd=options["cwd"], env=options["env"])
        return subprocess.Popen(command, **options)


def keep_few_idle(runtime: Any) -> None:
    """End what `end_idle` ends, from now on until this process ends, in a thread."""

    def look() -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            end_idle(runtime, keep=IDLE_MAX)

    threading.Thread(target=look, name="keep-few-idle", daemon=True).start()


def end_idle(runtime: Any, *, keep: int) -> int:
    """End the workers that have been idle for longest, except for some.

    MiniStack itself keeps one worker of each function for ever.

    Args:
        runtime: the module `ministack.core.lambda_runtime`.
        keep: the number of idle workers that may live on.

    Returns:
        how many were ended.
    """
    with runtime._lock:  # noqa: SLF001 - a test turns red if MiniStack names it otherwise
        pools = runtime._workers.values()  # noqa: SLF001
        idle = [it for pool in pools for it in pool if not it.in_use and it._proc]  # noqa: SLF001
        doomed = sorted(idle, key=lambda it: float(it.last_used), reverse=True)[keep:]
        for pool in pools:
            pool[:] = [worker for worker in pool if worker not in doomed]
    runtime.kill_workers(doomed)
    return len(doomed)


def _pipe(*, written_here: bool) -> tuple[int, int]:
    """Return our end and the worker's end of a new pipe."""
    read, write = os.pipe()
    return (write, read) if written_here else (read, write)


def serve(line: socket.socket) -> None:
    """Import the libraries, then fork a worker for each message, until the line is closed."""
    for name in LIBRARIES:
        importlib.import_module(name)
    # Nobody here may see the live source in place of what was deployed.
    own = (str(PROJECT), str(PROJECT / "layers" / "core" / "python"))
    sys.path[:] = [folder for folder in sys.path if folder not in {"", *own}]
    # The collector would write to the header of every object, and so copy what is shared.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps those who have ended
    while True:
        asked, descriptors, _, _ = socket.recv_fds(line, MESSAGE_BYTES_MAX, 4)
        if not asked:
            return
        pid = os.fork()
        if pid == 0:
            line.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _become(**json.loads(asked), descriptors=descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        line.send(str(pid).encode())


def _become(script: str, cwd: str, env: dict[str, str], descriptors: Sequence[int]) -> None:
    """Run a script in this forked process and end it."""
    *streams, _life = descriptors
    for stream, descriptor in enumerate(streams):
        os.dup2(descriptor, stream)
        os.close(descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(  # noqa: SIM115
        2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.argv[:] = [script]
    sys.path.insert(0, str(Path(script).parent))
    code = 1
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter does with whatever a script raises
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
