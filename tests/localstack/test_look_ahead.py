"""What `make deploy` finds out before it starts: faults that CloudFormation would find too late."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localstack.common.failure import LocalFailure
from localstack.deploy.look_ahead import UNRESERVED_MIN, look_ahead, parse_context
from novapay.schema import TABLES

PREFIX = "novapay-prod"
RESERVED = 100 + 1 + 1 + 20
"""Lanes, recovery, the end of holds and the authorizer of operators, unless the deployment says
otherwise."""


class Account:
    """An AWS account: its stacks, its quota, and what has a name in it."""

    def __init__(self) -> None:
        self.stacks: dict[str, str] = {}
        self.protected: set[str] = set()
        self.executions = 1_000
        self.reserved: dict[str, int] = {}
        self.tables: set[str] = set()
        self.aliases: set[str] = set()
        self.secrets: set[str] = set()
        self.used = "novapay-prod"
        self.lacking: dict[str, str] = {}
        self.asked: list[str] = []

    def client(self, service: str) -> Any:
        self.asked.append(service)
        return SimpleNamespace(
            describe_stacks=self._describe_stacks,
            update_termination_protection=self._update_protection,
            get_account_settings=self._settings,
            get_function_concurrency=self._concurrency,
            describe_table=self._describe_table,
            describe_continuous_backups=self._describe_backups,
            describe_time_to_live=self._describe_expiry,
            get_function_configuration=self._configuration,
            describe_secret=lambda SecretId: self._known(SecretId, self.secrets),  # noqa: N803
            get_paginator=lambda _name: SimpleNamespace(paginate=self._pages_of_aliases),
        )

    def _describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName not in self.stacks:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        return {"Stacks": [{"StackName": StackName, "StackStatus": self.stacks[StackName]}]}

    def _update_protection(
        self,
        StackName: str,  # noqa: N803
        EnableTerminationProtection: bool,  # noqa: N803
    ) -> None:
        assert not EnableTerminationProtection
        self.protected.remove(StackName)

    def _settings(self) -> dict[str, Any]:
        left = self.executions - sum(self.reserved.values())
        return {
            "AccountLimit": {
                "ConcurrentExecutions": self.executions,
                "UnreservedConcurrentExecutions": left,
            }
        }

    def _concurrency(self, FunctionName: str) -> dict[str, int]:  # noqa: N803
        if FunctionName not in self.reserved:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetFunction")
        return {"ReservedConcurrentExecutions": self.reserved[FunctionName]}

    def _describe_table(self, TableName: str) -> dict[str, Any]:  # noqa: N803
        self._known(TableName, self.tables)
        return {"Table": {"DeletionProtectionEnabled": self.lacking.get(TableName) != "protection"}}

    def _describe_backups(self, TableName: str) -> dict[str, Any]:  # noqa: N803
        status = "DISABLED" if self.lacking.get(TableName) == "recovery" else "ENABLED"
        description = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": status}}
        return {"ContinuousBackupsDescription": description}

    def _describe_expiry(self, TableName: str) -> dict[str, Any]:  # noqa: N803
        is_lacking = self.lacking.get(TableName) == "expiry"
        return {"TimeToLiveDescription": {} if is_lacking else {"AttributeName": "expiresAt"}}

    def _configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "novapay-prod-health"
        return {"Environment": {"Variables": {"TABLE_PREFIX": self.used}}}

    def _known(self, name: str, names: set[str]) -> dict[str, str]:
        if name not in names:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "Describe")
        return {"Name": name}

    def _pages_of_aliases(self) -> Iterator[dict[str, Any]]:
        yield {"Aliases": [{"AliasName": "alias/aws/dynamodb"}]}
        yield {"Aliases": [{"AliasName": name} for name in sorted(self.aliases)]}


def look(account: Account, *context: str) -> str:
    """Look ahead to a deployment of stage prod; return the last words."""
    said: list[str] = []
    deployment = parse_context("prod", context or ("auth=iam", "waf=off"))
    look_ahead(account, deployment, said.append)  # type: ignore[arg-type]  # no boto3.Session
    return said[-1]


def test_a_first_deployment_into_an_empty_account_is_ready() -> None:
    assert look(Account()) == "ready"


def test_an_upgrade_does_not_look_for_names_that_are_its_own() -> None:
    account = Account()
    account.stacks = {f"{PREFIX}-state": "UPDATE_COMPLETE"}
    account.tables = {f"{PREFIX}-wallets"}

    assert look(account) == "ready"
    assert "dynamodb" not in account.asked


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_never_came_up_is_no_longer_protected(state: str) -> None:
    account = Account()
    account.stacks = {f"{PREFIX}-state": "CREATE_COMPLETE", f"{PREFIX}-api": state}
    account.protected = set(account.stacks)

    assert look(account) == f"ready; {PREFIX}-api is replaced"

    assert account.protected == {f"{PREFIX}-state"}


@pytest.mark.parametrize(
    "state", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"]
)
def test_a_stack_that_holds_something_stays_protected(state: str) -> None:
    account = Account()
    account.stacks = {f"{PREFIX}-{name}": state for name in ("state", "api")}
    account.protected = set(account.stacks)

    look(account)

    assert account.protected == set(account.stacks)


@pytest.mark.parametrize(
    ("executions", "is_enough"), [(RESERVED + 99, False), (RESERVED + 100, True)]
)
def test_aws_keeps_a_hundred_executions_of_the_account(executions: int, is_enough: bool) -> None:
    account = Account()
    account.executions = executions

    if is_enough:
        assert look(account) == "ready"
    else:
        with pytest.raises(LocalFailure, match=f"leave {UNRESERVED_MIN - 1}") as refused:
            look(account)
        assert "payrollConcurrency=0" in refused.value.remedy


def test_what_is_reserved_already_is_not_counted_twice() -> None:
    account = Account()
    account.stacks = {f"{PREFIX}-state": "UPDATE_COMPLETE"}
    account.reserved = {
        f"{PREFIX}-{name}": executions
        for name, executions in {
            "pay_lane": 100,
            "recover": 1,
            "expire_holds": 1,
            "authorize_operator": 20,
        }.items()
    }
    account.executions = RESERVED + UNRESERVED_MIN

    assert look(account) == "ready"


def test_tokens_have_executions_of_their_own() -> None:
    account = Account()
    account.executions = RESERVED + UNRESERVED_MIN
    tokens = ("auth=jwt", "waf=off", "issuer=https://id.example.com", "audience=payments")

    with pytest.raises(LocalFailure, match="leave 0"):
        look(account, *tokens)


def test_who_reserves_nothing_needs_no_quota() -> None:
    account = Account()
    account.executions = 10

    assert look(account, "auth=iam", "waf=off", "payrollConcurrency=0") == "ready"
    assert "lambda" not in account.asked


@pytest.mark.parametrize(
    "left",
    [
        {"tables": {f"{PREFIX}-wallets"}},
        {"aliases": {f"alias/{PREFIX}-fields"}},
        {"secrets": {f"{PREFIX}-operators"}},
    ],
    ids=["table", "key", "secret"],
)
@pytest.mark.parametrize("state", [None, "ROLLBACK_COMPLETE"])
def test_a_first_deployment_does_not_run_into_what_a_teardown_left(
    left: dict[str, set[str]], state: str | None
) -> None:
    account = Account()
    vars(account).update(left)
    if state:
        account.stacks = {f"{PREFIX}-state": state}
        account.protected = set(account.stacks)

    with pytest.raises(LocalFailure, match="1 resources with its names exist") as refused:
        look(account)

    [names] = left.values()
    assert next(iter(names)) in refused.value.evidence


def test_names_of_another_stage_are_in_nobodys_way() -> None:
    account = Account()
    account.tables = {"novapay-staging-wallets"}
    account.aliases = {"alias/novapay-staging"}

    assert look(account) == "ready"


RESTORED = ("auth=iam", "waf=off", "tables=restored-")


def restored() -> Account:
    """Return an account whose stage is up, with tables from a restore that are ready."""
    account = Account()
    account.stacks = {f"{PREFIX}-state": "UPDATE_COMPLETE"}
    account.tables = {f"{PREFIX}-restored-{table}" for table in TABLES}
    return account


def test_functions_are_pointed_at_restored_tables_that_are_ready() -> None:
    assert look(restored(), *RESTORED) == "ready"


def test_functions_are_not_pointed_at_tables_that_are_not_there() -> None:
    account = restored()
    account.tables.remove(f"{PREFIX}-restored-users")

    with pytest.raises(LocalFailure, match="not ready for traffic") as refused:
        look(account, *RESTORED)
    assert refused.value.evidence == "novapay-prod-restored-users is missing"


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("protection", "novapay-prod-restored-idempotency has no deletion protection"),
        ("recovery", "novapay-prod-restored-idempotency has no point-in-time recovery"),
        ("expiry", "the items of novapay-prod-restored-idempotency do not expire"),
    ],
)
def test_restored_tables_need_what_a_restore_leaves_out(lacking: str, said: str) -> None:
    account = restored()
    account.lacking = {f"{PREFIX}-restored-idempotency": lacking}

    with pytest.raises(LocalFailure) as refused:
        look(account, *RESTORED)
    assert refused.value.evidence == said


def test_a_later_deployment_does_not_put_the_functions_back_on_the_old_tables() -> None:
    account = restored()
    account.used = f"{PREFIX}-restored"

    with pytest.raises(LocalFailure, match="from before the restore") as refused:
        look(account)
    assert "Add tables=restored to CONTEXT" in refused.value.remedy
    assert look(account, *RESTORED) == "ready"


def test_an_account_that_may_not_be_read_is_said_plainly() -> None:
    account = Account()

    def denied(**_asked: str) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks")

    account._describe_stacks = denied  # type: ignore[method-assign,assignment]

    with pytest.raises(LocalFailure, match="could not be checked") as refused:
        look(account)
    assert "npx cdk deploy" in refused.value.remedy


@pytest.mark.parametrize("word", ["auth", "=iam=", "-c"])
def test_a_context_that_is_no_pair_is_refused(word: str) -> None:
    with pytest.raises(LocalFailure):
        parse_context("prod", [word])


def test_what_the_app_refuses_is_refused_before_it_is_synthesized() -> None:
    with pytest.raises(LocalFailure, match="Refused: auth=open is for stage=local only"):
        parse_context("prod", ["auth=open", "waf=off"])
