"""What is under `.local/` is its owner's alone, also after an upgrade."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localstack.common.failure import LocalFailure
from localstack.common.home import OWNER_ONLY, PROJECT, Home
from localstack.common.ports import free_port
from localstack.emulator.embedded import Emulator


def open_to_others(root: Path) -> list[Path]:
    """Return what others may read, write or enter; the links in it count as what they are."""
    return [
        path
        for path in (root, *root.rglob("*"))
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & OWNER_ONLY
    ]


@pytest.fixture(autouse=True)
def _as_in_most_shells() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_it_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")

    home.make_private()

    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700


def test_what_an_older_version_left_readable_is_taken_back(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (home.state / "deep").mkdir(parents=True)
    for file in (home.outputs, home.deploy_log, home.state / "deep" / "dynamodb.json"):
        file.write_text("{}", encoding="utf-8")
    home.state.chmod(0o777)
    home.outputs.chmod(0o666)
    assert open_to_others(home.root)

    home.make_private()

    assert open_to_others(home.root) == []
    assert stat.S_IMODE(home.outputs.stat().st_mode) == 0o600


def test_a_link_that_leads_out_of_it_changes_nothing_there(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("the user's own", encoding="utf-8")
    outside.chmod(0o644)
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (home.root / "link").symlink_to(outside)
    (home.root / "broken").symlink_to(tmp_path / "nothing")

    home.make_private()

    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_a_part_of_another_user_is_named_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    home.outputs.write_text("{}", encoding="utf-8")

    def refuse(path: Path, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refuse)

    with pytest.raises(LocalFailure, match=r"belongs to another user.\n.*sudo chown"):
        home.make_private()


def test_what_the_emulator_writes_is_its_owners_only(tmp_path: Path) -> None:
    emulator = Emulator(Home(tmp_path / "home"), free_port())
    emulator.home.make_private()
    os.umask(OWNER_ONLY)  # as `python -m localstack` does
    emulator.start(lambda _detail: None)
    os.umask(0o022)

    emulator.stop(lambda _detail: None)

    assert any(emulator.home.state.iterdir())
    assert open_to_others(emulator.home.root) == []


def test_every_command_writes_for_its_owner_only(tmp_path: Path) -> None:
    stop = "from localstack import __main__, commands; commands.USERS_HOME = __main__.USERS_HOME = "
    stop += "__import__('localstack.common.home').common.home.Home("
    stop += "__import__('pathlib').Path(sys.argv.pop()))"

    subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-c", f"import sys; {stop}; __main__.main()", "stop", tmp_path / "home"],
        cwd=PROJECT,
        check=True,
    )

    assert (tmp_path / "home" / "command.lock").exists()
    assert open_to_others(tmp_path / "home") == []
