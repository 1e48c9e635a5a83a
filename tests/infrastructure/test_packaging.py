"""The same sources make the same bytes, so that nothing unchanged is deployed again."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from cdk import packaging
from cdk.packaging import FunctionPackages
from cdk.target import LOCALSTACK, MINISTACK, Target

MODULE = "accounts/get_wallet"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small tree in place of the project's, with one function, core and dependencies."""
    for file in (
        f"functions/{MODULE}.py",
        "layers/core/python/novapay/__init__.py",
        "layers/core/python/novapay/__pycache__/__init__.cpython-311.pyc",
        "wheels/python/pydantic/__init__.py",
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {file}\n")
    monkeypatch.setattr(packaging, "ROOT", tmp_path)
    monkeypatch.setattr(packaging, "CORE", tmp_path / "layers" / "core")
    monkeypatch.setattr(packaging, "ZIPS", tmp_path / "build")
    monkeypatch.setattr(packaging, "build", lambda _target: tmp_path / "wheels")
    return tmp_path


@pytest.mark.parametrize("target", [MINISTACK, LOCALSTACK], ids=lambda target: str(target.name))
def test_neither_time_nor_mode_of_a_source_changes_its_zip(root: Path, target: Target) -> None:
    source = root / "functions" / f"{MODULE}.py"
    before = FunctionPackages(target).zip_of(MODULE).read_bytes()

    os.utime(source, (0, 10**9))
    source.chmod(0o600)

    assert FunctionPackages(target).zip_of(MODULE).read_bytes() == before


@pytest.mark.parametrize("target", [MINISTACK, LOCALSTACK], ids=lambda target: str(target.name))
@pytest.mark.usefixtures("root")
def test_no_zip_tells_when_it_was_made(target: Target) -> None:
    with zipfile.ZipFile(FunctionPackages(target).zip_of(MODULE)) as archive:
        times = {entry.date_time for entry in archive.infolist()}

    assert times == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("target", [MINISTACK, LOCALSTACK], ids=lambda target: str(target.name))
def test_another_source_makes_another_zip(root: Path, target: Target) -> None:
    before = FunctionPackages(target).zip_of(MODULE).read_bytes()

    (root / "functions" / f"{MODULE}.py").write_text("# other\n")

    assert FunctionPackages(target).zip_of(MODULE).read_bytes() != before


def test_what_a_tool_left_beside_the_sources_is_not_packed(root: Path) -> None:
    path = FunctionPackages(LOCALSTACK).zip_of(MODULE)

    shutil.unpack_archive(path, root / "unpacked")
    files = {it.name for it in (root / "unpacked").rglob("*") if it.is_file()}
    assert files == {"get_wallet.py", "__init__.py"}


def test_a_module_that_is_not_there_is_named(root: Path) -> None:
    with pytest.raises(FileNotFoundError, match="accounts/nothing"):
        FunctionPackages(MINISTACK).zip_of("accounts/nothing")
