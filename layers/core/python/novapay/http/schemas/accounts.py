"""Wallets as clients send and read them."""

from enum import StrEnum
from typing import Self

from pydantic import RootModel

from novapay.domain.entry import EntryType
from novapay.domain.money import Currency
from novapay.domain.wallet import Wallet
from novapay.http.schemas.fields import (
    AccountNumber,
    Amount,
    Body,
    CurrencyCode,
    Instant,
    UserIdField,
    WalletIdField,
)


class CreateWallet(Body):
    """A wallet to open."""

    user_id: UserIdField
    currency: CurrencyCode = Currency("USD")
    account_number: AccountNumber


class BalanceOperation(StrEnum):
    """Whether money enters or leaves."""

    CREDIT = "credit"
    DEBIT = "debit"

    @property
    def entry_type(self) -> EntryType:
        return EntryType[self.name]


class AdjustBalance(Body):
    """Money that enters or leaves."""

    amount: Amount
    operation: BalanceOperation


class WalletBody(Body):
    """A wallet."""

    id: WalletIdField
    user_id: UserIdField
    currency: CurrencyCode
    balance: str
    account_number: str | None
    is_active: bool
    created_at: Instant

    @classmethod
    def of(cls, wallet: Wallet) -> Self:
        return cls(
            id=wallet.wallet_id,
            user_id=wallet.user_id,
            currency=wallet.currency,
            balance=str(wallet.balance),
            account_number=wallet.account_number,
            is_active=wallet.is_active,
            created_at=wallet.created_at,
        )


class WalletList(RootModel[list[WalletBody]]):
    """A user's wallets, oldest first."""

    @classmethod
    def of(cls, wallets: list[Wallet]) -> Self:
        return cls([WalletBody.of(wallet) for wallet in wallets])


class BalanceBody(Body):
    """What a wallet holds now."""

    balance: str

    @classmethod
    def of(cls, wallet: Wallet) -> Self:
        return cls(balance=str(wallet.balance))
