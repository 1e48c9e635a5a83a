"""The dependencies layer is built for Lambda on any machine, and keeps all that functions need."""

import subprocess
import sys
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from layers.dependencies import build as builder
from layers.dependencies.build import LAMBDA_PYTHON, PROCESSOR, SERVICES, build

ELF_MACHINES = {"aarch64": b"\xb7\x00", "x86_64": b"\x3e\x00"}
"""How a shared object names its processor."""

LAMBDA_GLIBC = (2, 34)
"""Of Amazon Linux 2023, on which Lambda's Python runs.

Source: https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
"""

pytestmark = pytest.mark.xdist_group("synth")


def run_alone(layer: Path, program: str) -> str:
    """Run `program` with the standard library and `layer` on the path and nothing else."""
    preamble = f"import sys; sys.path.insert(0, {str(layer / 'python')!r})\n"
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-I", "-S", "-B", "-c", preamble + program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("target", "processor"), [("aws", "aarch64"), ("linux", PROCESSOR)])
def test_compiled_code_is_for_lambdas_python_and_processor(
    target: builder.Target, processor: str
) -> None:
    compiled = list(build(target).rglob("*.so"))

    tags = (f"cpython-{LAMBDA_PYTHON.replace('.', '')}-{processor}", ".abi3.")
    assert compiled
    assert all(any(tag in path.name for tag in tags) for path in compiled)
    assert {path.read_bytes()[18:20] for path in compiled} == {ELF_MACHINES[processor]}


def test_compiled_code_needs_no_newer_glibc_than_lambda_has() -> None:
    needed = {
        path.name: max(versions)
        for path in build("aws").rglob("*.so")
        if (versions := glibc_versions_of(path))
    }

    assert needed
    assert {name: version for name, version in needed.items() if version > LAMBDA_GLIBC} == {}


def glibc_versions_of(path: Path) -> set[tuple[int, ...]]:
    """Return the versions of glibc whose symbols a shared object refers to."""
    with path.open("rb") as file:
        section = ELFFile(file).get_section_by_name(".gnu.version_r")
        if not isinstance(section, GNUVerNeedSection):
            return set()
        names = [it.name for _, versions in section.iter_versions() for it in versions]
    found = [name.removeprefix("GLIBC_") for name in names if name.startswith("GLIBC_2")]
    return {tuple(map(int, version.split("."))) for version in found}


@pytest.mark.parametrize("target", ["aws", "host"])
def test_every_service_that_functions_call_still_has_a_client(target: builder.Target) -> None:
    program = f"""
import boto3
for service in {sorted(SERVICES)}:
    client = boto3.client(service, region_name="eu-central-1", aws_access_key_id="x",
                          aws_secret_access_key="x")
    print(service, client.meta.endpoint_url)
"""

    printed = run_alone(build(target), program).splitlines()

    assert [line.split()[0] for line in printed] == sorted(SERVICES)
    assert all("eu-central-1" in line for line in printed)


def test_the_other_services_are_left_out() -> None:
    data = build("aws") / "python" / "botocore" / "data"

    assert {path.name for path in data.iterdir() if path.is_dir()} == SERVICES


def test_the_host_layer_runs_what_functions_import_on_this_machine() -> None:
    program = """
import pydantic, aws_lambda_powertools.event_handler
print(pydantic.TypeAdapter(int).validate_python("7"))
"""

    assert run_alone(build("host"), program) == "7\n"


def test_licences_come_along() -> None:
    packages = build("aws") / "python"

    assert list(packages.glob("botocore-*.dist-info/**/LICENSE*"))
    assert list(packages.glob("pydantic-*.dist-info/METADATA"))


def test_a_layer_is_built_once_for_one_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    built = build("aws")

    monkeypatch.setattr(builder, "_install", pytest.fail)

    assert build("aws") == built


def test_another_lock_makes_another_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "layer.txt"
    lock.write_text("boto3==1\n")
    monkeypatch.setattr(builder, "LOCK", lock)
    monkeypatch.setattr(builder, "LAYERS", tmp_path / "layers")
    monkeypatch.setattr(builder, "_install", _install_nothing)

    first = build("linux")
    lock.write_text("boto3==2\n")
    second = build("linux")

    assert second != first
    assert not first.exists()
    assert [path.name for path in (tmp_path / "layers").iterdir()] == [second.name]


def test_a_build_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_out_of_luck(_packages: Path, _target: builder.Target) -> None:
        raise subprocess.CalledProcessError(1, "uv")

    monkeypatch.setattr(builder, "LAYERS", tmp_path / "layers")
    monkeypatch.setattr(builder, "_install", run_out_of_luck)

    with pytest.raises(subprocess.CalledProcessError):
        build("linux")

    assert list((tmp_path / "layers").iterdir()) == []


def _install_nothing(packages: Path, _target: builder.Target) -> None:
    for folder in ("bin", "boto3/examples", "botocore/data"):
        (packages / folder).mkdir(parents=True)
