"""An auditor who trusts nobody: reads every item, recomputes all with json and hashlib alone.

Nothing of `novapay` is imported, so that a fault of the core cannot hide itself here.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from localstack.memory.tables import PREFIX

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

HASHED = (
    "amount",
    "balanceAfter",
    "createdAt",
    "currency",
    "descriptionCommitment",
    "entryId",
    "entryType",
    "lockedFxRate",
    "previousHash",
    "sequence",
    "transactionId",
    "userId",
    "version",
    "walletId",
)
"""The fields of an entry that version 1 of the format binds; an absent one is null."""

HASHED_OF_TRANSACTION = (
    "amount",
    "currency",
    "fxQuoteId",
    "fxRate",
    "holdId",
    "idempotencyKey",
    "linkedTransactionId",
    "metadataCommitment",
    "recipientUserId",
    "recipientWalletId",
    "reference",
    "reverses",
    "senderUserId",
    "senderWalletId",
    "transactionId",
    "type",
)
"""The fields of a transaction that version 2 binds, beside the commitment of its entries."""

HASHED_OF_A_CHANGE = (
    *("action", "actor", "entryId", "occurredAt", "previousHash", "reasonCommitment"),
    *("requestId", "sequence", "sourceIp", "status", "target", "version"),
)
"""The fields of the record of a change of status that version 2 of the audit log's format binds."""

LEADS_TO = {"freeze": "FROZEN", "unfreeze": "ACTIVE", "close": "CLOSED"}
"""The status that each change leaves a wallet with."""
HASHED_OF_HOLD = ("expiresAt", "payeeUserId", "payeeWalletId")
"""What it binds of a hold too."""

MAY_BE_NEGATIVE = {"settlement", "liquidity"}
"""The kinds of wallet that owe to the world what clients hold."""


