"""NovaPay in an AWS account: which account it is, and where `make deploy` has deployed."""

from __future__ import annotations

import os
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cdk.target import AWS
from localstack.common.failure import LocalFailure
from localstack.common.outputs import Outputs, save_outputs
from localstack.common.signature import LOG_IN, credentials_of
from novapay.schema import prefix_of

ANSWER_TIMEOUT_S = 10


def open_session() -> boto3.Session:
    """Return a session with the credentials and the region that the CDK command line uses.

    Raises:
        LocalFailure: there are no credentials, or no region is set.
    """
    try:
        # botocore does not read this variable; the CDK command line does, and first.
        session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
        credentials_of(session)
    except BotoCoreError as error:
        raise LocalFailure(
            "The AWS credentials cannot be used.", remedy=LOG_IN, evidence=str(error)
        ) from error
    if session.region_name is None:
        raise LocalFailure("No AWS region is set.", remedy="export AWS_REGION=eu-central-1")
    return session


def find_account(session: boto3.Session) -> str:
    """Return the id of the account that the session's credentials belong to.

    Raises:
        LocalFailure: AWS does not answer, or rejects the credentials.
    """
    patience = Config(
        connect_timeout=ANSWER_TIMEOUT_S,
        read_timeout=ANSWER_TIMEOUT_S,
        retries={"total_max_attempts": 1},
    )
    try:
        identity = session.client("sts", config=patience).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise LocalFailure(
            "AWS rejects the credentials, or does not answer.",
            remedy=LOG_IN,
            evidence=str(error),
        ) from error
    return str(identity["Account"])


def find_outputs(session: boto3.Session, stage: str, file: Path) -> Outputs:
    """Return the addresses of the stage's API, and write them to a file for `make demo`.

    No admin token is made: in a real account, people register operators themselves.

    Args:
        session: has the account and the region.
        stage: as in `make deploy STAGE=…`.
        file: where the addresses are written.

    Raises:
        LocalFailure: no credentials, no such stack, or no AWS.
    """
    credentials_of(session)
    name = f"{prefix_of(stage)}-api"
    try:
        cloudformation = session.client("cloudformation")
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except (BotoCoreError, ClientError) as error:
        raise LocalFailure(
            f"The stack {name} was not found.",
            remedy=f"make deploy STAGE={stage}, with the right account and region.",
            evidence=str(error),
        ) from error
    found = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    api_url = found["ApiUrl"].rstrip("/")
    outputs = Outputs(
        apiUrl=api_url,
        consoleUrl=f"{api_url}/admin/console",
        adminToken="",
        endpointUrl="",
        region=cloudformation.meta.region_name,
        auth="iam",
        target=AWS.name,
    )
    save_outputs(file, outputs)
    return outputs
