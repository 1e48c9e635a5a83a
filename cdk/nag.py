"""cdk-nag's AwsSolutions rules: the synthesis fails if a template violates one of them.

They are in a module of their own because loading and running them takes seconds, which the local
stage saves; the tests of the infrastructure check the local templates.
"""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks


def add_rules(app: App) -> None:
    """Check every resource of `app` when it is synthesized."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
