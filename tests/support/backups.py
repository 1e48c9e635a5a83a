"""Every version that each item ever had, so that tables can be set back as a restore would."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from novapay.schema import TABLES, Table, table_name
from novapay.store.client import BATCH_PUTS_MAX

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]


class Place(NamedTuple):
    """Where an item is stored."""

    table: Table
    key: tuple[str, ...]


class Version(NamedTuple):
    """What an item became, after so many commits; None: it was not there."""

    tick: int
    item: Item | None


Pick = Callable[[Place, Sequence[Version]], Item | None]
"""Chooses the version of an item that a restore finds, among those since the floor."""


class Backups:
    """The history of all tables of one prefix.

    Attributes:
        tick: how many commits were recorded.
        floor: the tick from which on versions may be found torn.
    """

    def __init__(self, client: "DynamoDBClient", prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self.tick = 0
        self.floor = 0
        self._versions: dict[Place, list[Version]] = {}
        self.take()

    def take(self) -> None:
        """Record what every item is now."""
        stored = self.stored()
        for place in stored.keys() | self._versions.keys():
            known = self._versions.setdefault(place, [Version(-1, None)])
            if known[-1].item != stored.get(place):
                known.append(Version(self.tick, stored.get(place)))
        self.tick += 1

    def begin(self) -> None:
        """Record everything, and let only what is written from now on be torn."""
        self.take()
        self.floor = self.tick

    def stored(self) -> dict[Place, Item]:
        """Return every item that is stored now."""
        return read_all(self.client, self.prefix)

    def latest(self) -> dict[Place, Item]:
        """Return every item as it was recorded last."""
        latest = {place: versions[-1].item for place, versions in self._versions.items()}
        return {place: item for place, item in latest.items() if item is not None}

    def restore(self, pick: Pick) -> None:
        """Set every item to the version that is picked of it."""
        picked = {place: pick(place, self._since_floor(place)) for place in self._versions}
        found = {place: item for place, item in picked.items() if item is not None}
        write_all(self.client, self.prefix, found)

    def at(self, ticks: Mapping[Table, int]) -> Pick:
        """Return what picks the state of each table after a tick of its own; others are newest."""

        def pick(place: Place, versions: Sequence[Version]) -> Item | None:
            tick = ticks.get(place.table, self.tick)
            return [it for it in versions if it.tick <= tick or it is versions[0]][-1].item

        return pick

    def written_at(self, tick: int) -> list[Place]:
        """Return what one commit wrote."""
        return [
            place
            for place, versions in self._versions.items()
            if any(version.tick == tick for version in versions)
        ]

    def without(self, tick: int, missing: Place) -> Pick:
        """Return what picks the newest versions, but for one item that is as before a commit."""

        def pick(place: Place, versions: Sequence[Version]) -> Item | None:
            if place != missing:
                return versions[-1].item
            return [it for it in versions if it.tick < tick][-1].item

        return pick

    def _since_floor(self, place: Place) -> list[Version]:
        versions = self._versions.get(place, [Version(-1, None)])
        old = [it for it in versions if it.tick < self.floor]
        return [old[-1], *(it for it in versions if it.tick >= self.floor)]


def read_all(client: "DynamoDBClient", prefix: str) -> dict[Place, Item]:
    """Return every item of every table, one table after the other."""
    return {
        _place_of(table, item): item
        for table in TABLES
        for page in client.get_paginator("scan").paginate(
            TableName=table_name(prefix, table), ConsistentRead=True
        )
        for item in page["Items"]
    }


def write_all(client: "DynamoDBClient", prefix: str, items: Mapping[Place, Item]) -> None:
    """Make these the only items of all tables."""
    stored = read_all(client, prefix)
    for place in stored.keys() - items.keys():
        key = {it: stored[place][it] for it in TABLES[place.table].key}
        client.delete_item(TableName=table_name(prefix, place.table), Key=key)
    changed = [
        (table_name(prefix, place.table), item)
        for place, item in items.items()
        if item != stored.get(place)
    ]
    for start in range(0, len(changed), BATCH_PUTS_MAX):
        puts: Any = defaultdict(list)
        for name, item in changed[start : start + BATCH_PUTS_MAX]:
            puts[name].append({"PutRequest": {"Item": item}})
        assert not client.batch_write_item(RequestItems=dict(puts)).get("UnprocessedItems")


def any_version(seed: int, *, torn: float = 1) -> Pick:
    """Return what picks any version of a share of the items, and of the others the newest.

    The same seed picks the same versions, each time and in whatever order.
    """

    def pick(place: Place, versions: Sequence[Version]) -> Item | None:
        chance = random.Random(f"{seed} {place}")  # noqa: S311 - not a secret
        return (chance.choice(versions) if chance.random() < torn else versions[-1]).item

    return pick


def _place_of(table: Table, item: Item) -> Place:
    return Place(table, tuple(str(*item[name].values()) for name in TABLES[table].key))
