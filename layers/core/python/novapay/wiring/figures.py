"""Puts CloudWatch together; apart from the rest, so that only the figures pay for the client."""

from functools import cache

from novapay.aws import connect
from novapay.domain.ports import Figures
from novapay.providers.figures import CloudWatchFigures
from novapay.wiring import settings


@cache
def figures() -> Figures:
    """Return where the figures of this deployment are read."""
    return CloudWatchFigures(connect("cloudwatch"), settings().stage)
