"""The identifiers under which CloudFormation imports what a teardown of a kept stage left behind.

`cdk deploy --import-existing-resources` imports only what has a name of its own. A key's identifier
and a secret's are made by AWS, so CloudFormation would make new ones, and new keys cannot decrypt
the existing account numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from localstack.common.failure import LocalFailure

Template = Mapping[str, Any]
Identifier = dict[str, str]


def identifiers_of(template: Template, session: boto3.Session) -> dict[str, Identifier]:
    """Return what identifies each resource of the state stack, as `cdk import` reads it.

    Args:
        template: the synthesized template of the state stack.
        session: has the account and the region in which the resources are.

    Raises:
        LocalFailure: one of them does not exist, or AWS did not answer.
    """
    found = {}
    for logical_id, resource in template["Resources"].items():
        name, find = _FINDERS[resource["Type"]]
        try:
            found[logical_id] = {name: find(session, template, logical_id)}
        except (BotoCoreError, ClientError) as error:
            raise LocalFailure(
                f"{logical_id} ({resource['Type']}) was not found in the account.",
                remedy="Import is for a stage whose tables, keys, aliases and secret all exist.",
                evidence=str(error),
            ) from error
    return found


def _name(property_name: str) -> Callable[[boto3.Session, Template, str], str]:
    def find(_session: boto3.Session, template: Template, logical_id: str) -> str:
        return str(template["Resources"][logical_id]["Properties"][property_name])

    return find


def _key_id(session: boto3.Session, template: Template, logical_id: str) -> str:
    [alias] = [
        it["Properties"]["AliasName"]
        for it in template["Resources"].values()
        if it["Type"] == "AWS::KMS::Alias"
        and it["Properties"]["TargetKeyId"]["Fn::GetAtt"][0] == logical_id
    ]
    return str(session.client("kms").describe_key(KeyId=alias)["KeyMetadata"]["KeyId"])


def _secret_arn(session: boto3.Session, template: Template, logical_id: str) -> str:
    name = template["Resources"][logical_id]["Properties"]["Name"]
    return str(session.client("secretsmanager").describe_secret(SecretId=name)["ARN"])


_FINDERS: Mapping[str, tuple[str, Callable[[boto3.Session, Template, str], str]]] = {
    "AWS::DynamoDB::Table": ("TableName", _name("TableName")),
    "AWS::KMS::Alias": ("AliasName", _name("AliasName")),
    "AWS::KMS::Key": ("KeyId", _key_id),
    "AWS::SecretsManager::Secret": ("Id", _secret_arn),
}
"""For each type of the state stack: the name of its identifier, and what finds it."""
