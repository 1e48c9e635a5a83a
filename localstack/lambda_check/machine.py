"""Lambda's processor and Python on this machine: Debian's CPython for arm64, run by QEMU.

Both are downloaded with apt from Debian's archive, whose signatures apt checks, and unpacked below
`build/`; nothing is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from layers.dependencies.build import LAMBDA_PYTHON
from localstack.common.failure import LocalFailure, tail_of
from localstack.common.home import PROJECT
from localstack.common.progress import Say

SUITE = "forky"
"""The Debian release that has Lambda's Python."""

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
FOLDER = PROJECT / "build" / "lambda-check" / SUITE
PROGRAMS = ("apt-get", "dpkg", "dpkg-deb")

SETTINGS = """\
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "";
Debug::NoLocking "true";
Dir::Cache "{folder}/cache";
Dir::Etc::SourceList "{folder}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "{folder}/lists";
Dir::State::status "{folder}/status";
"""


def arm_python(say: Say) -> list[str]:
    """Return the command that runs Lambda's Python as it is on arm64.

    Raises:
        LocalFailure: there is no apt here, or the archive does not have what is needed.
    """
    _check_programs()
    # Lambda's runtime client needs the library of C++, which Lambda's own image has too.
    root = _unpacked("arm64", [f"python{LAMBDA_PYTHON}", "libstdc++6"], say)
    emulator = _unpacked(_architecture(), ["qemu-user"], say) / "usr" / "bin" / "qemu-aarch64"
    return [str(emulator), "-L", str(root), str(root / "usr" / "bin" / f"python{LAMBDA_PYTHON}")]


def _check_programs() -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if not KEYRING.exists():
        missing.append(str(KEYRING))
    if missing:
        raise LocalFailure(
            f"This needs apt, and {', '.join(missing)} is not here.",
            remedy="Run it on Debian, or on Ubuntu after: apt-get install debian-archive-keyring",
        )


def _archive() -> str:
    """Return the address of the archive: the one that this machine's own packages come from.

    Raises:
        LocalFailure: they come from elsewhere, and no other archive is named.
    """
    named = os.environ.get("DEBIAN_ARCHIVE")
    if named:
        return named
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    asked += ["Created-By: Packages", "Origin: Debian", "Label: Debian"]
    known = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    if not known:
        raise LocalFailure(
            "This machine's packages do not come from Debian's archive.",
            remedy="Name a mirror of it: DEBIAN_ARCHIVE=http://… make lambda-check",
        )
    return known[0]


def _architecture() -> str:
    asked = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    )
    return asked.stdout.strip()


def _unpacked(architecture: str, packages: Sequence[str], say: Say) -> Path:
    """Return the folder with packages and all that they need, fetched if it is not there."""
    folder = FOLDER / "-".join((architecture, *packages))
    root = folder / "root"
    if root.exists():
        return root
    shutil.rmtree(folder, ignore_errors=True)
    for below in ("cache/archives/partial", "lists/partial"):
        (folder / below).mkdir(parents=True)
    (folder / "status").touch()
    source = f"deb [signed-by={KEYRING}] {_archive()} {SUITE} main\n"
    (folder / "sources.list").write_text(source, encoding="utf-8")
    settings = SETTINGS.format(architecture=architecture, folder=folder)
    (folder / "apt.conf").write_text(settings, encoding="utf-8")
    say(f"asking Debian's archive for {packages[0]}")
    _apt(folder, "update")
    _apt(folder, "install", "--download-only", "--yes", "--no-install-recommends", *packages)
    unfinished = folder / "unfinished"
    for archive in sorted((folder / "cache" / "archives").glob("*.deb")):
        say(f"unpacking {archive.name}")
        subprocess.run(["dpkg-deb", "--extract", str(archive), str(unfinished)], check=True)
    if not (unfinished / "lib").exists():  # where programs look for the loader
        (unfinished / "lib").symlink_to("usr/lib")
    return unfinished.rename(root)


def _apt(folder: Path, *arguments: str) -> None:
    log = folder / "apt.log"
    with log.open("ab") as output:
        ended = subprocess.run(
            ["apt-get", *arguments],
            env={"PATH": os.environ["PATH"], "APT_CONFIG": str(folder / "apt.conf")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        raise LocalFailure(
            f"apt-get {arguments[0]} failed.",
            remedy="Is Debian's archive reachable? DEBIAN_ARCHIVE=http://… names another mirror.",
            evidence=tail_of(log),
        )