@dataclass(frozen=True, slots=True)
class Books:
    """All that is stored, as it is stored."""

    wallets: Mapping[str, Item]
    chains: Mapping[str, Sequence[Item]]
    transfers: Mapping[str, Item]
    records: Mapping[str, Item]
    quotes: Mapping[str, Item]
    references: Mapping[str, Item]
    changes: Mapping[str, Sequence[Item]]

    @property
    def item_count(self) -> int:
        chained = [*self.chains.values(), *self.changes.values()]
        entries = sum(len(chain) for chain in chained)
        tables = (self.wallets, self.transfers, self.records, self.quotes, self.references)
        return entries + sum(len(table) for table in tables)

    def balance(self, wallet_id: str) -> str:
        return str(self.wallets[wallet_id]["balance"])

    def changes_of_status(self, wallet_id: str) -> int:
        """Return how many records there are of a wallet's changes of status."""
        return len(self.changes.get(wallet_id, ()))

    def transfers_of(self, status: str) -> list[Item]:
        return [item for item in self.transfers.values() if item["status"] == status]

    def trial_balance(self) -> dict[str, int]:
        """Return the sum of all wallets' balances in each currency, in units of 10^-8."""
        return _sums(self.wallets.values())

    def assert_sound(self) -> None:
        """Check every promise that the ledger makes of what is stored."""
        assert set(self.trial_balance().values()) <= {0}, "money came from nowhere"
        assert set(self.chains) <= set(self.wallets), "an entry is on no wallet"
        for wallet_id, wallet in self.wallets.items():
            _check_chain(wallet, self.chains.get(wallet_id, ()))
            _check_status(wallet, self.changes.get(wallet_id, ()))
        self._check_transfers()
        self._check_exchanges()
        self._check_references()
        self._check_holds()
        self._check_reversals()

    def _check_transfers(self) -> None:
        entries = {
            (entry["walletId"], entry["sequence"]): entry
            for chain in self.chains.values()
            for entry in chain
        }
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for transaction_id, transfer in self.transfers.items():
            keys = [(key["walletId"], key["sequence"]) for key in transfer["entries"]]
            assert bool(keys) is (transfer["status"] == "COMPLETED")
            # The house side of an FX transfer is a transaction of its own; together they are zero.
            group = min(transaction_id, transfer.get("linkedTransactionId", transaction_id))
            for key in keys:
                entry = entries.pop(key)
                assert entry["transactionId"] == transaction_id
                assert entry["createdAt"] == transfer["createdAt"]
                if entry["version"] > 1:
                    assert entry["transactionHash"] == transaction_hash(transfer, entry)
                sums[group, entry["currency"]] += signed_units(entry)
        assert not entries, "an entry belongs to no transaction"
        assert set(sums.values()) <= {0}, "a transaction does not sum to zero"

    def _check_reversals(self) -> None:
        """All reversals of a transaction together give back no more than it moved."""
        made: dict[str, list[Item]] = defaultdict(list)
        for row in self.transfers_of("COMPLETED"):
            if row["type"] == "reversal":
                made[row["reverses"]].append(row)
        assert set(made) <= set(self.transfers)
        for transaction_id, original in self.transfers.items():
            own = made[transaction_id]
            assert {row["transactionId"] for row in own} == set(original.get("reversals", ()))
            given = sum(units(self._entry(row["entries"][1])["amount"]) for row in own)
            assert given == units(original.get("reversedAmount", "0.00000000"))
            if own:
                self._check_given_back(original, own, given)

    def _check_given_back(self, original: Item, reversals: Sequence[Item], given: int) -> None:
        moved, left = self._effect_of(original), self._effect_of(original, *reversals)
        paid, got = (self._entry(key) for key in original["entries"])
        assert given <= units(paid["amount"])
        assert 0 <= left[got["walletId"]] <= moved[got["walletId"]]
        if original["type"] in {"payroll_payment", "hold_capture"}:
            return  # A system wallet only held the money: it goes back to the one that it was of.
        for wallet_id, effect in moved.items():
            assert min(effect, 0) <= left[wallet_id] <= max(effect, 0)
        if given == units(paid["amount"]):
            assert set(left.values()) == {0}

    def _effect_of(self, *rows: Item) -> dict[str, int]:
        """Return what transactions did to each wallet, with the house's side of exchanges."""
        effect: dict[str, int] = defaultdict(int)
        houses = [self.transfers[r["linkedTransactionId"]] for r in rows if "fxRate" in r]
        for row in (*rows, *houses):
            for key in row["entries"]:
                effect[key["walletId"]] += signed_units(self._entry(key))
        return effect

    def _check_exchanges(self) -> None:
        """Each FX transfer used a quote of its own, and moved what the quote says."""
        exchanges = [
            transfer
            for transfer in self.transfers_of("COMPLETED")
            if transfer["type"] == "transfer" and "fxQuoteId" in transfer
        ]
        assert len({transfer["fxQuoteId"] for transfer in exchanges}) == len(exchanges)
        for transfer in exchanges:
            quote = self.quotes[transfer["fxQuoteId"]]
            house = self.transfers[transfer["linkedTransactionId"]]
            assert quote["status"] == "USED"
            assert quote["usedByTransactionId"] == transfer["transactionId"]
            assert quote["userId"] == transfer["senderUserId"]
            assert quote["usedAt"] < quote["expiresAt"]
            assert house["linkedTransactionId"] == transfer["transactionId"]
            given, got = (self._entry(key) for key in transfer["entries"])
            taken, paid = (self._entry(key) for key in house["entries"])
            assert (given["entryType"], got["entryType"]) == ("DEBIT", "CREDIT")
            assert (taken["entryType"], paid["entryType"]) == ("CREDIT", "DEBIT")
            for entry, side in ((given, "from"), (got, "to"), (taken, "from"), (paid, "to")):
                assert entry["lockedFxRate"] == quote["rate"]
                assert entry["currency"] == quote[f"{side}Currency"]
                assert entry["amount"] == quote[f"{side}Amount"]

    def _check_references(self) -> None:
        """Each reference names the one movement that has it, and each such movement is named."""
        named = {item["transactionId"]: key for key, item in self.references.items()}
        assert len(named) == len(self.references), "a movement has two references"
        made = {it["transactionId"]: it for it in self.transfers_of("COMPLETED")}
        assert named.keys() == {i for i, it in made.items() if "reference" in it}
        for transaction_id, key in named.items():
            assert key.partition("#")[2] == made[transaction_id]["reference"]

    def _check_holds(self) -> None:
        """Each hold is what its captures and its release say, and its wallet has what is left."""
        made = self.transfers_of("COMPLETED")
        left: dict[str, int] = defaultdict(int)
        for hold in (it for it in made if it["type"] == "hold"):
            own = [it for it in made if it.get("holdId") == hold["transactionId"]]
            captures = {it["transactionId"]: it for it in own if it["type"] == "hold_capture"}
            releases = {it["transactionId"]: it for it in own if it["type"] == "hold_release"}
            captured = sum(self._moved(it) for it in captures.values())
            released = sum(self._moved(it) for it in releases.values())
            remaining = self._moved(hold) - captured - released
            assert (units(hold["captured"]), units(hold["released"])) == (captured, released)
            assert set(hold.get("captures", ())) == set(captures)
            assert {hold.get("releaseId")} - {None} == set(releases)
            assert remaining >= 0, "more was captured than was held"
            assert (remaining > 0) is (hold["holdStatus"] == "HELD") is ("listed" in hold)
            assert all(it["createdAt"] >= hold["expiresAt"] for it in releases.values()) or (
                hold["holdStatus"] != "EXPIRED"
            )
            left[hold["recipientWalletId"]] += remaining
        kept = {it["walletId"]: it for it in self.wallets.values() if it["kind"] == "hold"}
        assert {wallet_id: units(it["balance"]) for wallet_id, it in kept.items()} == left

    def _moved(self, transfer: Item) -> int:
        return units(str(self._entry(transfer["entries"][0])["amount"]))

    def _entry(self, key: Item) -> Item:
        entry: Item = self.chains[key["walletId"]][key["sequence"] - 1]
        return entry


