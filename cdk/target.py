"""Where NovaPay can be deployed, and all that differs between those places.

Everything else in the app is the same for AWS and for the emulators on a laptop; whoever looks for
a difference finds it here and nowhere else.
"""

from dataclasses import dataclass
from enum import Enum


class Layer(Enum):
    """The layers that a function can stand on."""

    CORE = "core"
    DEPENDENCIES = "dependencies"


@dataclass(frozen=True, slots=True)
class Target:
    """One place to deploy to.

    `layers` are attached to each function; without any, core and dependencies go into its zip.
    `publishes_versions` puts the alias `live` on a SnapStart version before each route.
    `keeps_gateway_logs` writes access and execution logs of the API.
    `api_id` is the fixed id that an emulator gives to the API, so that its address is stable.
    """

    name: str
    layers: tuple[Layer, ...]
    publishes_versions: bool
    keeps_gateway_logs: bool
    api_id: str | None

    @property
    def is_emulator(self) -> bool:
        """Whether nothing but this machine can reach the API."""
        return self.api_id is not None


LOCAL_API_ID = "10ca1a91"
"""Eight hex digits, as MiniStack wants them."""

AWS = Target(
    name="aws",
    layers=(Layer.CORE, Layer.DEPENDENCIES),
    publishes_versions=True,
    keeps_gateway_logs=True,
    api_id=None,
)

# MiniStack's workers run in the project's own environment, where the locked packages are installed.
MINISTACK = Target(
    name="ministack",
    layers=(Layer.CORE,),
    publishes_versions=True,
    keeps_gateway_logs=False,
    api_id=LOCAL_API_ID,
)

# LocalStack's community edition stores layers but does not apply them, and has no SnapStart.
LOCALSTACK = Target(
    name="localstack",
    layers=(),
    publishes_versions=False,
    keeps_gateway_logs=False,
    api_id=LOCAL_API_ID,
)

TARGETS = {target.name: target for target in (AWS, MINISTACK, LOCALSTACK)}
