"""The layers of the functions, for the target of the deployment."""

from collections.abc import Callable

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.handler_function import RUNTIME
from cdk.target import Layer, Target
from layers.core_layer import CORE, IGNORED, build_core
from layers.dependencies.build import build


def make_layers(scope: Construct, target: Target) -> list[lambda_.ILayerVersion]:
    """Return the layers of `target`; the dependencies are built only if it uses them."""
    return [_MAKERS[layer](scope, target) for layer in target.layers]


def _core(scope: Construct, target: Target) -> lambda_.LayerVersion:
    # An emulator runs this machine's Python, which cannot use bytecode made for Lambda's.
    sources = lambda_.Code.from_asset(str(CORE), exclude=[f"**/{name}" for name in IGNORED])
    return lambda_.LayerVersion(
        scope,
        "CoreLayer",
        description="NovaPay's shared code",
        code=sources if target.is_emulator else lambda_.Code.from_asset(str(build_core())),
        compatible_runtimes=[RUNTIME],
    )


def _dependencies(scope: Construct, _target: Target) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        scope,
        "DependenciesLayer",
        description="The locked packages that NovaPay's functions need",
        code=lambda_.Code.from_asset(str(build("aws"))),
        compatible_runtimes=[RUNTIME],
        compatible_architectures=[lambda_.Architecture.ARM_64],
    )


_MAKERS: dict[Layer, Callable[[Construct, Target], lambda_.LayerVersion]] = {
    Layer.CORE: _core,
    Layer.DEPENDENCIES: _dependencies,
}
