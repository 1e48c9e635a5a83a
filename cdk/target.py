"""Where NovaPay can be deployed, and everything that differs between those places.

The rest of the app is the same for AWS and for the emulators on a laptop.
"""

from dataclasses import dataclass
from enum import Enum
from zlib import crc32

from novapay.schema import LOCAL_STAGE


class Layer(Enum):
    """The layers that a function can have."""

    CORE = "core"
    DEPENDENCIES = "dependencies"


@dataclass(frozen=True, slots=True)
class Target:
    """One place to deploy to.

    Attributes:
        layers: the layers of each function; without any, core and packages go into its zip.
        publishes_versions: whether routes invoke a published version, through the alias `live`.
        asks_authorizers: whether a route with an authorizer refuses what it has not allowed.
        keeps_gateway_logs: whether the API writes access and execution logs.
        knows_metric_math: whether an alarm may watch a sum of several metrics.
        is_emulator: whether only this machine can reach the API.
    """

    name: str
    layers: tuple[Layer, ...]
    publishes_versions: bool
    asks_authorizers: bool
    keeps_gateway_logs: bool
    knows_metric_math: bool
    is_emulator: bool


LOCAL_API_ID = "10ca1a91"
"""The id of the local stage's API: eight hex digits, as MiniStack requires."""


def api_id_of(stage: str) -> str:
    """Return the id that an emulator gives a stage's API, so that its address does not change."""
    return LOCAL_API_ID if stage == LOCAL_STAGE else f"{crc32(stage.encode()):08x}"


AWS = Target(
    name="aws",
    layers=(Layer.CORE, Layer.DEPENDENCIES),
    publishes_versions=True,
    asks_authorizers=True,
    keeps_gateway_logs=True,
    knows_metric_math=True,
    is_emulator=False,
)

# MiniStack's workers run in the project's own environment, where the locked packages are installed.
MINISTACK = Target(
    name="ministack",
    layers=(Layer.CORE,),
    publishes_versions=True,
    asks_authorizers=True,
    keeps_gateway_logs=False,
    knows_metric_math=False,
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
    knows_metric_math=False,
    is_emulator=True,
)

TARGETS = {target.name: target for target in (AWS, MINISTACK, LOCALSTACK)}
