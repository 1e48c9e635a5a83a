"""Errors of ids under which nothing is stored."""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors.base import NovaPayError


class NotFound(NovaPayError):
    """There is no such thing, or a value in the path is none that an operation takes."""

    code: ClassVar[str] = "not-found"


@dataclass(eq=False)
class WalletNotFound(NotFound):
    """No client wallet has this id; clients may not name system wallets."""

    code: ClassVar[str] = "wallet-not-found"
    wallet_id: str

    @property
    def detail(self) -> str:
        return f"There is no wallet {self.wallet_id}."


@dataclass(eq=False)
class TransferNotFound(NotFound):
    """No transfer has this id."""

    code: ClassVar[str] = "transfer-not-found"
    transaction_id: str

    @property
    def detail(self) -> str:
        return f"There is no transfer {self.transaction_id}."


@dataclass(eq=False)
class TransactionNotFound(NotFound):
    """The ledger has no entries under this id."""

    code: ClassVar[str] = "transaction-not-found"
    transaction_id: str

    @property
    def detail(self) -> str:
        return f"The ledger has no transaction {self.transaction_id}."


@dataclass(eq=False)
class FxQuoteNotFound(NotFound):
    """No quote has this id."""

    code: ClassVar[str] = "fx-quote-not-found"
    quote_id: str

    @property
    def detail(self) -> str:
        return f"There is no quote {self.quote_id}."


@dataclass(eq=False)
class JobNotFound(NotFound):
    """No payroll job has this id."""

    code: ClassVar[str] = "payroll-job-not-found"
    job_id: str

    @property
    def detail(self) -> str:
        return f"There is no payroll job {self.job_id}."
