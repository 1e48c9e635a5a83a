"""Puts the parts together, once, when a function is first called."""

import os
from functools import cache

from novapay import clock, ids, observability
from novapay.aws import connect
from novapay.observability import EmfMeter
from novapay.settings import Settings
from novapay.store.client import SERVICE, Database
from novapay.store.commit import Committer
from novapay.store.resources import Resources


@cache
def settings() -> Settings:
    """Return what the environment says."""
    return Settings.of(os.environ)


@cache
def resources() -> Resources:
    """Return what every use case of this deployment works with, connected."""
    observability.name_stage(settings().stage)
    meter = EmfMeter()
    database = Database(connect(SERVICE), settings().table_prefix, meter, clock.now)
    return Resources(
        database=database,
        committer=Committer(database),
        meter=meter,
        now=clock.now,
        new_id=ids.new_id,
        new_salt=ids.new_salt,
    )
