"""The errors of KMS: those that are temporary, and ours for all others."""

PASSING_ERRORS = frozenset(
    {
        "DependencyTimeoutException",
        "InternalFailure",
        "KMSInternalException",
        "KeyUnavailableException",
        "LimitExceededException",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)


class KeyRefused(Exception):
    """KMS does not let us use the key: the deployment is wrong, or somebody has switched it off."""
