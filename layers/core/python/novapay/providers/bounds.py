"""How long a call of AWS may take, beside DynamoDB: botocore itself would wait for a minute."""

from botocore.config import Config

CONNECT_TIMEOUT_S = 1
READ_TIMEOUT_S = 5
ATTEMPTS_MAX = 2

BOUNDED = Config(
    connect_timeout=CONNECT_TIMEOUT_S,
    read_timeout=READ_TIMEOUT_S,
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
)
"""What every client is made with: all its attempts end while the function still runs."""
