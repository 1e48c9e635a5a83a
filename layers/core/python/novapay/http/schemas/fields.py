"""The kinds of field that bodies and paths are made of: parsed once, trusted afterwards."""

import re
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from novapay.domain.entry import DESCRIPTION_CHARACTERS_MAX, TransactionId
from novapay.domain.instants import format_instant
from novapay.domain.money import AMOUNT_PATTERN, Currency, format_units, parse_currency, parse_units
from novapay.domain.payroll import JobId
from novapay.domain.quote import QuoteId
from novapay.domain.wallet import UserId, WalletId

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
ACCOUNT_NUMBER_PATTERN = r"^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$"
NO_CONTROL_CHARACTERS = r"^[^\x00-\x1f\x7f]*$"

_UUID = re.compile(UUID_PATTERN.removeprefix("^").removesuffix("$"))

NORMALISED = {"normalised": True}
"""The serialization context in which two spellings of one amount are the same."""


def _parse_uuid(text: str) -> str:
    if _UUID.fullmatch(text) is None:
        raise ValueError("must be a UUID")
    return text.lower()


def _above_zero(text: str) -> str:
    parse_units(text)
    return text


def _none_for_nothing(text: str | None) -> str | None:
    return text or None


def _as_written(text: str, info: SerializationInfo) -> str:
    return format_units(parse_units(text)) if info.context == NORMALISED else text


def _uuid(whose: str) -> tuple[object, ...]:
    return (
        Strict(),
        AfterValidator(_parse_uuid),
        WithJsonSchema(
            {
                "type": "string",
                "format": "uuid",
                "pattern": UUID_PATTERN,
                "description": f"The id of {whose}, a UUID.",
            }
        ),
    )


WalletIdField = Annotated[WalletId, *_uuid("the wallet")]
WalletIdQuery = Annotated[
    WalletId, *_uuid("the wallet"), Query(description="The id of the wallet, a UUID.")
]
UserIdField = Annotated[UserId, *_uuid("the user")]
TransactionIdField = Annotated[TransactionId, *_uuid("the transaction")]
QuoteIdField = Annotated[QuoteId, *_uuid("the quote")]
JobIdField = Annotated[JobId, *_uuid("the payroll job")]
Amount = Annotated[
    str,
    Strict(),
    AfterValidator(_above_zero),
    PlainSerializer(_as_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["100.00"]}),
]
CurrencyCode = Annotated[
    Currency,
    Strict(),
    AfterValidator(parse_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]}),
]
AccountNumber = Annotated[
    str, StringConstraints(strict=True, pattern=ACCOUNT_NUMBER_PATTERN), Field(examples=["ACC-001"])
]
DescriptionText = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=DESCRIPTION_CHARACTERS_MAX, pattern=NO_CONTROL_CHARACTERS
    ),
]
OptionalDescription = Annotated[DescriptionText | None, AfterValidator(_none_for_nothing)]
Instant = Annotated[
    AwareDatetime,
    PlainSerializer(format_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant in UTC, to the microsecond."""


class Body(BaseModel):
    """A body in either direction: camelCase outside, closed, immutable."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        serialize_by_alias=True,
    )
