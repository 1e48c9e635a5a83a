"""One handler module as a Lambda function, with exactly the permissions of its line of data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.constructs.log_group import kept_log_group
from cdk.constructs.rollout import Canary
from cdk.constructs.snap_start import start_from_snapshot
from cdk.deployment import Deployment
from cdk.endpoints import Access, Endpoint, Need, Task
from cdk.packaging import FunctionPackages
from novapay.schema import METRICS_NAMESPACE, Table

RUNTIME = lambda_.Runtime.PYTHON_3_14
TIMEOUT_S = 28
"""Seconds a function may run: one less than API Gateway waits, so that its own error arrives."""

FIELD_KEY_ACTIONS: Mapping[Need, str] = {
    "encrypt_fields": "kms:GenerateDataKey",
    "decrypt_fields": "kms:Decrypt",
}
SEAL_KEY_ACTIONS: Mapping[Need, str] = {
    "seal_payroll": "kms:GenerateMac",
    "check_seals": "kms:VerifyMac",
}
READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan"})
KMS_FOR_READS = ("kms:Decrypt", "kms:DescribeKey")
KMS_FOR_WRITES = (
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


@dataclass(frozen=True, slots=True)
class Foundation:
    """The resources that all functions of a stage share."""

    deployment: Deployment
    key: kms.IKey
    field_key: kms.IKey
    seal_key: kms.IKey
    layers: Sequence[lambda_.ILayerVersion]
    packages: FunctionPackages
    canary: Canary | None


class HandlerFunction(Construct):
    """A function with its own log group and its own role; callers invoke `live`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        spec: Endpoint | Task,
        foundation: Foundation,
        timeout_s: int = TIMEOUT_S,
    ) -> None:
        super().__init__(scope, construct_id)
        deployment = foundation.deployment
        module = spec.module
        publishes = deployment.target.publishes_versions
        name = f"{deployment.prefix}-{module.rpartition('/')[2]}"
        log_group = kept_log_group(self, "Logs", f"/aws/lambda/{name}", deployment)
        function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            handler=f"functions.{module.replace('/', '.')}.handler",
            code=lambda_.Code.from_asset(str(foundation.packages.zip_of(module))),
            layers=list(foundation.layers),
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=spec.memory_mib,
            timeout=Duration.seconds(timeout_s),
            environment=_environment(spec, foundation),
            # Immutable, so that the CDK does not extend the permissions of the role below.
            role=self._role(log_group, spec, foundation).without_policy_updates(),
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=deployment.reserved.get(spec.name),
        )
        if publishes and deployment.snap_start:
            start_from_snapshot(function, module)
        self.live: lambda_.IFunction = function
        if publishes:
            version = function.current_version
            alias = lambda_.Alias(self, "Live", alias_name="live", version=version)
            if foundation.canary is not None:
                foundation.canary.watch(self, alias, deployment, spec.service)
            self.live = alias

    def _role(
        self, log_group: logs.ILogGroup, spec: Endpoint | Task, foundation: Foundation
    ) -> iam.Role:
        policy = iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    sid="Logs",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[log_group.log_group_arn],
                ),
                iam.PolicyStatement(
                    sid="Traces",
                    actions=["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
                    resources=["*"],
                ),
                *_table_statements(spec.access, foundation),
                *_payroll_statements(spec, foundation.deployment),
                *_operators_statements(spec, foundation),
                *_figures_statements(spec),
                *_field_key_statements(spec, foundation),
                *_seal_key_statements(spec, foundation),
            ]
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Function": policy},
        )
        _acknowledge_wildcards(role, spec, foundation.deployment)
        return role