def read_books(client: "DynamoDBClient", prefix: str = PREFIX) -> Books:
    """Read every item of every table, consistently."""
    chains: dict[str, list[Item]] = defaultdict(list)
    for entry in _scan(client, f"{prefix}-ledger"):
        chains[entry["walletId"]].append(entry)
    for chain in chains.values():
        chain.sort(key=lambda entry: int(entry["sequence"]))
    changes: dict[str, list[Item]] = defaultdict(list)
    for record in _scan(client, f"{prefix}-audit"):
        if record["logName"].startswith("wallet/"):
            changes[record["logName"].removeprefix("wallet/")].append(record)
    for log in changes.values():
        log.sort(key=lambda record: int(record["sequence"]))
    return Books(
        wallets={item["walletId"]: item for item in _scan(client, f"{prefix}-wallets")},
        chains=chains,
        transfers={item["transactionId"]: item for item in _scan(client, f"{prefix}-transfers")},
        records={item["scopeKey"]: item for item in _scan(client, f"{prefix}-idempotency")},
        quotes={item["quoteId"]: item for item in _scan(client, f"{prefix}-quotes")},
        references={item["scopeReference"]: item for item in _scan(client, f"{prefix}-references")},
        changes=changes,
    )


def assert_trial_balance_is_zero(client: "DynamoDBClient", prefix: str = PREFIX) -> None:
    """Check that all wallets of each currency sum to zero, and read nothing but that."""
    sums = _sums(_scan(client, f"{prefix}-wallets", "currency, balance"))
    assert set(sums.values()) <= {0}, f"money came from nowhere: {sums}"


def recomputed_hash(entry: Mapping[str, Any]) -> str:
    """Return the hash that an entry must have, from the documented format alone."""
    names = HASHED if entry["version"] == 1 else (*HASHED, "transactionHash")
    return _hash_of({name: entry.get(name) for name in names})


