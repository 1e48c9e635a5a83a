"""The audit after a payroll: every wallet, every chain and the sum, read from the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from localstack.common.api import Person
from novapay import clock
from novapay.domain.chain import MalformedEntry, verify_chain
from novapay.domain.entry import Entry
from novapay.domain.money import UNITS_PER_ONE
from novapay.domain.payroll import JobId
from novapay.domain.payroll_money import float_wallet_id
from novapay.domain.wallet import Wallet, WalletId
from novapay.store.client import Database
from novapay.store.tables import ledger, wallets

Chains = Mapping[str, Sequence[Entry | MalformedEntry]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check, and whether it passed."""

    check: str
    holds: bool
    seen: str


def audit(
    database: Database, *, source: Person, staff: Sequence[Person], job_id: str, lanes: int
) -> list[Finding]:
    """Check a job that paid one dollar to each of `staff`, from a source that held just enough."""
    found = {w.wallet_id: w for w in map(wallets.parse, database.scan(wallets.TABLE))}
    chains = _chains(database)
    payees = [found[WalletId(person.wallet_id)] for person in staff]
    floats = [found[float_wallet_id(JobId(job_id), lane)] for lane in range(lanes)]
    employer = found[WalletId(source.wallet_id)]
    right = sum(wallet.balance.units == UNITS_PER_ONE for wallet in payees)
    once = sum(len(chains[wallet.wallet_id]) == 1 for wallet in payees)
    paid = sum(wallet.balance.units for wallet in payees) // UNITS_PER_ONE
    touched = [employer, *floats, *payees]
    entries = sum(len(chains[wallet.wallet_id]) for wallet in touched)
    valid = sum(verify_chain(chains[w.wallet_id], w, now=clock.now()).valid for w in touched)
    left = sum(wallet.balance.units for wallet in (employer, *floats))
    trial = _trial_balance(found)
    return [
        Finding("every employee holds their pay", right == len(staff), f"{right:,} wallets"),
        Finding("every employee was paid once", once == len(staff), f"{once:,} with one entry"),
        Finding("the payments add up", paid == len(staff), f"{paid:,} dollars"),
        Finding("source and floats are empty", left == 0, f"{left} left in {1 + lanes} wallets"),
        Finding(
            "every chain is valid", valid == len(touched), f"{valid:,} chains, {entries:,} hashes"
        ),
        Finding("all wallets sum to zero", not any(trial.values()), f"{len(found):,} wallets"),
    ]


def _chains(database: Database) -> Chains:
    """Return every entry that is stored, by wallet, oldest first."""
    chains: dict[str, list[Entry | MalformedEntry]] = defaultdict(list)
    for item in database.scan(ledger.TABLE):
        chains[item["walletId"]["S"]].append(ledger.read(item))
    for chain in chains.values():
        chain.sort(key=lambda entry: entry.sequence)
    return chains


def _trial_balance(found: Mapping[WalletId, Wallet]) -> Mapping[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for wallet in found.values():
        sums[wallet.currency] += wallet.balance.units
    return sums
