"""Fixtures that give tests an AWS: `emulator` is an empty one, `stack` has NovaPay deployed to it.

One process of tests starts at most one, on a free port, with its memory in a temporary directory;
nothing of `.local/` is touched. With NOVAPAY_API_URL and NOVAPAY_ENDPOINT_URL set, both fixtures
stand for a stack that runs already, of the kind that NOVAPAY_TARGET names, whose operator's token
is NOVAPAY_ADMIN_TOKEN; nothing is started or stopped then. With NOVAPAY_DYNAMODB=dynamodb-local
`emulator` is DynamoDB Local and nothing else.

A conftest imports what it needs from here, `pytest_itemcollected` always with it: under
xdist that hook keeps all tests that need an AWS in one process, so that they share it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from rich.console import Console

from localstack.common.aws import LocalAws
from localstack.common.environment import ACCOUNT, REGION, keep_off_proxies
from localstack.common.home import Home
from localstack.common.keys import ANY, Keys
from localstack.common.outputs import Outputs
from localstack.common.ports import free_port
from localstack.deploy.stack import bring_up, deploy_to
from localstack.emulator.dynamodb_local import dynamodb_local, missing
from localstack.emulator.embedded import Emulator
from localstack.emulator.runtime import EMBEDDED, KINDS, Feature, RuntimeKind
from tests.support.client import Client

STARTED = pytest.StashKey[Emulator]()
DYNAMODB_LOCAL = "dynamodb-local"


STORIES_OF: Mapping[Feature, Sequence[str]] = {
    Feature.GATEWAY_RESPONSES: [
        "test_bad_requests.py::test_a_route_or_method_that_nobody_made_is_not_found"
    ],
    Feature.BINARY_BODIES: [
        "test_bad_requests.py::test_a_body_that_is_not_json_is_refused[not text]"
    ],
}
"""Which stories can only be told where an AWS does what they are about."""


def kind_of_aws() -> RuntimeKind:
    """Return which kind of AWS the tests run on: the embedded one, or the environment's."""
    return KINDS[os.environ.get("NOVAPAY_TARGET", EMBEDDED.name)]


@dataclass(frozen=True, slots=True)
class EmulatedAws:
    """An AWS that answers on this machine."""

    endpoint_url: str
    keys: Keys = ANY
    region: str = REGION

    @property
    def aws(self) -> LocalAws:
        """It with its root keys."""
        return LocalAws(self.endpoint_url, self.keys)

    @property
    def kind(self) -> RuntimeKind:
        """Which kind of AWS it is, with what it does as AWS does it."""
        return kind_of_aws()

    def client(self, service: str) -> Any:
        """Promise a boto3 client of one service of this AWS."""
        return self.aws.client(service)

    def role(self, name: str, *statements: Mapping[str, Any]) -> str:
        """Return the ARN of a role that may do what is allowed, and nothing else."""
        iam = self.client("iam")
        principal = {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"], "AWS": ACCOUNT}
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
        with suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=document_of(trust))
        if statements:
            document = document_of(*statements)
            iam.put_role_policy(RoleName=name, PolicyName="Allowed", PolicyDocument=document)
        return f"arn:aws:iam::{ACCOUNT}:role/{name}"


@dataclass(frozen=True, slots=True)
class Stack(EmulatedAws):
    """NovaPay, deployed and warm: paths are appended to `api_url`."""

    api_url: str = ""
    admin_token: str = ""


@dataclass(frozen=True, slots=True)
class AskingStack:
    """NovaPay on a stage that asks for tokens, and who gives them out."""

    api_url: str
    issuer_url: str

    def client_of(self, user_id: str, *scopes: str) -> Client:
        """Promise what speaks to the API with a token of this user."""
        wanted = {"sub": user_id, "scope": " ".join(scopes)}
        issued = requests.post(f"{self.issuer_url}/token", data=wanted, timeout=30)
        return Client(self.api_url, token=issued.json()["access_token"])


