"""The kinds of local AWS on this machine, and how they differ in use.

`cdk.target` has the differences in what is deployed to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from cdk.target import LOCALSTACK, MINISTACK, Target
from localstack.common.aws import LocalAws
from localstack.common.home import Home
from localstack.common.progress import Say


class Feature(Enum):
    """A feature of AWS that an emulator may lack; a test checks each of them."""

    GATEWAY_RESPONSES = "API Gateway's own errors have the body that the template gives them"
    HEADER_LINES = "A header that is sent twice arrives as two"
    BINARY_BODIES = "A body that is no text arrives as it does on AWS, without a binary media type"
    IAM_AUTH = "A route that wants SigV4 refuses a request without it"
    LAYERS = "A function can import what its layers hold"
    TABLE_EXTRAS = "CloudFormation sets a table's time to live and point-in-time recovery"
    STAGE_UPDATES = "CloudFormation moves a stage to the next deployment of its API"
    STOPPED_MAPS = "A run that is stopped inside a Map has the status ABORTED"
    EMF = "A metric in a log line becomes a metric"
    ROLES = "A function, or who has assumed a role, may do what the role allows and nothing else"
    ENCRYPTION_CONTEXTS = "A role's use of a key can be bound to an encryption context"
    SERVICE_ROLES = "A state machine may call what its own role allows and nothing else"
    TABLE_KEYS = "Reading an encrypted table needs the use of its key"
    LEADING_KEYS = "A role's use of a table can be bound to partition keys"


@dataclass(frozen=True, slots=True)
class RuntimeKind:
    """One kind of local AWS.

    Attributes:
        target: how the CDK app is packaged for it.
        title: the name of the step that starts or finds it.
        health_path: the path that answers as soon as it is ready.
        features: the features of AWS that it has.
        empty_again: how the user gets an empty one.
    """

    target: Target
    title: str
    health_path: str
    features: frozenset[Feature]
    empty_again: str

    @property
    def name(self) -> str:
        """The name in TARGET=…"""
        return self.target.name


EMBEDDED = RuntimeKind(
    target=MINISTACK,
    title="Start the embedded AWS",
    health_path="/_ministack/health",
    features=frozenset(
        {
            Feature.GATEWAY_RESPONSES,
            Feature.BINARY_BODIES,
            Feature.IAM_AUTH,
            Feature.LAYERS,
            Feature.STAGE_UPDATES,
            Feature.STOPPED_MAPS,
            Feature.ROLES,
            Feature.ENCRYPTION_CONTEXTS,
        }
    ),
    empty_again="make stop, then delete .local/.",
)

COMMUNITY = RuntimeKind(
    target=LOCALSTACK,
    title="Look for LocalStack",
    health_path="/_localstack/health",
    features=frozenset({Feature.HEADER_LINES}),
    empty_again="start LocalStack again.",
)

KINDS = {kind.name: kind for kind in (EMBEDDED, COMMUNITY)}


class Runtime(Protocol):
    """One local AWS that is running, or is started on demand."""

    @property
    def kind(self) -> RuntimeKind:
        """Which kind it is."""

    @property
    def stage(self) -> str:
        """The stage that is deployed to it."""

    @property
    def wheels(self) -> str:
        """The platform of the packages in functions without layers: linux or host."""

    @property
    def auth(self) -> str:
        """How the API authenticates its callers: open, iam or jwt."""

    @property
    def issuer_url(self) -> str:
        """The URL of the issuer whose tokens the API requires; empty for an open API."""

    @property
    def home(self) -> Home:
        """The directory with its files."""

    @property
    def endpoint_url(self) -> str:
        """The endpoint URL for AWS clients."""

    @property
    def aws(self) -> LocalAws:
        """That endpoint and the keys that it lets do anything."""

    def start(self, say: Say) -> bool:
        """Make sure that it answers; return True if it had to be started."""
