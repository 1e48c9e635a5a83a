"""Demo for an API that requires signatures: a role can use the routes that it allows only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import uuid4

from botocore.credentials import Credentials

from localstack.common.aws import LocalAws
from localstack.common.environment import ACCOUNT, PREFIX, REGION
from localstack.common.signature import SigV4
from localstack.demo.storyteller import Storyteller

ROLE = f"{PREFIX}-statements"
WALLETS = "GET/accounts/*"
"""The routes of the role: it reads wallets, and nothing else."""


def play(story: Storyteller, *, aws: LocalAws, api_id: str) -> None:
    """Play this part of the demo.

    Args:
        story: sends and prints the requests.
        aws: the local AWS, in which the role is made.
        api_id: the id of NovaPay's API.

    Raises:
        LocalFailure: an answer was not as expected.
    """
    story.heading("Everybody signs")
    ada = {"userId": str(uuid4()), "currency": "USD", "accountNumber": "ACC-ADA"}
    opened = story.ask_quietly("POST /accounts/wallets", ada, status=201)
    path = f"/accounts/wallets/{opened.body['id']}"
    story.as_caller(None).ask(
        "Without a signature a wallet cannot be read, and nobody learns that there is one.",
        f"GET {path}",
        status=404,
    )
    as_reader = story.as_caller(SigV4(assume(aws, ROLE, api_id, WALLETS), REGION))
    as_reader.ask("A role that may read wallets can read it.", f"GET {path}", show=("id",))
    made_up = as_reader.ask(
        "It cannot deposit money, because its policy does not name that route.",
        f"PATCH {path}/balance",
        {"amount": "1000000", "operation": "credit"},
        status=403,
    )
    story.expect(made_up.body["code"] == "forbidden", "the route should not be allowed", made_up)


def assume(aws: LocalAws, role: str, api_id: str, routes: str) -> Credentials:
    """Return temporary keys of a role that may call these routes; it is made if it is not there.

    Args:
        aws: the local AWS.
        role: its name.
        api_id: the id of the API.
        routes: method and path of what it may call, with wildcards.
    """
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}
    if role not in {it["RoleName"] for it in iam.list_roles()["Roles"]}:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=_document(trust))
    routes = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*/{routes}"
    allowed = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": routes}
    iam.put_role_policy(RoleName=role, PolicyName="Routes", PolicyDocument=_document(allowed))
    assumed = aws.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="demo"
    )["Credentials"]
    return Credentials(assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])


def _document(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