def transaction_hash(transfer: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    """Return the hash of a transaction that one of its entries must carry.

    The entries of a posting have a description each, so theirs is not the transaction's.
    """
    commitment = None if transfer["type"] == "posting" else entry.get("descriptionCommitment")
    more: tuple[str, ...] = HASHED_OF_HOLD if transfer["type"] == "hold" else ()
    if "payerWalletId" in transfer:
        more = ("payerWalletId",)
    fields = {name: transfer.get(name) for name in (*HASHED_OF_TRANSACTION, *more)}
    return _hash_of({**fields, "descriptionCommitment": commitment})


def _hash_of(fields: Mapping[str, Any]) -> str:
    document = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(document.encode()).hexdigest()


def units(amount: str) -> int:
    """Return an amount with 8 decimals in units of 10^-8."""
    whole, fraction = amount.split(".")
    assert len(fraction) == 8
    return int(whole + fraction)


def signed_units(entry: Mapping[str, Any]) -> int:
    """Return what an entry does to its wallet's balance."""
    return {"DEBIT": -1, "CREDIT": 1}[entry["entryType"]] * units(entry["amount"])


def _sums(wallets: Iterable[Item]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for wallet in wallets:
        sums[wallet["currency"]] += units(wallet["balance"])
    return dict(sums)


def _check_chain(wallet: Item, chain: Sequence[Item]) -> None:
    assert [entry["sequence"] for entry in chain] == list(range(1, len(chain) + 1))
    balance, previous_hash = 0, "GENESIS"
    for entry in chain:
        balance += signed_units(entry)
        assert units(entry["amount"]) > 0
        assert entry["currency"] == wallet["currency"]
        assert units(entry["balanceAfter"]) == balance
        assert wallet["kind"] in MAY_BE_NEGATIVE or balance >= 0
        assert entry["previousHash"] == previous_hash
        assert entry["hash"] == recomputed_hash(entry)
        previous_hash = entry["hash"]
    assert all(before["createdAt"] <= after["createdAt"] for before, after in pairwise(chain))
    assert wallet["sequence"] == len(chain)
    assert wallet["headHash"] == previous_hash
    assert units(wallet["balance"]) == balance
    assert not chain or wallet["postedAt"] == chain[-1]["createdAt"]


def _check_status(wallet: Item, log: Sequence[Item]) -> None:
    """The wallet has the status of the last record of its log, and is empty once it is closed."""
    assert [record["sequence"] for record in log] == list(range(1, len(log) + 1))
    status, previous_hash = "ACTIVE", "GENESIS"
    for record in log:
        assert status != "CLOSED", "a wallet is closed for good"
        assert record["target"] == wallet["walletId"]
        assert record["previousHash"] == previous_hash
        assert record["hash"] == _hash_of({name: record.get(name) for name in HASHED_OF_A_CHANGE})
        status, previous_hash = LEADS_TO[record["action"]], record["hash"]
    assert wallet["status"] == status
    assert (wallet.get("statusChanges", 0), wallet.get("statusHash", "GENESIS")) == (
        len(log),
        previous_hash,
    )
    assert status != "CLOSED" or units(wallet["balance"]) == 0, "a closed wallet has money"


def _scan(client: "DynamoDBClient", table: str, fields: str | None = None) -> Iterable[Item]:
    only: Any = {} if fields is None else {"ProjectionExpression": fields}
    scan = client.get_paginator("scan")
    pages = scan.paginate(TableName=table, ConsistentRead=True, **only)
    return [_plain({"M": item}) for page in pages for item in page["Items"]]


def _plain(value: Mapping[str, Any]) -> Any:
    """Return one of DynamoDB's typed values without its type."""
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content)
    if kind == "L":
        return [_plain(element) for element in content]
    if kind == "M":
        return {name: _plain(element) for name, element in content.items()}
    return content
