"""What a function reads from its environment variables, once, when it first needs it.

A variable that is not set raises KeyError, and a number that is not one ValueError: then the
deployment is wrong, and nothing can run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Settings:
    """A deployment's settings.

    Attributes:
        stage: the deployment's name: local, dev, prod.
        table_prefix: what the tables' names begin with, `novapay-<stage>`.
    """

    stage: str
    table_prefix: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings of an environment."""
        return cls(stage=environment["NOVAPAY_STAGE"], table_prefix=environment["TABLE_PREFIX"])


@dataclass(frozen=True, slots=True)
class FxSettings:
    """Where exchange rates come from.

    Attributes:
        provider: `http` for ECB reference rates, `fixed` for the local table.
        base_url: of the HTTP provider.
        timeout_s: the most seconds for connecting, and for each read, in each attempt.
        retries: further attempts after a failed one.
        breaker_failures: how many failures in a row open the circuit: no request is sent then.
        breaker_reset_s: seconds after which one request is sent again, to see whether to close it.
        is_simulated: whether the provider can be switched off by a call.
        spread_bps: what a quote keeps of each rate, in hundredths of a percent.
    """

    provider: str
    base_url: str
    timeout_s: float
    retries: int
    breaker_failures: int
    breaker_reset_s: float
    is_simulated: bool
    spread_bps: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings of an environment."""
        return cls(
            provider=environment["FX_PROVIDER"],
            base_url=environment["FX_BASE_URL"],
            timeout_s=float(environment["FX_TIMEOUT_S"]),
            retries=int(environment["FX_RETRIES"]),
            breaker_failures=int(environment["FX_BREAKER_FAILURES"]),
            breaker_reset_s=float(environment["FX_BREAKER_RESET_S"]),
            is_simulated=environment["FX_SIMULATION"] == "on",
            spread_bps=int(environment["FX_SPREAD_BPS"]),
        )


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Whose tokens say who is calling.

    Attributes:
        issuer: the OpenID Connect issuer's address, as its tokens name it.
        audience: what tokens for this deployment are for.
        user_claim: the claim that holds the user's id.
    """

    issuer: str
    audience: str
    user_claim: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings of an environment."""
        return cls(
            issuer=environment["TOKEN_ISSUER"],
            audience=environment["TOKEN_AUDIENCE"],
            user_claim=environment["TOKEN_USER_CLAIM"],
        )


def field_key_arn_of(environment: Mapping[str, str]) -> str:
    """Return the ARN of the KMS key that encrypts fields."""
    return environment["FIELD_KEY_ARN"]


def account_number_readers_of(environment: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the callers without a token that may read every account number."""
    return frozenset(filter(None, environment["ACCOUNT_NUMBER_READERS"].split(",")))


def wallets_per_user_of(environment: Mapping[str, str]) -> int:
    """Return how many wallets a user may have."""
    return int(environment["WALLETS_PER_USER"])


def state_machine_arn_of(environment: Mapping[str, str]) -> str:
    """Return the ARN of the state machine that runs payroll jobs."""
    return environment["PAYROLL_STATE_MACHINE_ARN"]


def operators_secret_of(environment: Mapping[str, str]) -> str:
    """Return the name of the secret that holds the operators."""
    return environment["OPERATORS_SECRET"]


def seal_key_arn_of(environment: Mapping[str, str]) -> str:
    """Return the ARN of the KMS key that seals payroll jobs."""
    return environment["SEAL_KEY_ARN"]
