"""What operators read."""

from typing import Self

from pydantic import Field

from novapay.domain.audit import AuditRecord
from novapay.domain.fault import Fault, FaultKind
from novapay.domain.figures import PERIOD, Figure, FigureReport
from novapay.domain.pages import Page
from novapay.domain.transaction import Transaction
from novapay.domain.trial_balance import BooksFault, CurrencyBalance, TrialBalance, Violation
from novapay.domain.wallet import Wallet, WalletId, WalletKind, WalletStatus
from novapay.http.schemas.fields import Body, Instant
from novapay.http.schemas.pages import PageBody
from novapay.http.schemas.transactions import TransferBody


class AdminWalletBody(Body):
    """A wallet of any kind, with the head of its chain; its account number is masked."""

    id: str = Field(description="The wallet's id.")
    user_id: str = Field(
        description="The user who owns the wallet; for a system wallet, the system's own id."
    )
    kind: WalletKind = Field(description="What the wallet is for.")
    currency: str = Field(description="The wallet's currency, an ISO 4217 code.")
    balance: str = Field(
        description="What it holds, in its currency, with 8 decimals; a system wallet's may be "
        "below zero."
    )
    account_number: str | None = Field(
        description="The account number, masked up to its end; null where there is none."
    )
    status: WalletStatus = Field(
        description="`ACTIVE`; `FROZEN`: money arrives, none leaves; `CLOSED`: neither, for good."
    )
    status_changes: int = Field(description="How often its status was changed.")
    is_active: bool = Field(description="Whether the status is `ACTIVE`.")
    sequence: int = Field(description="The number of its newest entry; 0 where it has none.")
    head_hash: str = Field(
        description="The hash of its newest entry, 64 hexadecimal digits; `GENESIS` where it has "
        "none."
    )
    created_at: Instant = Field(description="When the wallet was opened, in UTC.")
    posted_at: Instant = Field(
        description="When its newest entry was written, in UTC; when it was opened where it has "
        "none."
    )

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
            status=wallet.status,
            status_changes=wallet.status_changes,
            is_active=wallet.is_active,
            sequence=wallet.sequence,
            head_hash=wallet.head_hash,
            created_at=wallet.created_at,
            posted_at=wallet.posted_at,
        )


class AccountNumberBody(Body):
    """A wallet's account number in full; null for a wallet that has none."""

    id: str = Field(description="The wallet's id.")
    account_number: str | None = Field(
        description="The account number in full; null where there is none."
    )


class TransactionPage(PageBody[TransferBody]):
    """The transactions behind a page of a wallet's entries; `total` counts entries."""

    items: list[TransferBody] = Field(
        alias="transactions", description="The transactions of the page, each once."
    )

    @classmethod
    def of(cls, page: Page[Transaction], wallet_id: WalletId, *, limit: int, offset: int) -> Self:
        return cls.page_of(page, TransferBody.of, limit=limit, offset=offset, walletId=wallet_id)


class AuditRecordBody(Body):
    """A line of the audit log, with everything that its hash is over."""

    id: str = Field(description="The line's id.")
    sequence: int = Field(description="The line's number in the log, from 1 without gaps.")
    occurred_at: Instant = Field(description="When the call was answered, in UTC.")
    actor: str = Field(description="The operator's name; `nobody` where no valid token came.")
    action: str = Field(description="The operation that was called, by its operation id.")
    target: str | None = Field(
        description="The id that the call was about; null where it was about none."
    )
    source_ip: str | None = Field(
        description="The address that the call came from; null where it is not known."
    )
    status: int = Field(description="The HTTP status that the call was answered with.")
    request_id: str = Field(description="The call's `x-request-id`.")
    version: int = Field(description="The version of the format of the bytes that are hashed.")
    previous_hash: str = Field(
        description="The hash of the line before this one, 64 hexadecimal digits; `GENESIS` for "
        "the first."
    )
    hash: str = Field(
        description="SHA-256 over this line and `previousHash`, 64 hexadecimal digits."
    )

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


class AuditLogPage(PageBody[AuditRecordBody]):
    """A page of the audit log, newest first."""

    items: list[AuditRecordBody] = Field(alias="logs", description="The lines of the page.")

    @classmethod
    def of(cls, page: Page[AuditRecord], *, limit: int, offset: int) -> Self:
        return cls.page_of(page, AuditRecordBody.of, limit=limit, offset=offset)


