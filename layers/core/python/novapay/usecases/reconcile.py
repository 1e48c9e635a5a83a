"""Make restored tables whole: complete or drop what a restore has torn, and check all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from novapay.domain.agreement import disagreement_of
from novapay.domain.caller import TRUSTED
from novapay.domain.reconcile import plan
from novapay.domain.restored import Plan, Repair, Restored
from novapay.domain.transaction import TransactionStatus
from novapay.domain.trial_balance import Balance, TrialBalance, add_up
from novapay.domain.wallet import WalletId
from novapay.store.client import BATCH_READS_MAX
from novapay.store.commit import COMMIT_WRITES_MAX, Decision
from novapay.store.repairs import writes_of_repairs
from novapay.store.resources import Resources
from novapay.store.survey import list_all_wallets, read_restored
from novapay.store.tables import ledger
from novapay.usecases.verify_audit_log import verify_audit_log
from novapay.usecases.verify_chain import verify_wallet_chain


@dataclass(frozen=True, slots=True)
class Verified:
    """What the check of all restored tables found.

    Attributes:
        trial_balance: the present balances of all wallets, added up.
        chains: how many wallets were checked.
        broken_chains: those whose entries are not whole, with the reason.
        transactions: how many transactions of the last seconds were held against their entries.
        broken_transactions: those that do not agree, with the reason.
        is_audit_log_valid: whether the audit log is whole.
        left: the repairs that are still to be made.
        too_old: what is wrong and older than the last seconds.
    """

    trial_balance: TrialBalance
    chains: int
    broken_chains: Sequence[tuple[WalletId, str]]
    transactions: int
    broken_transactions: Sequence[tuple[str, str]]
    is_audit_log_valid: bool
    left: Sequence[Repair]
    too_old: Sequence[str]

    @property
    def is_sound(self) -> bool:
        """Whether traffic may be let onto these tables."""
        return (
            self.trial_balance.is_balanced
            and not (self.broken_chains or self.broken_transactions)
            and self.is_audit_log_valid
            and not (self.left or self.too_old)
        )


def plan_reconciliation(resources: Resources, *, since: datetime) -> Plan:
    """Return what would be changed, and change nothing.

    Args:
        resources: what it works with; its tables must be used by nobody.
        since: when the last seconds begin.

    Raises:
        InvariantViolated: an item cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    return plan(read_restored(resources.database, since=since))


def carry_out(resources: Resources, made: Plan) -> None:
    """Make the repairs of a plan, some at a time; a second plan finds what a crash left undone.

    Raises:
        InvariantViolated: somebody else wrote to the tables.
        Contention, StoreUnavailable: see `Committer.commit`.
    """
    writes = writes_of_repairs(made.repairs)
    for start in range(0, len(writes), COMMIT_WRITES_MAX):
        some = Decision(None, writes[start : start + COMMIT_WRITES_MAX])
        resources.committer.commit(partial(_same, some))


def _same(decision: Decision[None]) -> Decision[None]:
    return decision


def verify_restored(resources: Resources, *, since: datetime) -> Verified:
    """Check every chain, the sums, the last transactions and the audit log; change nothing.

    Raises:
        InvariantViolated: an item cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    stored = list(list_all_wallets(resources.database))
    balances = [Balance(wallet.kind, wallet.balance) for wallet in stored]
    broken = []
    for wallet in stored:
        report = verify_wallet_chain(resources, wallet.wallet_id, TRUSTED)
        if not report.valid:
            broken.append((wallet.wallet_id, str(report.reason)))
    restored = read_restored(resources.database, since=since)
    again = plan(restored)
    return Verified(
        trial_balance=add_up(balances, as_of=resources.now()),
        chains=len(stored),
        broken_chains=broken,
        transactions=len(restored.transactions),
        broken_transactions=list(_broken(resources, restored)),
        is_audit_log_valid=verify_audit_log(resources).valid,
        left=again.repairs,
        too_old=again.too_old,
    )


def _broken(resources: Resources, restored: Restored) -> Iterator[tuple[str, str]]:
    for row in restored.transactions.values():
        if row.status is TransactionStatus.FAILED and not row.entries:
            continue
        entries = ledger.get_entries(resources.database, row.entries[:BATCH_READS_MAX])
        fault = disagreement_of(row, entries)
        if fault is not None:
            yield row.transaction_id, str(fault)