@pytest.fixture(scope="session")
def emulator(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> EmulatedAws:
    """Return an AWS with nothing of NovaPay in it, or the one that the environment names."""
    if os.environ.get("NOVAPAY_DYNAMODB") == DYNAMODB_LOCAL:
        return EmulatedAws(_started_dynamodb_local(pytestconfig, tmp_path_factory))
    running = os.environ.get("NOVAPAY_ENDPOINT_URL")
    if running:
        return EmulatedAws(running, _keys_of_running())
    aws = _started(pytestconfig, tmp_path_factory).aws
    return EmulatedAws(aws.endpoint_url, aws.keys)


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Return NovaPay deployed to an AWS, or the stack that the environment names."""
    running = os.environ.get("NOVAPAY_API_URL")
    if running:
        return Stack(
            os.environ["NOVAPAY_ENDPOINT_URL"],
            _keys_of_running(),
            api_url=running,
            admin_token=os.environ.get("NOVAPAY_ADMIN_TOKEN", ""),
        )
    outputs = bring_up(_started(pytestconfig, tmp_path_factory), Console())
    return Stack(
        outputs.endpointUrl,
        outputs.aws.keys,
        api_url=outputs.apiUrl,
        admin_token=outputs.adminToken,
    )


@pytest.fixture(scope="session")
def asking_stack(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> AskingStack:
    """Return NovaPay on a stage of its own that asks for tokens, on the embedded AWS."""
    if os.environ.get("NOVAPAY_ENDPOINT_URL"):
        pytest.skip("this stage is deployed to the embedded AWS only")
    started = _started(pytestconfig, tmp_path_factory)
    asking = Emulator(started.home, started.port, stage="tokens", auth="jwt")
    outputs = deploy_to(asking, Console())
    return AskingStack(outputs.apiUrl, outputs.issuerUrl)


@pytest.fixture(scope="session")
def signed_stack(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Return NovaPay on a stage of its own that asks for signatures, on the embedded AWS."""
    if os.environ.get("NOVAPAY_ENDPOINT_URL"):
        pytest.skip("this stage is deployed to the embedded AWS only")
    started = _started(pytestconfig, tmp_path_factory)
    signed = Emulator(started.home, started.port, stage="signed", auth="iam")
    return deploy_to(signed, Console())


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put each test that needs an AWS into one group, which xdist gives to one process.

    A story about a feature that the AWS of NOVAPAY_TARGET lacks is skipped, and says so.
    """
    for feature in set(Feature) - kind_of_aws().features:
        told = {item.nodeid, item.nodeid.partition("[")[0]}
        if any(name.endswith(story) for name in told for story in STORIES_OF.get(feature, ())):
            reason = f"{kind_of_aws().name} does not do this: {feature.value}"
            item.add_marker(pytest.mark.skip(reason=reason))
    needs_aws = {"emulator", "stack", "asking_stack", "signed_stack"} & set(
        getattr(item, "fixturenames", ())
    )
    if needs_aws and item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group("embedded-aws"))


def document_of(*statements: Mapping[str, Any]) -> str:
    """Return a policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _keys_of_running() -> Keys:
    """Return the root keys of the AWS that the environment names; LocalStack takes any."""
    given = os.environ.get
    return Keys(
        given("NOVAPAY_ACCESS_KEY_ID", ANY.id), given("NOVAPAY_SECRET_ACCESS_KEY", ANY.secret)
    )


def _started(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Emulator:
    """Start the one emulator of this process; it is stopped when pytest ends, however it ends."""
    if STARTED not in config.stash:
        keep_off_proxies()
        started = Emulator(Home(tmp_path_factory.mktemp("embedded-aws")), free_port())
        config.add_cleanup(lambda: _stop(started))
        started.start(_say_nothing)
        config.stash[STARTED] = started
    return config.stash[STARTED]


def _started_dynamodb_local(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Start AWS's own engine, or skip where it cannot run; it is stopped when pytest ends."""
    lacks = missing()
    if lacks:
        pytest.skip(lacks)
    keep_off_proxies()
    log = tmp_path_factory.mktemp(DYNAMODB_LOCAL) / "log"
    running = ExitStack()
    config.add_cleanup(running.close)
    return running.enter_context(dynamodb_local(log))


def _stop(started: Emulator) -> None:
    started.stop(_say_nothing)


def _say_nothing(_detail: str) -> None:
    return
