"""Where the app departs from a rule of cdk-nag's AwsSolutions, and why: said at the very place."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Let a rule pass for a construct and what is below it.

    Args:
        construct: where the rule would be violated.
        rule: its short name, as in `APIG2`, with the finding where it has several.
        reason: why that is right here, in one sentence.
    """
    # Under the pack's name it is CDK that lets it pass, and keeps it with the reason in its report.
    acknowledged = Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    Validations.of(construct).acknowledge(acknowledged)
