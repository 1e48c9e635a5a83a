"""What the running stack takes of a laptop's memory."""

from __future__ import annotations

from collections.abc import Iterator

import psutil

from localstack.bench.result import Result
from localstack.common.failure import LocalFailure
from localstack.common.home import USERS_HOME
from localstack.common.outputs import Outputs
from localstack.emulator.embedded import Emulator
from localstack.emulator.metrics_forwarder import MODULE

GB = 1_000_000_000
GB_MAX = 1.5


def measure(emulator: Emulator) -> Result:
    """Add up the memory of the embedded AWS, its workers and the forwarder of metrics.

    What processes share counts once (PSS), which only Linux tells.
    """
    if not psutil.LINUX:
        return Result("memory of the stack (PSS)", f"≤ {GB_MAX} GB", "only Linux tells", True)
    sizes = [process.memory_full_info().pss for process in processes_of(emulator)]
    return Result(
        "memory of the stack (PSS)",
        f"≤ {GB_MAX} GB",
        f"{sum(sizes) / GB:.2f} GB in {len(sizes)} processes, {max(sizes) / GB:.2f} GB in one",
        sum(sizes) <= GB_MAX * GB,
    )


def embedded_aws_of(outputs: Outputs) -> Emulator:
    """Return the embedded AWS that `make run` has started."""
    return Emulator(USERS_HOME, int(outputs.endpointUrl.rpartition(":")[2]))


def processes_of(emulator: Emulator) -> Iterator[psutil.Process]:
    """Yield the embedded AWS, all processes below it, and the forwarder of its metrics.

    Raises:
        LocalFailure: it does not run.
    """
    running = emulator.running()
    if running is None:
        raise LocalFailure("The embedded AWS does not run.", remedy="make run")
    own = psutil.Process(running.pid)
    yield own
    yield from own.children(recursive=True)
    home = str(emulator.home.root)
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or ()
        if MODULE in command and home in command:
            yield process
