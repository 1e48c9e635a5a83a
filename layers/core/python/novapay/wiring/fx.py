"""Puts the rate provider together; apart from the rest, so that only quotes pay its import."""

import os
from functools import cache

from novapay import wiring
from novapay.domain.ports import RateProvider
from novapay.providers.fx_rates import FixedRates, FrankfurterRates, SimulatedOutage
from novapay.settings import FxSettings
from novapay.store.tables import quotes


@cache
def rate_provider() -> RateProvider:
    """Return the provider that this deployment asks.

    Raises:
        ValueError: the settings name a provider that there is not.
    """
    settings = FxSettings.of(os.environ)
    provider = _provider(settings)
    if not settings.is_simulated:
        return provider
    database = wiring.resources().database
    return SimulatedOutage(provider, lambda: quotes.is_provider_down(database))


def spread_bps() -> int:
    """Return what this deployment keeps of each rate, in hundredths of a percent."""
    return FxSettings.of(os.environ).spread_bps


def _provider(settings: FxSettings) -> RateProvider:
    match settings.provider:
        case "fixed":
            return FixedRates()
        case "http":
            return FrankfurterRates(
                settings.base_url,
                timeout_s=settings.timeout_s,
                retries=settings.retries,
                breaker_failures=settings.breaker_failures,
                breaker_reset_s=settings.breaker_reset_s,
            )
        case unknown:
            raise ValueError(f"FX_PROVIDER is {unknown!r}, not fixed or http")
