"""The layers of the functions, for the target of the deployment."""

from collections.abc import Callable
from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.handler_function import RUNTIME
from cdk.packaging import CORE, IGNORED
from cdk.target import Layer, Target
from layers.dependencies.build import build


def make_layers(scope: Construct, target: Target) -> list[lambda_.ILayerVersion]:
    """Return the layers of `target`; the dependencies are built only if it uses them."""
    return [_MAKERS[layer](scope) for layer in target.layers]


def _core(scope: Construct) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        scope,
        "CoreLayer",
        description="NovaPay's shared code",
        code=_code(CORE),
        compatible_runtimes=[RUNTIME],
    )


def _dependencies(scope: Construct) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        scope,
        "DependenciesLayer",
        description="The locked packages that NovaPay's functions need",
        code=_code(build("aws")),
        compatible_runtimes=[RUNTIME],
        compatible_architectures=[lambda_.Architecture.ARM_64],
    )


def _code(folder: Path) -> lambda_.AssetCode:
    return lambda_.Code.from_asset(str(folder), exclude=[f"**/{name}" for name in IGNORED])


_MAKERS: dict[Layer, Callable[[Construct], lambda_.LayerVersion]] = {
    Layer.CORE: _core,
    Layer.DEPENDENCIES: _dependencies,
}
