"""cdk-nag's AwsSolutions rules: a synth whose templates violate one of them fails.

Apart from the app, because loading and running them costs the local stage seconds that it does not
have; the tests of the infrastructure hold the local templates against them all the same.
"""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks


def add_rules(app: App) -> None:
    """Have every resource of `app` checked when it is synthesized."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
