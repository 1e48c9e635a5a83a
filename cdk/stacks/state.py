"""What must never be lost: the tables and the keys that encrypt them.

A stack of its own, because code is deployed every day and this is not.
"""

from aws_cdk import SecretValue, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.deployment import Deployment
from cdk.endpoints import Table

STRING = dynamodb.AttributeType.STRING
NO_OPERATORS = '{"operators": []}'
"""The form of the secret; it holds hashes of tokens, never a token."""

NUMBER = dynamodb.AttributeType.NUMBER


class StateStack(Stack):
    """The tables by name, their key, and the key of single fields in them."""

    def __init__(self, scope: Construct, construct_id: str, deployment: Deployment) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"NovaPay ({deployment.stage}): tables and their keys",
            termination_protection=deployment.keeps_data,
        )
        self._deployment = deployment
        self.key = kms.Key(
            self,
            "Key",
            alias=deployment.prefix,
            description=f"Encrypts the tables of {deployment.prefix}",
            enable_key_rotation=True,
            removal_policy=deployment.removal_policy,
        )
        # Alarms are sent through a topic under this key: those of this account alone.
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsToTopic",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        # A key of its own: whoever reads the tables cannot read what is encrypted in them.
        self.field_key = kms.Key(
            self,
            "FieldKey",
            alias=f"{deployment.prefix}-fields",
            description=f"Encrypts the account numbers of {deployment.prefix}",
            enable_key_rotation=True,
            removal_policy=deployment.removal_policy,
        )
        # Whoever writes to the tables cannot make a payroll job: its seal is made with this key.
        self.seal_key = kms.Key(
            self,
            "SealKey",
            alias=f"{deployment.prefix}-seals",
            description=f"Seals the payroll jobs of {deployment.prefix}",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=deployment.removal_policy,
        )
        self.tables = {
            Table.WALLETS: self._table(Table.WALLETS, "walletId"),
            Table.LEDGER: self._table(
                Table.LEDGER, "walletId", sort=dynamodb.Attribute(name="sequence", type=NUMBER)
            ),
            Table.TRANSFERS: self._table(Table.TRANSFERS, "transactionId"),
            Table.IDEMPOTENCY: self._table(Table.IDEMPOTENCY, "scopeKey", ttl="expiresAt"),
            Table.QUOTES: self._table(Table.QUOTES, "quoteId"),
            Table.PAYROLL: self._table(
                Table.PAYROLL, "jobId", sort=dynamodb.Attribute(name="part", type=STRING)
            ),
            Table.AUDIT: self._table(
                Table.AUDIT, "logName", sort=dynamodb.Attribute(name="sequence", type=NUMBER)
            ),
            Table.ANCHORS: self._table(Table.ANCHORS, "logName"),
            Table.USERS: self._table(Table.USERS, "userId"),
        }
        # Only keys are in an index: a change of balance or progress then never writes it.
        self._index(Table.WALLETS, "byUser", partition="userId", sort="createdAt")
        self._index(Table.PAYROLL, "byEmployer", partition="employerId", sort="createdAt")
        self._index(Table.PAYROLL, "open", partition="openJobs", sort="createdAt")
        self._index(Table.PAYROLL, "all", partition="allJobs", sort="createdAt")
        self.operators = self._operators()

    def _operators(self) -> secretsmanager.Secret:
        """Return the secret of the operators: nobody, until someone is written into it."""
        operators = secretsmanager.Secret(
            self,
            "Operators",
            secret_name=f"{self._deployment.prefix}-operators",
            description="Names and token hashes of those who may use the admin endpoints",
            encryption_key=self.key,
            secret_string_value=SecretValue.unsafe_plain_text(NO_OPERATORS),
            removal_policy=self._deployment.removal_policy,
        )
        acknowledge(
            operators,
            "SMG4",
            "It holds hashes of tokens that people made themselves: nothing could rotate them.",
        )
        return operators

    def _index(self, table: Table, name: str, *, partition: str, sort: str) -> None:
        self.tables[table].add_global_secondary_index(
            index_name=name,
            partition_key=dynamodb.Attribute(name=partition, type=STRING),
            sort_key=dynamodb.Attribute(name=sort, type=STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )

    def _table(
        self,
        table: Table,
        partition: str,
        *,
        sort: dynamodb.Attribute | None = None,
        ttl: str | None = None,
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            table.title(),
            table_name=f"{self._deployment.prefix}-{table}",
            partition_key=dynamodb.Attribute(name=partition, type=STRING),
            sort_key=sort,
            time_to_live_attribute=ttl,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self._deployment.keeps_data,
            removal_policy=self._deployment.removal_policy,
        )
