"""Functions run in processes that are forked from one, and run what was deployed."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

import psutil
import pytest
from ministack.core import lambda_runtime

from localstack.common.home import PROJECT
from localstack.emulator import workers
from localstack.emulator.workers import ForkedProcess, ForkingSubprocess, Nursery
from tests.support.local_stack import EmulatedAws

pytestmark = pytest.mark.skipif(not workers.IS_POSSIBLE, reason="workers are forked on Linux only")

ECHO = """
import os, sys
print(os.environ["WORD"], os.getcwd(), sys.argv == [__file__], flush=True)
print("told", file=sys.stderr)
for line in sys.stdin:
    print(line.strip().upper(), flush=True)
"""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def run(nursery: Nursery, folder: Path, text: str, **env: str) -> ForkedProcess:
    script = folder / "_worker.py"
    script.write_text(text, encoding="utf-8")
    return nursery.fork(str(script), cwd=str(folder), env=env)


def test_a_script_has_its_own_streams_environment_and_folder(
    nursery: Nursery, tmp_path: Path
) -> None:
    forked = run(nursery, tmp_path, ECHO, WORD="a word")

    assert forked.stdout.readline() == f"a word {tmp_path} True\n"
    assert forked.stderr.readline() == "told\n"
    forked.stdin.write("it answers\n")
    assert forked.stdout.readline() == "IT ANSWERS\n"
    assert forked.poll() is None
    forked.stdin.close()
    assert forked.wait(timeout=30) == 0


def test_one_that_is_told_to_end_does(nursery: Nursery, tmp_path: Path) -> None:
    for end in (ForkedProcess.terminate, ForkedProcess.kill):
        forked = run(nursery, tmp_path, ECHO, WORD="")
        forked.stdout.readline()

        end(forked)

        assert forked.wait(timeout=30) == 0
        end(forked)  # once more harms nobody
        assert forked.poll() == 0


def test_one_that_lives_on_can_be_waited_for_in_vain(nursery: Nursery, tmp_path: Path) -> None:
    forked = run(nursery, tmp_path, ECHO, WORD="")

    with pytest.raises(subprocess.TimeoutExpired):
        forked.wait(timeout=0)
    forked.kill()


def test_a_script_that_fails_says_why_and_ends(nursery: Nursery, tmp_path: Path) -> None:
    forked = run(nursery, tmp_path, "raise ValueError('inside')")

    assert "ValueError: inside" in forked.stderr.read()
    assert forked.wait(timeout=30) == 0


def test_nothing_of_ours_is_there_before_a_function_brings_it(
    nursery: Nursery, tmp_path: Path
) -> None:
    program = (
        "import sys\n"
        "print(*sorted(it for it in sys.modules if it.split('.')[0] in ('novapay', 'functions')))\n"
        "print('pydantic' in sys.modules)\n"
        "try:\n    import novapay\nexcept ImportError:\n    print('no live source')\n"
    )
    forked = run(nursery, tmp_path, program)

    assert forked.stdout.read().splitlines() == ["", "True", "no live source"]


def test_any_other_program_is_started_as_usual(nursery: Nursery) -> None:
    forking = ForkingSubprocess(nursery)

    command = [sys.executable, "-c", "print('as usual')"]
    started = forking.Popen(command, stdout=subprocess.PIPE, text=True)

    assert isinstance(started, subprocess.Popen)
    assert started.communicate()[0] == "as usual\n"
    assert forking.TimeoutExpired is subprocess.TimeoutExpired


def test_when_the_nursery_is_gone_forking_says_so(tmp_path: Path) -> None:
    nursery = Nursery()
    psutil.Process(nursery.pid).kill()

    with pytest.raises(OSError, match=r"has ended|Broken pipe|Connection reset"):
        run(nursery, tmp_path, ECHO)
    nursery.close()


def test_a_function_runs_the_deployed_layer_in_a_forked_process(emulator: EmulatedAws) -> None:
    """It turns red if MiniStack starts its workers in another way."""
    functions = emulator.client("lambda")
    layer = functions.publish_layer_version(
        LayerName="probe-core",
        Content={"ZipFile": packed("python/novapay/__init__.py", "ORIGIN = 'layer'")},
    )["LayerVersionArn"]
    functions.create_function(
        FunctionName="probe-worker",
        Runtime="python3.14",
        Handler="app.handler",
        Role=emulator.role("probe"),
        Layers=[layer],
        Code={
            "ZipFile": packed(
                "app.py",
                "import os, novapay\n"
                "def handler(event, context):\n"
                "    return [novapay.ORIGIN, novapay.__file__, os.getppid()]\n",
            )
        },
    )
    try:
        answer = functions.invoke(FunctionName="probe-worker", Payload=b"{}")
    finally:
        functions.delete_function(FunctionName="probe-worker")

    origin, file, parent = json.loads(answer["Payload"].read())
    assert origin == "layer"
    assert not Path(file).is_relative_to(PROJECT)
    assert workers.__name__ in psutil.Process(parent).cmdline()


def test_of_idle_workers_the_most_recent_live_on() -> None:
    idle = [worker_used_at(second) for second in (3, 1, 2)]
    busy, ended = worker_used_at(0, in_use=True), worker_used_at(9, proc=None)
    killed: list[object] = []
    pools = {"one": [idle[0], busy], "two": [idle[1], ended], "three": [idle[2]]}
    runtime = SimpleNamespace(_lock=Lock(), _workers=pools, kill_workers=killed.extend)

    assert workers.end_idle(runtime, keep=3) == 0
    assert workers.end_idle(runtime, keep=1) == 2

    assert killed == [idle[2], idle[1]]
    assert pools == {"one": [idle[0], busy], "two": [ended], "three": []}


def worker_used_at(
    second: float, *, in_use: bool = False, proc: object = "alive"
) -> SimpleNamespace:
    return SimpleNamespace(last_used=second, in_use=in_use, _proc=proc)


def test_what_is_asked_of_ministack_is_there() -> None:
    worker = lambda_runtime.Worker("a-function", {}, b"")

    assert isinstance(lambda_runtime._workers, dict)
    assert not worker.in_use
    assert worker._proc is None
    assert worker.last_used > 0
    with lambda_runtime._lock:
        lambda_runtime.kill_workers([])


def packed(name: str, text: str) -> bytes:
    """Return a zip with one file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as into:
        into.writestr(name, text)
    return archive.getvalue()
