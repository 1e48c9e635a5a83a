"""What is installed when, and what is said when it cannot be."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from localstack.setup import install

LOCK = """\
# locked
types-uv==1.0 \\
    --hash=sha256:aa
uv==0.13.9 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via novapay (pyproject.toml:dev)
zipp==3.0 \\
    --hash=sha256:dd
"""


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The programs that an installation in an empty checkout starts, by what they do."""
    started: list[str] = []

    def run(command: Sequence[str], **_how: object) -> None:
        [purpose] = [word for word in command if word in {"venv", "install", "sync", "ci"}]
        if "--editable" in command:
            purpose = "core"
        started.append(purpose)
        if purpose == "venv":
            (tmp_path / ".venv").mkdir()

    monkeypatch.setattr(install, "PROJECT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "LOCK", tmp_path / "dev.txt")
    monkeypatch.setattr(install, "NODE_LOCK", tmp_path / "package-lock.json")
    monkeypatch.setattr(install, "NODE_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(install, "CONSOLE_LIBRARY", tmp_path / "preact.js")
    monkeypatch.setattr(install, "_run", run)
    monkeypatch.setattr(install, "_works", lambda _python: (tmp_path / ".venv").exists())
    (tmp_path / "dev.txt").write_text(LOCK, encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    library = tmp_path / "node_modules" / install.CONSOLE_LIBRARY_IN_NODE_MODULES
    library.parent.mkdir(parents=True)
    library.write_text("locked", encoding="utf-8")
    return started


def test_everything_is_installed_once(commands: list[str]) -> None:
    assert install.main() == 0
    assert install.main() == 0

    assert commands == ["venv", "install", "sync", "core", "ci"]


def test_a_changed_lock_is_installed_into_the_same_environment(
    commands: list[str], tmp_path: Path
) -> None:
    install.main()
    (tmp_path / "dev.txt").write_text(LOCK.replace("3.0", "3.1"), encoding="utf-8")

    install.main()

    assert commands[5:] == ["install", "sync", "core"]


def test_a_changed_node_lock_leaves_python_alone(commands: list[str], tmp_path: Path) -> None:
    install.main()
    (tmp_path / "package-lock.json").write_text("{ }", encoding="utf-8")

    install.main()

    assert commands[5:] == ["ci"]


def test_an_environment_that_does_not_work_is_made_again(
    commands: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install.main()
    (tmp_path / ".venv" / "leftover").touch()
    monkeypatch.setattr(install, "_works", lambda _python: False)

    install.main()

    assert commands[5:] == ["venv", "install", "sync", "core"]
    assert not (tmp_path / ".venv" / "leftover").exists()


def test_uv_is_installed_by_its_own_hashes_alone(commands: list[str], tmp_path: Path) -> None:
    install.main()

    assert (tmp_path / ".venv" / "uv.txt").read_text(encoding="utf-8") == (
        "uv==0.13.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    )


def test_what_cannot_be_installed_is_tried_again_next_time(
    commands: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    working = install._run

    def fail(command: Sequence[str], *, remedy: str, **_how: object) -> None:
        if "sync" in command:
            raise install.InstallFailure(remedy)
        working(command, remedy=remedy)

    monkeypatch.setattr(install, "_run", fail)
    assert install.main() == 1
    assert "Is the package index reachable" in capsys.readouterr().err
    monkeypatch.setattr(install, "_run", working)

    assert install.main() == 0

    assert commands == ["venv", "install", "install", "sync", "core", "ci"]


def test_the_tools_are_installed_when_they_are_wanted_and_then_kept(commands: list[str]) -> None:
    install.main()
    install.main("--with-tools")
    install.main("--with-tools")
    install.main()

    assert commands[4:] == ["ci", "ci"]


@pytest.mark.parametrize("found", [None, "of another release"])
def test_the_console_gets_its_library_as_it_is_locked(
    commands: list[str], tmp_path: Path, found: str | None
) -> None:
    library = tmp_path / "preact.js"
    if found is not None:
        library.write_text(found, encoding="utf-8")

    install.main()

    assert library.read_text(encoding="utf-8") == "locked"


def test_a_machine_without_node_is_told_so(
    commands: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name, **_where: None)

    assert install.main() == 1

    assert "The CDK needs Node 22 or newer" in capsys.readouterr().err


def test_a_program_that_is_missing_or_fails_says_how_to_mend_it() -> None:
    for command in (["no-such-program"], ["false"]):
        with pytest.raises(install.InstallFailure, match="Mend it"):
            install._run(command, remedy="Mend it.")


def test_another_environment_is_made_and_kept_like_the_own_one(
    commands: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    monkeypatch.setattr(install, "_create_venv", lambda venv, _python: venv.mkdir())
    monkeypatch.setattr(install, "_works", lambda python: python.parent.parent.exists())

    install.install_python_packages(other, "python3.12")
    install.install_python_packages(other, "python3.12")

    assert commands == ["install", "sync", "core"]
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("version", "works"), [("3.10", False), ("3.11", True), ("3.13", True), ("3.14", False)]
)
def test_an_environment_works_on_the_pythons_that_are_named(
    tmp_path: Path, version: str, works: bool
) -> None:
    major, minor = version.split(".")
    python = tmp_path / "python"
    python.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'import sys\n"
        f'sys.version_info = ({major}, {minor}, 0)\nexec(sys.argv[2])\' "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)

    assert install._works(python) is works


def test_the_running_python_works_and_a_missing_one_does_not(tmp_path: Path) -> None:
    assert install._works(Path(sys.executable))
    assert not install._works(tmp_path / "python")
