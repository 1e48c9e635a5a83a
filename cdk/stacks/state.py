"""What must never be lost: the tables, their keys, and the operators' secret.

They have their own stack because code is deployed every day and they are not.
"""

from aws_cdk import SecretValue, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.deployment import Deployment
from novapay.schema import TABLES, KeySchema, Table, TableSchema, table_name

TYPES = {"S": dynamodb.AttributeType.STRING, "N": dynamodb.AttributeType.NUMBER}
NO_OPERATORS = '{"operators": []}'
"""The secret's first value, which shows its form; it holds hashes of tokens, never a token."""


class StateStack(Stack):
    """The tables, their key, the keys for account numbers and seals, and the operators' secret."""

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
        # Alarms go through a topic that this key encrypts; only those of this account may use it.
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsToTopic",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        # A separate key, so that a role that may read the tables cannot read account numbers.
        self.field_key = kms.Key(
            self,
            "FieldKey",
            alias=f"{deployment.prefix}-fields",
            description=f"Encrypts the account numbers of {deployment.prefix}",
            enable_key_rotation=True,
            removal_policy=deployment.removal_policy,
        )
        # A role that may write to the tables cannot create a payroll job, which needs a seal
        # that is made with this key.
        self.seal_key = kms.Key(
            self,
            "SealKey",
            alias=f"{deployment.prefix}-seals",
            description=f"Seals the payroll jobs of {deployment.prefix}",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=deployment.removal_policy,
        )
        for key in (self.key, self.field_key, self.seal_key):
            # A kept key needs its alias: nothing else tells which key was which after a teardown.
            alias = key.node.find_child("Alias").node.default_child
            if isinstance(alias, kms.CfnAlias):
                alias.apply_removal_policy(deployment.removal_policy)
        # These keep their names with `-c tables=…` too: the stack owns the originals, and never the
        # restored tables, which exist before any stack refers to them.
        for table, schema in TABLES.items():
            self._add_table(table, schema)
        self._add_operators()

    def _add_operators(self) -> None:
        """Add the secret of the operators, which is empty after the first deployment."""
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
            "It holds hashes of tokens that the operators create, so AWS cannot rotate them.",
        )

    def _add_table(self, table: Table, schema: TableSchema) -> None:
        partition, sort = _key(schema.key)
        made = dynamodb.Table(
            self,
            table.title(),
            table_name=table_name(self._deployment.prefix, table),
            partition_key=partition,
            sort_key=sort,
            time_to_live_attribute=schema.expires_at,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self._deployment.keeps_data,
            removal_policy=self._deployment.removal_policy,
        )
        for index, key in schema.indexes.items():
            partition, sort = _key(key)
            made.add_global_secondary_index(
                index_name=index.value,
                partition_key=partition,
                sort_key=sort,
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )


def _key(schema: KeySchema) -> tuple[dynamodb.Attribute, dynamodb.Attribute | None]:
    """Return the partition key and the sort key, if there is one, of a table or an index."""
    partition, *sort = (
        dynamodb.Attribute(name=name, type=TYPES[kind]) for name, kind in schema.items()
    )
    return partition, next(iter(sort), None)
