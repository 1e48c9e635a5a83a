"""Where NovaPay can be deployed, and all that differs between those places.

Everything else in the app is the same for AWS and for the emulators on a laptop; whoever looks for
a difference finds it here and nowhere else.
"""

from dataclasses import dataclass
from enum import Enum
from zlib import crc32

from novapay.schema import LOCAL_STAGE


class Layer(Enum):
    """The layers that a function can stand on."""

    CORE = "core"
    DEPENDENCIES = "dependencies"


@dataclass(frozen=True, slots=True)
class Target:
    """One place to deploy to.

    `layers` are attached to each function; without any, core and dependencies go into its zip.
    `publishes_versions` puts the alias `live` on a SnapStart version before each route.
    `asks_authorizers` says that a route with an authorizer is closed without it.
    `keeps_gateway_logs` writes access and execution logs of the API.
    `is_emulator` says that nothing but this machine can reach the API.
    """

    name: str
    layers: tuple[Layer, ...]
    publishes_versions: bool
    asks_authorizers: bool
    keeps_gateway_logs: bool
    is_emulator: bool


LOCAL_API_ID = "10ca1a91"
"""The API of the local stage: eight hex digits, as MiniStack wants them."""


def api_id_of(stage: str) -> str:
    """Return the id that an emulator gives to a stage's API, so that its address is stable."""
    return LOCAL_API_ID if stage == LOCAL_STAGE else f"{crc32(stage.encode()):08x}"


AWS = Target(
    name="aws",
    layers=(Layer.CORE, Layer.DEPENDENCIES),
    publishes_versions=True,
    asks_authorizers=True,
    keeps_gateway_logs=True,
    is_emulator=False,
)

# MiniStack's workers run in the project's own environment, where the locked packages are installed.
MINISTACK = Target(
    name="ministack",
    layers=(Layer.CORE,),
    publishes_versions=True,
    asks_authorizers=True,
    keeps_gateway_logs=False,
    is_emulator=True,
)

# LocalStack's community edition stores layers but does not apply them, has no SnapStart,
# and fails on methods that name an authorizer.
LOCALSTACK = Target(
    name="localstack",
    layers=(),
    publishes_versions=False,
    asks_authorizers=False,
    keeps_gateway_logs=False,
    is_emulator=True,
)

TARGETS = {target.name: target for target in (AWS, MINISTACK, LOCALSTACK)}
