"""What `make deploy` checks in the account before it starts.

CloudFormation finds these faults only after minutes, and then leaves a stack behind that cannot be
deployed again: a first deployment that fails ends in ROLLBACK_COMPLETE, and the CDK command line
has already protected that stack from termination, so it cannot replace it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cdk.context import DeploymentRefusedError, parse_deployment
from cdk.deployment import Deployment
from localstack.common.failure import LocalFailure
from localstack.common.progress import Say
from novapay.schema import TABLES, table_name

STACKS = ("state", "api", "workflows", "operations")
NEVER_CAME_UP = frozenset({"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"})
"""The states of a stack whose first deployment failed or was never executed: it holds nothing."""

UNRESERVED_MIN = 100
"""The concurrent executions that AWS keeps unreserved in every account."""

NAMES_SHOWN_MAX = 10
GONE = frozenset(
    {"ResourceNotFoundException", "NotFoundException", "ValidationError", "ResourceNotFound"}
)
"""What the services answer for a name that they do not have."""


def parse_context(stage: str, given: Sequence[str]) -> Deployment:
    """Return the deployment that `make deploy STAGE=… CONTEXT='name=value …'` asks for.

    Args:
        stage: the value of STAGE.
        given: the words of CONTEXT.

    Raises:
        LocalFailure: a word is not `name=value`, or the deployment is refused.
    """
    pairs = [word.partition("=") for word in given]
    if not all(name and equals for name, equals, _ in pairs):
        raise LocalFailure(
            f"CONTEXT='{' '.join(given)}' is not a list of name=value.",
            remedy="make deploy STAGE=prod CONTEXT='auth=iam waf=on'",
        )
    context = {"stage": stage} | {name: value for name, _, value in pairs}
    try:
        return parse_deployment(context.get, {})
    except DeploymentRefusedError as refusal:
        raise LocalFailure(f"Refused: {refusal}", remedy="docs/deploy.md") from refusal


def look_ahead(session: boto3.Session, deployment: Deployment, say: Say) -> None:
    """Check that a deployment can succeed, and clear away what an earlier failed one left.

    Args:
        session: has the account and the region.
        deployment: what is to be deployed.
        say: shows what was found.

    Raises:
        LocalFailure: the account has too few concurrent executions, or a first deployment would
            meet resources with its names; or AWS did not answer.
    """
    account = _Account(session)
    try:
        stacks = account.stacks_of(deployment.prefix)
        freed = account.unprotect(name for name, it in stacks.items() if it in NEVER_CAME_UP)
        account.check_concurrency(deployment)
        if stacks.get(f"{deployment.prefix}-state") in {None, *NEVER_CAME_UP}:
            account.check_names(deployment)
        else:
            account.check_tables(deployment)
    except (BotoCoreError, ClientError) as error:
        raise LocalFailure(
            "The account could not be checked.",
            remedy="Your credentials need to read CloudFormation, Lambda, DynamoDB, KMS and Secrets"
            " Manager; or deploy without the check: npx cdk deploy --all -c stage=…",
            evidence=str(error),
        ) from error
    say(f"ready; {', '.join(freed)} is replaced" if freed else "ready")


@dataclass(frozen=True, slots=True)
class _Account:
    """The account that a session of boto3 leads to."""

    session: boto3.Session

    def client(self, service: str) -> Any:
        """Return a client of one service, whose name is known only here."""
        session: Any = self.session
        return session.client(service)

    def stacks_of(self, prefix: str) -> Mapping[str, str]:
        """Return the state of each stack of a stage that exists, by name."""
        cloudformation = self.client("cloudformation")
        found = {}
        for name in (f"{prefix}-{stack}" for stack in STACKS):
            described = _or_none(cloudformation.describe_stacks, StackName=name)
            for stack in described["Stacks"] if described else ():
                found[name] = stack["StackStatus"]
        return found

    def unprotect(self, names: Iterator[str]) -> list[str]:
        """Let the CDK command line replace stacks that never came up; return their names."""
        freed = []
        for name in names:
            self.client("cloudformation").update_termination_protection(
                StackName=name, EnableTerminationProtection=False
            )
            freed.append(name)
        return freed

    def check_concurrency(self, deployment: Deployment) -> None:
        """Check that what the deployment reserves leaves the account what AWS insists on.

        Raises:
            LocalFailure: it does not.
        """
        if not deployment.reserved:
            return
        lambda_ = self.client("lambda")
        limits = lambda_.get_account_settings()["AccountLimit"]
        more = 0
        for name, executions in deployment.reserved.items():
            function = f"{deployment.prefix}-{name}"
            answer = _or_none(lambda_.get_function_concurrency, FunctionName=function)
            more += executions - (answer or {}).get("ReservedConcurrentExecutions", 0)
        left = limits["UnreservedConcurrentExecutions"] - more
        if more > 0 and left < UNRESERVED_MIN:
            raise LocalFailure(
                f"The account has {limits['ConcurrentExecutions']} concurrent executions. This"
                f" deployment would reserve {more} more and leave {left};"
                f" AWS keeps {UNRESERVED_MIN} unreserved.",
                remedy="Request a higher quota in Service Quotas (Lambda, concurrent executions),"
                " or reserve less with CONTEXT='payrollConcurrency=…', or nothing with"
                " payrollConcurrency=0.",
            )

    def check_tables(self, deployment: Deployment) -> None:
        """Check that the functions stay on the tables that they have, or get restored ones.

        Raises:
            LocalFailure: the deployment would put them back on the tables from before a restore, or
                restored tables are missing or lack what a restore leaves out.
        """
        if deployment.tables is None:
            self._check_tables_stay(deployment)
            return
        lacks = list(self._lacks(deployment))
        if lacks:
            raise LocalFailure(
                f"The tables {deployment.table_prefix}-… are not ready for traffic.",
                remedy='Do all steps of "Restoring from a backup" in docs/operations.md.',
                evidence="\n".join(lacks[:NAMES_SHOWN_MAX]),
            )

    def _check_tables_stay(self, deployment: Deployment) -> None:
        ask = self.client("lambda").get_function_configuration
        found = _or_none(ask, FunctionName=f"{deployment.prefix}-health") or {}
        used = found.get("Environment", {}).get("Variables", {}).get("TABLE_PREFIX")
        if used not in {None, deployment.table_prefix}:
            raise LocalFailure(
                f"The functions use the restored tables {used}-…, and this deployment would put"
                " them back on the tables from before the restore.",
                remedy=f"Add tables={used.removeprefix(f'{deployment.prefix}-')} to CONTEXT. Or"
                " deploy without this check: npx cdk deploy --all -c stage=…",
            )

    def _lacks(self, deployment: Deployment) -> Iterator[str]:
        dynamodb = self.client("dynamodb")
        for table, schema in TABLES.items():
            name = deployment.table_name(table)
            found = _or_none(dynamodb.describe_table, TableName=name)
            if found is None:
                yield f"{name} is missing"
                continue
            if deployment.keeps_data and not found["Table"].get("DeletionProtectionEnabled"):
                yield f"{name} has no deletion protection"
            backups = dynamodb.describe_continuous_backups(TableName=name)
            recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
            if recovery["PointInTimeRecoveryStatus"] != "ENABLED":
                yield f"{name} has no point-in-time recovery"
            if schema.expires_at:
                expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
                if expiry.get("AttributeName") != schema.expires_at:
                    yield f"the items of {name} do not expire"

    def check_names(self, deployment: Deployment) -> None:
        """Check that a first deployment meets no resource that has one of its names.

        Raises:
            LocalFailure: there are some, left by a teardown or made by someone else.
        """
        found = [*self._tables(deployment.prefix), *self._aliases(deployment.prefix)]
        found += self._secrets(deployment.prefix)
        if found:
            shown = "\n".join(found[:NAMES_SHOWN_MAX])
            raise LocalFailure(
                f"Stage {deployment.stage} has no stacks yet, but {len(found)} resources with its"
                " names exist. A deployment would fail, or make new keys that cannot read the"
                " existing account numbers.",
                remedy='Import them first: "Coming back after a teardown" in docs/deploy.md. Or'
                " choose another STAGE.",
                evidence=shown,
            )

    def _tables(self, prefix: str) -> Iterator[str]:
        dynamodb = self.client("dynamodb")
        for name in (table_name(prefix, table) for table in TABLES):
            if _or_none(dynamodb.describe_table, TableName=name):
                yield f"table {name}"

    def _aliases(self, prefix: str) -> Iterator[str]:
        wanted = {f"alias/{prefix}", f"alias/{prefix}-fields", f"alias/{prefix}-seals"}
        for page in self.client("kms").get_paginator("list_aliases").paginate():
            for alias in page["Aliases"]:
                if alias["AliasName"] in wanted:
                    yield f"key {alias['AliasName']}"

    def _secrets(self, prefix: str) -> Iterator[str]:
        name = f"{prefix}-operators"
        secrets = self.client("secretsmanager")
        if _or_none(secrets.describe_secret, SecretId=name):
            yield f"secret {name}"


def _or_none(ask: Callable[..., Any], **about: str) -> Any:
    """Return an answer, or None if the service does not know the name that was asked for."""
    try:
        return ask(**about)
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return None
        raise
