"""Records why the app departs from a rule of cdk-nag's AwsSolutions, where it does so."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept the violation of a rule by a construct and by everything below it.

    Args:
        construct: the construct that violates the rule.
        rule: its short name, such as `APIG2`, with the finding if the rule has several.
        reason: why the violation is right here, in one sentence.
    """
    # With the name of the pack, the CDK accepts it and adds it, with the reason, to its report.
    acknowledged = Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    Validations.of(construct).acknowledge(acknowledged)
