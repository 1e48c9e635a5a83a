"""What operators read."""

from typing import Self

from novapay.domain.audit import AuditPage, AuditRecord
from novapay.domain.figures import PERIOD, Figure, FigureReport
from novapay.domain.transfer import TransferPage
from novapay.domain.trial_balance import BooksFault, CurrencyBalance, TrialBalance, Violation
from novapay.domain.wallet import Wallet, WalletId, WalletKind
from novapay.http.pagination import next_page
from novapay.http.schemas.fields import Body, Instant
from novapay.http.schemas.transactions import TransferBody


class AdminWalletBody(Body):
    """A wallet of any kind, with the head of its chain; its account number is masked."""

    id: str
    user_id: str
    kind: WalletKind
    currency: str
    balance: str
    account_number: str | None
    is_active: bool
    sequence: int
    head_hash: str
    created_at: Instant
    posted_at: Instant

    @classmethod
    def of(cls, wallet: Wallet) -> Self:
        number = wallet.account_number
        return cls(
            id=wallet.wallet_id,
            user_id=wallet.user_id,
            kind=wallet.kind,
            currency=wallet.currency,
            balance=str(wallet.balance),
            account_number=None if number is None else number.masked,
            is_active=wallet.is_active,
            sequence=wallet.sequence,
            head_hash=wallet.head_hash,
            created_at=wallet.created_at,
            posted_at=wallet.posted_at,
        )


class AccountNumberBody(Body):
    """A wallet's account number in full; null for a wallet that has none."""

    id: str
    account_number: str | None


class TransactionPage(Body):
    """The transactions behind a page of a wallet's entries; `total` counts entries."""

    transactions: list[TransferBody]
    total: int
    limit: int
    offset: int
    next: str | None

    @classmethod
    def of(cls, page: TransferPage, wallet_id: WalletId, *, limit: int, offset: int) -> Self:
        following = next_page("/admin/transactions", limit=limit, offset=offset, total=page.total)
        return cls(
            transactions=[TransferBody.of(transfer) for transfer in page.transfers],
            total=page.total,
            limit=limit,
            offset=offset,
            next=None if following is None else f"{following}&walletId={wallet_id}",
        )


class AuditRecordBody(Body):
    """A line of the audit log, with everything that its hash is over."""

    id: str
    sequence: int
    occurred_at: Instant
    actor: str
    action: str
    target: str | None
    source_ip: str | None
    status: int
    request_id: str
    version: int
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, record: AuditRecord) -> Self:
        event = record.event
        return cls(
            id=record.entry_id,
            sequence=record.sequence,
            occurred_at=record.occurred_at,
            actor=event.actor,
            action=event.action,
            target=event.target,
            source_ip=event.source_ip,
            status=event.status,
            request_id=event.request_id,
            version=record.version,
            previous_hash=record.previous_hash,
            hash=record.hash,
        )


class AuditLogPage(Body):
    """A page of the audit log, newest first."""

    logs: list[AuditRecordBody]
    total: int
    limit: int
    offset: int
    next: str | None

    @classmethod
    def of(cls, page: AuditPage, *, limit: int, offset: int) -> Self:
        return cls(
            logs=[AuditRecordBody.of(record) for record in page.records],
            total=page.total,
            limit=limit,
            offset=offset,
            next=next_page("/admin/audit-logs", limit=limit, offset=offset, total=page.total),
        )


class CurrencyBalanceBody(Body):
    """What the wallets of each kind hold of one currency; `sum` is zero or something is wrong."""

    currency: str
    clients: str
    settlement: str
    liquidity: str
    float: str
    sum: str

    @classmethod
    def of(cls, balance: CurrencyBalance) -> Self:
        held = balance.held
        return cls(
            currency=balance.currency,
            clients=str(held[WalletKind.CLIENT]),
            settlement=str(held[WalletKind.SETTLEMENT]),
            liquidity=str(held[WalletKind.LIQUIDITY]),
            float=str(held[WalletKind.PAYROLL_FLOAT]),
            sum=str(balance.sum),
        )


class ViolationBody(Body):
    """A wallet that is in no sum, because what it held cannot be found; `sequence` is of the entry
    that is missing or cannot be read."""

    wallet_id: str
    reason: BooksFault
    sequence: int | None

    @classmethod
    def of(cls, violation: Violation) -> Self:
        return cls(
            wallet_id=violation.wallet_id,
            reason=violation.reason,
            sequence=violation.sequence,
        )


class TrialBalanceBody(Body):
    """The trial balance as of an instant a little in the past; the first hundred violations."""

    as_of: Instant
    balanced: bool
    wallets: int
    currencies: list[CurrencyBalanceBody]
    violations: list[ViolationBody]
    violations_total: int

    @classmethod
    def of(cls, trial_balance: TrialBalance) -> Self:
        return cls(
            as_of=trial_balance.as_of,
            balanced=trial_balance.is_balanced,
            wallets=trial_balance.wallets,
            currencies=[CurrencyBalanceBody.of(c) for c in trial_balance.currencies],
            violations=[ViolationBody.of(v) for v in trial_balance.violations],
            violations_total=trial_balance.violations_total,
        )


class FigureBody(Body):
    """How often something happened, by its metric's name."""

    name: str
    total: int
    hourly: list[int]

    @classmethod
    def of(cls, figure: Figure) -> Self:
        return cls(name=figure.name, total=figure.total, hourly=list(figure.hourly))


class FiguresBody(Body):
    """The figures of the last day; each `hourly` begins with the hour of `since`."""

    since: Instant
    until: Instant
    period_seconds: int
    figures: list[FigureBody]

    @classmethod
    def of(cls, report: FigureReport) -> Self:
        return cls(
            since=report.window.since,
            until=report.window.until,
            period_seconds=int(PERIOD.total_seconds()),
            figures=[FigureBody.of(figure) for figure in report.figures],
        )
