"""The errors of KMS: which of them pass by themselves, and the one that does not."""

PASSING_FAULTS = frozenset(
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