def _environment(spec: Endpoint | Task, foundation: Foundation) -> dict[str, str]:
    deployment = foundation.deployment
    environment = {
        "NOVAPAY_STAGE": deployment.stage,
        "TABLE_PREFIX": deployment.table_prefix,
        "POWERTOOLS_SERVICE_NAME": spec.service,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    if "rates" in spec.needs:
        environment |= {
            "FX_PROVIDER": deployment.fx_provider,
            "FX_BASE_URL": deployment.fx_base_url,
            "FX_TIMEOUT_S": "2",
            "FX_RETRIES": "1",
            "FX_BREAKER_FAILURES": "5",
            "FX_BREAKER_RESET_S": "10",
            "FX_SIMULATION": "on" if deployment.simulates else "off",
            "FX_SPREAD_BPS": str(deployment.fx_spread_bps),
        }
    if "start_payroll" in spec.needs:
        environment["PAYROLL_STATE_MACHINE_ARN"] = _payroll_arn(deployment, "stateMachine")
    if "tokens" in spec.needs and deployment.tokens is not None:
        environment |= {
            "TOKEN_ISSUER": deployment.tokens.issuer,
            "TOKEN_AUDIENCE": deployment.tokens.audience,
            "TOKEN_USER_CLAIM": deployment.tokens.user_claim,
        }
    if "operators" in spec.needs:
        environment["OPERATORS_SECRET"] = f"{deployment.prefix}-operators"
    if "account_number_readers" in spec.needs:
        environment["ACCOUNT_NUMBER_READERS"] = ",".join(deployment.account_number_readers)
    if "wallet_limit" in spec.needs:
        environment["WALLETS_PER_USER"] = str(deployment.wallets_per_user)
    if FIELD_KEY_ACTIONS.keys() & set(spec.needs):
        environment["FIELD_KEY_ARN"] = foundation.field_key.key_arn
    if SEAL_KEY_ACTIONS.keys() & set(spec.needs):
        environment["SEAL_KEY_ARN"] = foundation.seal_key.key_arn
    return environment


def _operators_statements(
    spec: Endpoint | Task, foundation: Foundation
) -> list[iam.PolicyStatement]:
    if "operators" not in spec.needs:
        return []
    name = f"{foundation.deployment.prefix}-operators"
    service = f"secretsmanager.{Aws.REGION}.amazonaws.com"
    return [
        iam.PolicyStatement(
            sid="Operators",
            actions=["secretsmanager:GetSecretValue"],
            # Its name, as the function gives it, and the six characters that AWS appends.
            resources=[
                f"arn:{Aws.PARTITION}:secretsmanager:{Aws.REGION}:{Aws.ACCOUNT_ID}:secret:"
                f"{name}-??????"
            ],
        ),
        iam.PolicyStatement(
            sid="OperatorsKey",
            actions=["kms:Decrypt"],
            resources=[foundation.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": service}},
        ),
    ]


def _figures_statements(spec: Endpoint | Task) -> list[iam.PolicyStatement]:
    if "figures" not in spec.needs:
        return []
    # CloudWatch cannot restrict these actions by namespace either.
    return [
        iam.PolicyStatement(
            sid="Figures",
            actions=["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"],
            resources=["*"],
        )
    ]


def _field_key_statements(
    spec: Endpoint | Task, foundation: Foundation
) -> list[iam.PolicyStatement]:
    """Return the permissions on the key for account numbers, only with a wallet and its owner."""
    actions = [action for need, action in FIELD_KEY_ACTIONS.items() if need in spec.needs]
    if not actions:
        return []
    bound_to = ("kms:EncryptionContext:userId", "kms:EncryptionContext:walletId")
    return [
        iam.PolicyStatement(
            sid="FieldKey",
            actions=actions,
            resources=[foundation.field_key.key_arn],
            conditions={
                "StringEquals": {"kms:EncryptionContext:field": "accountNumber"},
                "Null": dict.fromkeys(bound_to, "false"),
            },
        )
    ]


def _seal_key_statements(
    spec: Endpoint | Task, foundation: Foundation
) -> list[iam.PolicyStatement]:
    """Return the permissions on the key for seals; no function may both make and check one."""
    actions = [action for need, action in SEAL_KEY_ACTIONS.items() if need in spec.needs]
    if not actions:
        return []
    return [
        iam.PolicyStatement(sid="SealKey", actions=actions, resources=[foundation.seal_key.key_arn])
    ]


def _payroll_arn(deployment: Deployment, kind: str) -> str:
    """Return the ARN of payroll's state machine or executions.

    It is built from the name, because the state machine's stack depends on functions itself.
    """
    where = f"{Aws.REGION}:{Aws.ACCOUNT_ID}"
    return f"arn:{Aws.PARTITION}:states:{where}:{kind}:{deployment.payroll_machine_name}"


def _payroll_statements(spec: Endpoint | Task, deployment: Deployment) -> list[iam.PolicyStatement]:
    statements = []
    if "start_payroll" in spec.needs:
        statements.append(
            iam.PolicyStatement(
                sid="StartPayroll",
                actions=["states:StartExecution"],
                resources=[_payroll_arn(deployment, "stateMachine")],
            )
        )
    if "watch_payroll" in spec.needs:
        statements.append(
            iam.PolicyStatement(
                sid="WatchPayroll",
                actions=["states:DescribeExecution"],
                resources=[f"{_payroll_arn(deployment, 'execution')}:*"],
            )
        )
    return statements


def _acknowledge_wildcards(role: iam.Role, spec: Endpoint | Task, deployment: Deployment) -> None:
    """Record why the wildcards cannot be narrower; a test compares each role with its actions."""
    acknowledge(
        role,
        "IAM5[Resource::*]",
        "Neither X-Ray nor CloudWatch's GetMetricData can be limited to a resource."
        if "figures" in spec.needs
        else "X-Ray's actions cannot be limited to a resource.",
    )
    if "watch_payroll" in spec.needs:
        executions = f"execution:{deployment.payroll_machine_name}:*"
        acknowledge(
            role,
            "IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:"
            f"{executions}]",
            "An execution has the name of its job, so every execution of this machine is needed.",
        )


def _table_statements(
    access: Sequence[Access], foundation: Foundation
) -> list[iam.PolicyStatement]:
    """Return a statement for each table or index, and one for the key that encrypts them."""
    statements = [
        iam.PolicyStatement(
            actions=[f"dynamodb:{action}" for action in granted.actions],
            resources=[_table_arn(foundation.deployment, granted.table, granted.index)],
        )
        for granted in access
    ]
    if access:
        writes = any(set(granted.actions) - READS for granted in access)
        key = iam.PolicyStatement(
            sid="TableKey",
            actions=[*KMS_FOR_READS, *(KMS_FOR_WRITES if writes else ())],
            resources=[foundation.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": f"dynamodb.{Aws.REGION}.amazonaws.com"}},
        )
        statements.append(key)
    return statements


def _table_arn(deployment: Deployment, table: Table, index: str | None) -> str:
    """Return the ARN of a table or of one of its indexes.

    It is built from the name. An export of the state stack could not change while it is in use, so
    a table could never be replaced, and the functions could not be pointed at a restored one.
    """
    name = deployment.table_name(table)
    arn = f"arn:{Aws.PARTITION}:dynamodb:{Aws.REGION}:{Aws.ACCOUNT_ID}:table/{name}"
    return f"{arn}/index/{index}" if index else arn
