"""AWS's list prices, as far as NovaPay's costs are computed from them."""

from dataclasses import dataclass

REGION = "us-east-1"
AS_OF = "November 2026"
PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """A list price in US dollars, what it is charged for, and the page that states it."""

    name: str
    dollars: float
    page: str


WRITE_UNIT = Price("a million DynamoDB write units, on demand", 0.625, "dynamodb/pricing/on-demand")
READ_UNIT = Price("a million DynamoDB read units, on demand", 0.125, "dynamodb/pricing/on-demand")
GB_SECOND = Price("a million Lambda GB-seconds, arm64", 13.3334, "lambda/pricing")
INVOCATION = Price("a million Lambda requests", 0.20, "lambda/pricing")
REQUEST = Price("a million API Gateway REST requests", 3.50, "api-gateway/pricing")
TRANSITION = Price("a million Step Functions transitions", 25.0, "step-functions/pricing")
KMS_CALL = Price("a million calls of KMS", 3.0, "kms/pricing")
LOG_GB = Price("a GB of logs, ingested", 0.50, "cloudwatch/pricing")
SNAPSHOT_GB_SECOND = Price("a million GB-seconds of SnapStart's cache", 1.5046, "lambda/pricing")
KEY_MONTH = Price("a KMS key, a month", 1.0, "kms/pricing")
SECRET_MONTH = Price("a secret, a month", 0.40, "secrets-manager/pricing")
ALARM_METRIC_MONTH = Price("a metric that an alarm watches, a month", 0.10, "cloudwatch/pricing")
METRIC_MONTH = Price("a custom metric, a month", 0.30, "cloudwatch/pricing")
DASHBOARD_MONTH = Price("a dashboard, a month", 3.0, "cloudwatch/pricing")
WAF_MONTH = Price("a firewall, a month", 5.0, "waf/pricing")
WAF_RULE_MONTH = Price("a rule or group of rules of a firewall, a month", 1.0, "waf/pricing")
PRICES = (
    *(WRITE_UNIT, READ_UNIT, GB_SECOND, INVOCATION, REQUEST, TRANSITION, KMS_CALL, LOG_GB),
    *(SNAPSHOT_GB_SECOND, KEY_MONTH, SECRET_MONTH, ALARM_METRIC_MONTH, METRIC_MONTH),
    *(DASHBOARD_MONTH, WAF_MONTH, WAF_RULE_MONTH),
)


def in_dollars(amount: float) -> str:
    """Return an amount as the pages show it."""
    return f"${amount:.2f}" if amount >= 0.005 else "$0"
