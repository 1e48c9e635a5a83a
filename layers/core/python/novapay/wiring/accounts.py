"""What opening wallets is told by the environment; apart from the rest, which is not told it."""

import os
from functools import cache

from novapay.settings import wallets_per_user_of


@cache
def wallets_per_user() -> int:
    """Return how many wallets a user may have in this deployment."""
    return wallets_per_user_of(os.environ)
