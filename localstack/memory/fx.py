"""The rate provider's settings as on a laptop: a fixed table that can be switched off."""

FX_ENVIRONMENT = {
    "FX_PROVIDER": "fixed",
    "FX_BASE_URL": "",
    "FX_TIMEOUT_S": "1",
    "FX_RETRIES": "0",
    "FX_BREAKER_FAILURES": "1",
    "FX_BREAKER_RESET_S": "1",
    "FX_SIMULATION": "on",
    "FX_SPREAD_BPS": "0",
}
