"""Tells when a key of NovaPay is disabled, or is to be deleted."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.constructs.acknowledged import acknowledge
from cdk.deployment import Deployment

KEY_EVENTS_KEPT_D = 14


def watch_keys(scope: Construct, deployment: Deployment, keys: Sequence[kms.IKey]) -> sqs.Queue:
    """Return the queue that gets a message when a key is disabled or is to be deleted.

    No metric shows this before the first call fails. The message is CloudTrail's record, which
    names the caller; so the account needs a trail that records management events.
    """
    queue = sqs.Queue(
        scope,
        "KeyEvents",
        queue_name=f"{deployment.prefix}-key-events",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(KEY_EVENTS_KEPT_D),
    )
    acknowledge(queue, "SQS3", "Nothing processes its messages: an operator reads them.")
    events.Rule(
        scope,
        "KeyInDanger",
        description="A key of NovaPay was disabled or is to be deleted",
        event_pattern=events.EventPattern(
            source=["aws.kms"],
            detail_type=["AWS API Call via CloudTrail"],
            detail={
                "eventName": ["DisableKey", "ScheduleKeyDeletion"],
                "resources": {"ARN": [key.key_arn for key in keys]},
            },
        ),
        targets=[targets.SqsQueue(queue)],
    )
    return queue
