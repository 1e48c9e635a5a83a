"""The query and the body of the list of transfers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from novapay.domain.errors import FieldError, InvalidInput
from novapay.domain.reference import Reference
from novapay.domain.transaction import TransactionStatus, TransactionType
from novapay.domain.transfer_list import Asked, TransferFilter, TransferPage
from novapay.domain.wallet import WalletId
from novapay.http.schemas.fields import Body, GivenInstant, ReferenceText, WalletIdField
from novapay.http.schemas.transactions import TransferBody
from novapay.http.transfer_cursor import Cursor, cursor_of, place_of

OfWallet = Annotated[
    WalletIdField | None, Query(alias="walletId", description="List what this wallet took part in.")
]
Named = Annotated[
    ReferenceText | None,
    Query(alias="reference", description="Find the one transaction that you gave this name."),
]
From = Annotated[GivenInstant | None, Query(alias="from", description="Only from this instant on.")]
To = Annotated[GivenInstant | None, Query(alias="to", description="Only before this instant.")]
Type = Annotated[TransactionType | None, Query(alias="type", description="Only of this type.")]
Status = Annotated[
    TransactionStatus | None, Query(alias="status", description="Only with this outcome.")
]
After = Annotated[Cursor | None, Query(alias="cursor", description="`next` of the page before.")]


def asked(  # noqa: PLR0917 - the parameters of one query, in their order
    wallet_id: WalletId | None,
    reference: Reference | None,
    begin: datetime | None,
    end: datetime | None,
    kind: TransactionType | None,
    status: TransactionStatus | None,
    cursor: str | None,
) -> Asked:
    """Return what a query asks for.

    Raises:
        InvalidInput: it has both a wallet and a reference, or neither; something beside a
            reference; a period that ends before it begins; a cursor of another query.
    """
    if reference is not None:
        others = {"walletId": wallet_id, "from": begin, "to": end, "type": kind, "status": status}
        _refuse(
            (name for name, value in {**others, "cursor": cursor}.items() if value is not None),
            "must not be given with a reference, which is the name of one transaction",
        )
        return Asked(reference)
    if wallet_id is None:
        raise _fault("walletId", "must be given, or a reference")
    if begin is not None and end is not None and end <= begin:
        raise _fault("to", "must be after `from`")
    wanted = TransferFilter(
        wallet_id=wallet_id, begin=begin, end=end, transaction_type=kind, status=status
    )
    return Asked(wanted, None if cursor is None else place_of(cursor, wanted))


class TransferList(Body):
    """Transactions, newest first; `next` leads to those after them."""

    data: list[TransferBody] = Field(
        description="The transactions of the page; it may have fewer than `limit`, or none."
    )
    next: str | None = Field(
        description="Send it as `cursor` for the next page; null where the list ends."
    )

    @classmethod
    def of(cls, page: TransferPage, asked_for: Asked) -> Self:
        place = page.next_place
        return cls(
            data=[TransferBody.of(transfer) for transfer in page.transfers],
            next=None if place is None else cursor_of(place, asked_for.wanted),
        )


def _refuse(names: Iterable[str], detail: str) -> None:
    faults = tuple(FieldError(f"/query/{name}", detail) for name in names)
    if faults:
        raise InvalidInput(errors=faults)


def _fault(name: str, detail: str) -> InvalidInput:
    return InvalidInput(errors=(FieldError(f"/query/{name}", detail),))
