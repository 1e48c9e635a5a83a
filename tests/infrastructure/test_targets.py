"""AWS and the emulators get the same app, packed so that each of them can run it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cdk.endpoints import ENDPOINTS, TASKS, Endpoint, Task
from layers.dependencies.build import LAMBDA_PYTHON
from tests.infrastructure.synthesized import Synthesized

pytestmark = pytest.mark.xdist_group("synth")


def content_of(synthesized: Synthesized, name: str) -> set[str]:
    """Return the paths inside the zip of one function."""
    key = synthesized.function(name)["Properties"]["Code"]["S3Key"]
    with zipfile.ZipFile(synthesized.folder / f"asset.{key}") as archive:
        return set(archive.namelist())


def layers_of(synthesized: Synthesized, name: str = "health") -> list[Path]:
    """Return the folders of a function's layers, in the order in which it names them."""
    layers = synthesized.function(name)["Properties"].get("Layers", [])
    # A service has its layers from the stack of the API.
    around = {**synthesized.api["Resources"], **synthesized.template_of(name)["Resources"]}
    resources = [around[layer["Ref"]] for layer in layers]
    keys = [Path(layer["Properties"]["Content"]["S3Key"]) for layer in resources]
    return [synthesized.folder / f"asset.{key.stem}" for key in keys]


def specs(synthesized: Synthesized) -> list[Endpoint | Task]:
    """Return the lines of data that have a function in this deployment."""
    deployed = {it["FunctionName"] for it in synthesized.properties("AWS::Lambda::Function")}
    every: list[Endpoint | Task] = [*ENDPOINTS, *TASKS]
    return [it for it in every if any(name.endswith(f"-{it.name}") for name in deployed)]


@pytest.mark.parametrize("target", ["dev", "ministack"])
def test_a_function_carries_its_own_module_and_nothing_else(
    request: pytest.FixtureRequest, target: str
) -> None:
    synthesized: Synthesized = request.getfixturevalue(target)

    carried = {it.name: content_of(synthesized, it.name) for it in specs(synthesized)}

    assert carried == {it.name: {f"functions/{it.module}.py"} for it in specs(synthesized)}


@pytest.mark.parametrize("target", ["dev", "ministack"])
def test_every_function_stands_on_the_same_layers(
    request: pytest.FixtureRequest, target: str
) -> None:
    synthesized: Synthesized = request.getfixturevalue(target)

    layers = {tuple(layers_of(synthesized, it.name)) for it in specs(synthesized)}

    assert layers == {tuple(layers_of(synthesized))}


def test_on_aws_a_function_stands_on_the_core_and_the_dependencies(dev: Synthesized) -> None:
    core, dependencies = layers_of(dev)

    assert (core / "python" / "novapay" / "__init__.py").is_file()
    assert (dependencies / "python" / "pydantic").is_dir()
    assert {path.name for path in core.iterdir()} == {"python"}


def test_on_ministack_a_function_stands_on_the_core_alone(ministack: Synthesized) -> None:
    [core] = layers_of(ministack)

    assert (core / "python" / "novapay" / "__init__.py").is_file()


def test_a_layer_holds_nothing_that_a_tool_left_behind(dev: Synthesized) -> None:
    left_behind = [
        path
        for layer in layers_of(dev)
        for path in layer.rglob("*")
        if path.name in {".mypy_cache", ".ruff_cache", ".lock"}
        or (
            path.suffix == ".pyc" and f".cpython-{LAMBDA_PYTHON.replace('.', '')}." not in path.name
        )
    ]

    assert left_behind == []


def test_on_localstack_a_function_stands_on_nothing_but_its_zip(localstack: Synthesized) -> None:
    content = content_of(localstack, "create_transfer")

    own = {path for path in content if path.startswith("functions/")}
    assert own == {"functions/transactions/create_transfer.py"}
    assert {"novapay/__init__.py", "pydantic/__init__.py", "botocore/__init__.py"} <= content
    assert localstack.resources("AWS::Lambda::LayerVersion") == []


def test_a_zip_for_localstack_can_be_imported_all_alone(
    localstack: Synthesized, tmp_path: Path
) -> None:
    key = localstack.function("health")["Properties"]["Code"]["S3Key"]
    with zipfile.ZipFile(localstack.folder / f"asset.{key}") as archive:
        archive.extractall(tmp_path)

    # -I and -S: neither this folder nor the project's environment is on the path.
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import functions.health"
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("target", ["ministack", "localstack"])
def test_an_emulator_is_told_the_id_of_the_api(request: pytest.FixtureRequest, target: str) -> None:
    synthesized: Synthesized = request.getfixturevalue(target)

    [api] = synthesized.properties("AWS::ApiGateway::RestApi")
    tags = {tag["Key"]: tag["Value"] for tag in api["Tags"]}
    assert tags["ms-custom-id"] == tags["_custom_id_"]
    assert len(tags["ms-custom-id"]) == 8
    assert int(tags["ms-custom-id"], base=16)


def test_aws_chooses_the_id_of_the_api_itself(dev: Synthesized) -> None:
    [api] = dev.properties("AWS::ApiGateway::RestApi")

    assert {tag["Key"] for tag in api["Tags"]} == {"project", "stage"}


def test_an_emulators_address_resolves_on_this_machine(ministack: Synthesized) -> None:
    _, parts = ministack.api["Outputs"]["ApiUrl"]["Value"]["Fn::Join"]

    assert parts[0] == "http://127.0.0.1:4566/_aws/execute-api/"
    assert parts[-1] == "/local"


def test_emulators_are_spared_the_gateway_logs_that_they_drop(ministack: Synthesized) -> None:
    [stage] = ministack.properties("AWS::ApiGateway::Stage")

    assert "AccessLogSetting" not in stage
    assert ministack.resources("AWS::ApiGateway::Account") == []


def test_localstack_has_neither_versions_nor_snapstart(localstack: Synthesized) -> None:
    functions = localstack.properties("AWS::Lambda::Function")

    assert localstack.resources("AWS::Lambda::Version") == []
    assert all("SnapStart" not in function for function in functions)


def test_no_target_needs_a_custom_resource(
    dev: Synthesized, ministack: Synthesized, localstack: Synthesized
) -> None:
    kinds = {
        resource["Type"]
        for synthesized in (dev, ministack, localstack)
        for template in synthesized.templates
        for resource in template["Resources"].values()
    }

    custom = ("Custom::", "AWS::CloudFormation")
    assert {kind for kind in kinds if kind.startswith(custom)} == {"AWS::CloudFormation::Stack"}
