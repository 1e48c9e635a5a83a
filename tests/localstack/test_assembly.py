"""When the CDK app is synthesized, and when the last assembly is still the right one."""

import os
from pathlib import Path

import pytest

from localstack.common import program
from localstack.common.aws import LocalAws
from localstack.common.failure import LocalFailure
from localstack.deploy import assembly
from localstack.deploy.assembly import Assembly, digest_of_sources

CONTEXT = ("-c", "stage=local")
EMBEDDED = Assembly("ministack")


def say_nothing(_detail: str) -> None:
    return


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "cdk").mkdir()
    (tmp_path / "cdk" / "app.py").write_text("app = 1\n", encoding="utf-8")
    (tmp_path / "functions").mkdir()
    (tmp_path / "cdk.json").write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def synths(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands with which the app was synthesized."""
    commands: list[list[str]] = []

    def synthesize(command: list[str], **_how: object) -> None:
        commands.append(command)
        EMBEDDED.folder.mkdir(parents=True)

    monkeypatch.setattr(assembly, "PROJECT", project)
    monkeypatch.setattr(assembly, "ASSEMBLIES", project / "build")
    monkeypatch.setattr(program, "run", synthesize)
    return commands


def synthesize_if_changed(project: Path) -> tuple[str, bool]:
    return EMBEDDED.synthesize_if_changed(
        LocalAws("http://x"), log=project / "log", say=say_nothing
    )


def test_the_digest_is_of_names_and_contents_not_of_times(project: Path) -> None:
    before = digest_of_sources(project, CONTEXT)

    os.utime(project / "cdk" / "app.py", (1, 1))

    assert digest_of_sources(project, CONTEXT) == before


@pytest.mark.parametrize("name", ["cdk/app.py", "functions/new.py", "cdk.json"])
def test_a_changed_or_new_source_changes_the_digest(project: Path, name: str) -> None:
    before = digest_of_sources(project, CONTEXT)

    (project / name).write_text("changed", encoding="utf-8")

    assert digest_of_sources(project, CONTEXT) != before


def test_a_renamed_source_changes_the_digest(project: Path) -> None:
    before = digest_of_sources(project, CONTEXT)

    (project / "cdk" / "app.py").rename(project / "cdk" / "main.py")

    assert digest_of_sources(project, CONTEXT) != before


def test_another_target_has_another_digest_and_another_folder(project: Path) -> None:
    packed_for_images = Assembly("localstack")
    packed_for_this_machine = Assembly("localstack", wheels="host")

    contexts = [it.context for it in (EMBEDDED, packed_for_images, packed_for_this_machine)]

    assert len({digest_of_sources(project, context) for context in contexts}) == 3
    assert EMBEDDED.folder != packed_for_images.folder


@pytest.mark.parametrize("name", ["cdk/__pycache__/app.pyc", "README.md"])
def test_what_is_no_source_does_not_change_the_digest(project: Path, name: str) -> None:
    before = digest_of_sources(project, CONTEXT)

    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("new", encoding="utf-8")

    assert digest_of_sources(project, CONTEXT) == before


def test_the_app_is_synthesized_once_for_the_same_sources(
    project: Path, synths: list[list[str]]
) -> None:
    first = synthesize_if_changed(project)
    second = synthesize_if_changed(project)

    assert first == (first[0], True)
    assert second == (first[0], False)
    assert len(synths) == 1
    assert synths[0][-6:] == ["-c", "stage=local", "-c", "target=ministack", "-c", "wheels=linux"]


def test_the_app_is_synthesized_again_after_a_change(
    project: Path, synths: list[list[str]]
) -> None:
    synthesize_if_changed(project)
    (project / "cdk" / "app.py").write_text("app = 2\n", encoding="utf-8")

    _, synthesized = synthesize_if_changed(project)

    assert synthesized
    assert len(synths) == 2


def test_an_assembly_whose_synth_failed_is_not_used(
    project: Path, synths: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_command: list[str], **_how: object) -> None:
        EMBEDDED.folder.mkdir(parents=True)
        raise LocalFailure("It failed.", remedy="Mend it.")

    working = program.run
    monkeypatch.setattr(program, "run", fail)
    with pytest.raises(LocalFailure):
        synthesize_if_changed(project)
    monkeypatch.setattr(program, "run", working)

    _, synthesized = synthesize_if_changed(project)

    assert synthesized
