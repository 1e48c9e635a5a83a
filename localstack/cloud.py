"""NovaPay in an AWS account: whose it is, and where `make deploy` has put it."""

from __future__ import annotations

import os
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from localstack.failure import LocalFailure
from localstack.outputs import Outputs, save_outputs
from localstack.signature import LOG_IN, credentials_of

ANSWER_TIMEOUT_S = 10


def open_session() -> boto3.Session:
    """Promise a session with the credentials and the region that the CDK command line takes.

    Raises:
        LocalFailure: there are no credentials here, or no region is chosen.
    """
    try:
        # botocore does not read this variable; the CDK command line does, and first.
        session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
        credentials_of(session)
    except BotoCoreError as error:
        raise LocalFailure(
            "The AWS credentials here cannot be used.", mend=LOG_IN, evidence=str(error)
        ) from error
    if session.region_name is None:
        raise LocalFailure("No AWS region is chosen here.", mend="export AWS_REGION=eu-central-1")
    return session


def find_account(session: boto3.Session) -> str:
    """Promise the number of the account that the session's credentials open.

    Raises:
        LocalFailure: AWS does not answer, or does not take them.
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
            "AWS does not take the credentials that are here, or does not answer.",
            mend=LOG_IN,
            evidence=str(error),
        ) from error
    return str(identity["Account"])


def find_outputs(session: boto3.Session, stage: str, file: Path) -> Outputs:
    """Promise where the stage's API is, and write it down for `make demo`.

    No admin token is made: operators of a real account are registered by people.

    Args:
        session: knows the account and the region.
        stage: as in `make deploy STAGE=…`.
        file: where the answer is written.

    Raises:
        LocalFailure: no credentials, no such stack, or no AWS.
    """
    credentials_of(session)
    name = f"novapay-{stage}-api"
    try:
        cloudformation = session.client("cloudformation")
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except (BotoCoreError, ClientError) as error:
        raise LocalFailure(
            f"The stack {name} was not found.",
            mend=f"make deploy STAGE={stage}, with the account and region that you mean.",
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
    )
    save_outputs(file, outputs)
    return outputs
