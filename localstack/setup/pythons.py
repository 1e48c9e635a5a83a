"""The quick tests on each Python that the README names and this machine has.

`make test` runs on the Python of .venv/; this runs on the others, each in an environment of its own
under build/pythons/, made from the same lock. Python 3.14, Lambda's own, is tried where there is
one: it is not named before it has been seen to work.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from localstack.common.home import PROJECT
from localstack.setup.install import NAMED, InstallFailure, install_python_packages

NEXT = ("3.14",)
ENVIRONMENTS = PROJECT / "build" / "pythons"
PROCESSES = "2"
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
TIMEOUT_S = 30


def main(*tests: str) -> int:
    """Run the quick tests on every other Python, say how it went, and return an exit code.

    Args:
        tests: what pytest is told to run.
    """
    said = {}
    for version in (*NAMED, *NEXT):
        if version != version_of(Path(sys.executable)):
            said[version] = _tested(version, tests)
    for version, verdict in said.items():
        print(f"Python {version}: {verdict}")
    return int(any(said[version] == "failed" for version in NAMED if version in said))


def find(version: str) -> Path | None:
    """Return a Python of this version, as 3.12, that really is one; None if there is none."""
    return next((it for it in _candidates(version) if version_of(it) == version), None)


def version_of(python: Path) -> str | None:
    """Return the version of an interpreter, or None if it does not run."""
    try:
        asked = subprocess.run(
            [python, "-c", VERSION],
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _candidates(version: str) -> Iterator[Path]:
    """Yield what may be a Python: on the PATH, of pyenv (whose shims may not run), known to uv."""
    for folder in os.get_exec_path():
        for name in (f"python{version}", "python3"):
            if (Path(folder) / name).is_file():
                yield Path(folder) / name
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    known = subprocess.run(
        [sys.executable, "-m", "uv", "python", "find", "--no-project", "--offline", version],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    if known.returncode == 0:
        yield Path(known.stdout.strip())


def _tested(version: str, tests: Sequence[str]) -> str:
    """Run the tests on a Python of this version, and return how it went in a few words."""
    python = find(version)
    if python is None:
        return "not on this machine"
    print(f"\nPython {version}: {python}", flush=True)
    environment = ENVIRONMENTS / version
    try:
        install_python_packages(environment, python)
    except InstallFailure as failure:
        print(f"✗ {failure}", file=sys.stderr)
        return "failed"
    run = subprocess.run(
        [
            *(str(environment / "bin" / "python"), "-m", "pytest", "-p", "no:cacheprovider"),
            *("-n", PROCESSES, *tests),
        ],
        cwd=PROJECT,
        env={**os.environ, "PATH": os.pathsep.join([str(environment / "bin"), *_other_path()])},
        check=False,
    )
    return "failed" if run.returncode else "the quick tests are green"


def _other_path() -> list[str]:
    """Return the PATH without the environment that this runs in."""
    own = Path(sys.executable).parent
    return [folder for folder in os.get_exec_path() if Path(folder) != own]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