class CurrencyBalanceBody(Body):
    """What the wallets of each kind hold of one currency; `sum` is zero or something is wrong."""

    currency: str = Field(description="The currency of all sums here, an ISO 4217 code.")
    clients: str = Field(description="What clients' wallets hold together, with 8 decimals.")
    settlement: str = Field(
        description="What the settlement wallets hold together, with 8 decimals: the money that "
        "entered, below zero."
    )
    liquidity: str = Field(
        description="What the liquidity wallets hold together, with 8 decimals: the other side of "
        "exchanges."
    )
    float: str = Field(
        description="What is set aside for payroll that is not paid yet, with 8 decimals."
    )
    held: str = Field(description="What is set aside by holds, with 8 decimals.")
    sum: str = Field(
        description="All of these together, with 8 decimals: zero, or something is wrong."
    )

    @classmethod
    def of(cls, balance: CurrencyBalance) -> Self:
        held = balance.held
        return cls(
            currency=balance.currency,
            clients=str(held[WalletKind.CLIENT]),
            settlement=str(held[WalletKind.SETTLEMENT]),
            liquidity=str(held[WalletKind.LIQUIDITY]),
            float=str(held[WalletKind.PAYROLL_FLOAT]),
            held=str(held[WalletKind.HOLD]),
            sum=str(balance.sum),
        )


class ViolationBody(Body):
    """A wallet of which cannot be found what it held; `sequence` is of the entry that is missing,
    cannot be read or is dated in the future. In the last case it counts with what it holds now,
    else it is in no sum."""

    wallet_id: str = Field(description="The wallet's id.")
    reason: BooksFault = Field(description="Why what it held cannot be found.")
    sequence: int | None = Field(
        description="The number of the entry that is missing or cannot be read; null without one."
    )

    @classmethod
    def of(cls, violation: Violation) -> Self:
        return cls(
            wallet_id=violation.wallet_id,
            reason=violation.reason,
            sequence=violation.sequence,
        )


class TrialBalanceBody(Body):
    """The trial balance as of an instant a little in the past; the first hundred violations."""

    as_of: Instant = Field(description="The instant that all sums are of, in UTC.")
    balanced: bool = Field(
        description="Whether every currency's sum is zero and every wallet is in it."
    )
    wallets: int = Field(description="How many wallets there are.")
    currencies: list[CurrencyBalanceBody] = Field(
        description="The sums of each currency that any wallet has."
    )
    violations: list[ViolationBody] = Field(
        description="The wallets that are in no sum; the first hundred of them."
    )
    violations_total: int = Field(description="How many wallets are in no sum.")

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

    name: str = Field(description="The metric's name, as in docs/metrics.md.")
    total: int = Field(description="How often it happened in the whole period.")
    hourly: list[int] = Field(description="How often it happened in each hour, oldest first.")

    @classmethod
    def of(cls, figure: Figure) -> Self:
        return cls(name=figure.name, total=figure.total, hourly=list(figure.hourly))


class FaultBody(Body):
    """A place where the ledger is broken."""

    kind: FaultKind = Field(description="Which kind of thing is broken there.")
    id: str | None = Field(
        description="The wallet, transaction or job, or the currency of a trial balance."
    )
    sequence: int | None = Field(description="The number of the broken entry or audit record.")
    reason: str = Field(description="What is wrong there, in a few words.")

    @classmethod
    def of(cls, fault: Fault) -> Self:
        place = fault.place
        return cls(kind=place.kind, id=place.subject, sequence=place.sequence, reason=fault.reason)


class FiguresBody(Body):
    """The figures of the last day; each `hourly` begins with the hour of `since`."""

    since: Instant = Field(description="The beginning of the first hour, in UTC.")
    until: Instant = Field(description="The end of the last hour, in UTC.")
    period_seconds: int = Field(description="How long each number of `hourly` counts, in seconds.")
    figures: list[FigureBody] = Field(description="One figure for each metric.")
    faults: list[FaultBody] = Field(
        description="Each broken place that a check met, once, however often checks met it."
    )

    @classmethod
    def of(cls, report: FigureReport) -> Self:
        return cls(
            since=report.window.since,
            until=report.window.until,
            period_seconds=int(PERIOD.total_seconds()),
            figures=[FigureBody.of(figure) for figure in report.figures],
            faults=[FaultBody.of(fault) for fault in report.faults],
        )
