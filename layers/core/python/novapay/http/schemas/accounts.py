"""Wallets as clients send and read them."""

import json
from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, RootModel

from novapay.domain.adjustment import Adjusted, AdjustmentOrder
from novapay.domain.caller import Caller
from novapay.domain.entry import EntryType
from novapay.domain.idempotency import Answer
from novapay.domain.money import Currency, Money
from novapay.domain.wallet import Wallet, WalletId, WalletStatus
from novapay.http.schemas.fields import (
    AccountNumber,
    Amount,
    Body,
    CurrencyCode,
    GivenInstant,
    Instant,
    NewCurrencyCode,
    OptionalDescription,
    OptionalMetadata,
    ReasonText,
    ReferenceText,
    RequestBody,
    StoredId,
    UserIdField,
    is_absent,
)

At = Annotated[
    GivenInstant | None,
    Query(description="Ask for the balance as of this instant; now if it is left out."),
]


class CreateWallet(RequestBody):
    """A wallet to open."""

    user_id: UserIdField = Field(description="The user who will own the wallet.")
    currency: NewCurrencyCode = Field(
        default=Currency("USD"), description="The wallet's currency for good, an ISO 4217 code."
    )
    account_number: AccountNumber = Field(
        description="The client's own number of the account; it is kept encrypted."
    )


class BalanceOperation(StrEnum):
    """Whether money enters or leaves."""

    CREDIT = "credit"
    DEBIT = "debit"

    @property
    def entry_type(self) -> EntryType:
        return EntryType[self.name]


class AdjustBalance(RequestBody):
    """Money that enters or leaves."""

    amount: Amount = Field(description="How much enters or leaves, in the wallet's currency.")
    operation: BalanceOperation = Field(
        description="`credit`: money enters the wallet; `debit`: money leaves it."
    )
    description: OptionalDescription = Field(
        default=None,
        exclude_if=is_absent,
        description="Words for the owner's statement; none if empty.",
    )
    reference: ReferenceText | None = Field(
        default=None,
        exclude_if=is_absent,
        description="Your own name of this movement: no second one of yours can have it, ever.",
    )
    metadata: OptionalMetadata = Field(
        default=None,
        exclude_if=is_absent,
        description="Your own pairs of text, up to 512 bytes in all; shown, never interpreted.",
    )

    def order(self, wallet_id: WalletId, caller: Caller) -> AdjustmentOrder:
        return AdjustmentOrder(
            wallet_id=wallet_id,
            entry_type=self.operation.entry_type,
            amount_text=self.amount,
            description=self.description,
            reference=caller.scoped_reference(self.reference),
            metadata=self.metadata,
        )


class StatusReason(RequestBody):
    """Why a wallet's status is changed."""

    reason: ReasonText = Field(
        description="Why, in words; they are kept with who did it and when, and a hash seals them."
    )


class WalletBody(Body):
    """A wallet. Its account number is whole for its owner, and masked where it is internal."""

    id: StoredId = Field(description="The wallet's id.")
    user_id: StoredId = Field(description="The user who owns the wallet.")
    currency: CurrencyCode = Field(description="The wallet's currency, an ISO 4217 code.")
    balance: str = Field(
        description="What can be spent, in the wallet's currency, with 8 decimals."
    )
    held: str | None = Field(
        default=None,
        exclude_if=is_absent,
        description="What is set aside by holds, in the wallet's currency, with 8 decimals; it is "
        "no part of `balance`, and is there where wallets are read.",
    )
    account_number: str | None = Field(
        description="The account number; masked up to its end where the caller may not read it, "
        "null where there is none."
    )
    status: WalletStatus = Field(
        description="`ACTIVE`; `FROZEN`: money arrives, none leaves; `CLOSED`: neither, for good."
    )
    is_active: bool = Field(description="Whether the status is `ACTIVE`.")
    created_at: Instant = Field(description="When the wallet was opened, in UTC.")

    @classmethod
    def masked(cls, wallet: Wallet) -> Self:
        """Return a wallet for everybody: of its account number only the end can be read."""
        number = wallet.account_number
        return cls.whole(wallet, None if number is None else number.masked)

    @classmethod
    def read(cls, wallet: Wallet, account_number: str | None, held: Money) -> Self:
        """Return a wallet that was read for its owner, with what is set aside of it."""
        return cls.whole(wallet, account_number).model_copy(update={"held": str(held)})

    @classmethod
    def whole(cls, wallet: Wallet, account_number: str | None) -> Self:
        """Return a wallet for its owner, with the account number that was decrypted for them."""
        return cls(
            id=wallet.wallet_id,
            user_id=wallet.user_id,
            currency=wallet.currency,
            balance=str(wallet.balance),
            account_number=account_number,
            status=wallet.status,
            is_active=wallet.is_active,
            created_at=wallet.created_at,
        )


class AdjustedWallet(WalletBody):
    """A wallet after a deposit or a withdrawal, and what moved the money."""

    transaction_id: StoredId = Field(description="The id of the deposit or withdrawal.")

    @classmethod
    def after(cls, adjusted: Adjusted) -> Self:
        return cls(
            **dict(WalletBody.masked(adjusted.wallet)),
            transaction_id=adjusted.transaction.transaction_id,
        )


def unmasked(answer: Answer, account_number: str) -> Answer:
    """Return an answer with the whole account number of its wallet, in place of its mask.

    A refusal has no wallet and stays as it is.

    What is kept under a key has only the mask. The request has the number, the first and each that
    replays it, since another number would be another payload.
    """
    if answer.status != HTTPStatus.CREATED:
        return answer
    wallet = {**json.loads(answer.body), "accountNumber": account_number}
    return replace(answer, body=json.dumps(wallet, separators=(",", ":"), ensure_ascii=False))


class WalletList(RootModel[list[WalletBody]]):
    """A user's wallets, oldest first."""

    @classmethod
    def of(cls, wallets: list[tuple[Wallet, Money]], account_numbers: list[str | None]) -> Self:
        """Return wallets, each with what is held of it and its account number."""
        shown = zip(wallets, account_numbers, strict=True)
        return cls([WalletBody.read(it, number, held) for (it, held), number in shown])


class BalanceBody(Body):
    """What a wallet holds, now or as of the instant that was asked for."""

    balance: str = Field(
        description="What can be spent, in the wallet's currency, with 8 decimals."
    )

    @classmethod
    def of(cls, balance: Money) -> Self:
        return cls(balance=str(balance))
