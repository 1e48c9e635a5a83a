"""The kinds of field that bodies and paths are made of: parsed once, trusted afterwards."""

import re
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
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
from novapay.domain.metadata import (
    METADATA_BYTES_MAX,
    METADATA_NAME_CHARACTERS_MAX,
    METADATA_PAIRS_MAX,
    METADATA_VALUE_CHARACTERS_MAX,
    metadata_bytes,
)
from novapay.domain.money import (
    AMOUNT_PATTERN,
    Currency,
    format_units,
    known_currency,
    parse_currency,
    parse_units,
)
from novapay.domain.payroll import JOB_NAME_CHARACTERS_MAX, JobId
from novapay.domain.quote import QuoteId
from novapay.domain.reference import REFERENCE_CHARACTERS_MAX, Reference
from novapay.domain.text import parse_text
from novapay.domain.wallet import UserId, WalletId
from novapay.http.ids import UUID_PATTERN, id_of

ACCOUNT_NUMBER_PATTERN = r"^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$"
TEXT_PATTERN = r"^([^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?)?$"
"""The part of `parse_text` that a pattern can say."""

REFERENCE_PATTERN = r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$"
"""Printable ASCII that neither begins nor ends with a blank."""
INSTANT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})$"
)

NIL_UUID = "00000000-0000-0000-0000-000000000000"
MAX_UUID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_NOTHING = {"pattern": "^(0{8}(-0{4}){3}-0{12}|[fF]{8}(-[fF]{4}){3}-[fF]{12})$"}

T = TypeVar("T")

_UUID_SCHEMA = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}

NORMALISED = {"normalised": True}
"""The serialization context in which two spellings of one amount are the same."""


def _parse_uuid(text: str) -> str:
    found = id_of(text)
    if found is None:
        raise ValueError("must be a UUID")
    return found


def _name_something(uuid: str) -> str:
    if uuid in (NIL_UUID, MAX_UUID):
        raise ValueError("must not be the nil or the max UUID: they name nothing (RFC 9562)")
    return uuid


def _above_zero(text: str) -> str:
    parse_units(text)
    return text


def _none_for_nothing(value: T | None) -> T | None:
    return value or None


def _checked_names(pairs: dict[str, str]) -> dict[str, str]:
    for name in pairs:
        if not 1 <= len(name) <= METADATA_NAME_CHARACTERS_MAX:
            raise ValueError(f"a name must have 1 to {METADATA_NAME_CHARACTERS_MAX} characters")
        parse_text(name)
    if metadata_bytes(pairs) > METADATA_BYTES_MAX:
        raise ValueError(
            f"all names and values together must have at most {METADATA_BYTES_MAX} bytes in UTF-8"
        )
    return pairs


def is_absent(value: object) -> bool:
    """Return whether an optional field is left out of what an idempotency key stands for.

    A field that is newer than keys of the last 24 hours must not change what they stand for.
    """
    return value is None


def _as_written(text: str, info: SerializationInfo) -> str:
    return format_units(parse_units(text)) if info.context == NORMALISED else text


def _parse_instant(text: object) -> object:
    if not isinstance(text, str) or re.fullmatch(INSTANT_PATTERN, text) is None:
        raise ValueError("must be an instant with its offset from UTC, as RFC 3339 writes it")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        raise ValueError("must be an instant between the years 1 and 9999") from None


def _uuid(whose: str) -> tuple[object, ...]:
    return (
        Strict(),
        AfterValidator(_parse_uuid),
        AfterValidator(_name_something),
        WithJsonSchema(
            {**_UUID_SCHEMA, "not": _NOTHING, "description": f"The id of {whose}, a UUID."}
        ),
    )


WalletIdField = Annotated[WalletId, *_uuid("the wallet")]
WalletIdQuery = Annotated[
    WalletId, *_uuid("the wallet"), Query(description="The id of the wallet, a UUID.")
]
UserIdField = Annotated[UserId, *_uuid("the user")]
TransactionIdField = Annotated[TransactionId, *_uuid("the transaction")]
QuoteIdField = Annotated[QuoteId, *_uuid("the quote")]
HoldIdField = Annotated[TransactionId, *_uuid("the hold")]
JobIdField = Annotated[JobId, *_uuid("the payroll job")]
StoredId = Annotated[str, Strict(), AfterValidator(_parse_uuid), WithJsonSchema(_UUID_SCHEMA)]
"""An id in an answer. The nil UUID is the system's user, and the id of what was taken under it
before it was refused."""
Amount = Annotated[
    str,
    Strict(),
    AfterValidator(_above_zero),
    PlainSerializer(_as_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["100.00"]}),
]
_currency = WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]})
CurrencyCode = Annotated[Currency, Strict(), AfterValidator(known_currency), _currency]
"""Any that a wallet may hold: old wallets may hold one that is historic by now."""
NewCurrencyCode = Annotated[Currency, Strict(), AfterValidator(parse_currency), _currency]
"""One of today's, for a new wallet or a quote."""
AccountNumber = Annotated[
    str, StringConstraints(strict=True, pattern=ACCOUNT_NUMBER_PATTERN), Field(examples=["ACC-001"])
]
_text = (Strict(), AfterValidator(parse_text), Field(json_schema_extra={"pattern": TEXT_PATTERN}))
DescriptionText = Annotated[str, Field(max_length=DESCRIPTION_CHARACTERS_MAX), *_text]
ReasonText = Annotated[str, Field(min_length=1, max_length=DESCRIPTION_CHARACTERS_MAX), *_text]
JobName = Annotated[str, Field(min_length=1, max_length=JOB_NAME_CHARACTERS_MAX), *_text]
Reason = Annotated[str, Field(min_length=1, max_length=DESCRIPTION_CHARACTERS_MAX), *_text]
OptionalDescription = Annotated[DescriptionText | None, AfterValidator(_none_for_nothing)]
ReferenceText = Annotated[
    Reference,
    Strict(),
    Field(
        min_length=1,
        max_length=REFERENCE_CHARACTERS_MAX,
        pattern=REFERENCE_PATTERN,
        examples=["invoice-2026-0417"],
    ),
]
MetadataValue = Annotated[str, Field(max_length=METADATA_VALUE_CHARACTERS_MAX), *_text]
MetadataPairs = Annotated[
    dict[str, MetadataValue],
    Field(
        max_length=METADATA_PAIRS_MAX,
        examples=[{"orderId": "4711"}],
        json_schema_extra={
            "propertyNames": {"minLength": 1, "maxLength": METADATA_NAME_CHARACTERS_MAX}
        },
    ),
    AfterValidator(_checked_names),
]
OptionalMetadata = Annotated[MetadataPairs | None, AfterValidator(_none_for_nothing)]
Instant = Annotated[
    AwareDatetime,
    PlainSerializer(format_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant in UTC, to the microsecond."""


GivenInstant = Annotated[
    datetime,
    BeforeValidator(_parse_instant),
    PlainSerializer(format_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT_PATTERN}),
]
"""An instant that a client sends: RFC 3339, with its offset from UTC."""


class Body(BaseModel):
    """A body in either direction: camelCase outside, closed, immutable."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


class RequestBody(Body):
    """A body that a client sends: each field has one name, the camelCase one."""

    model_config = ConfigDict(validate_by_name=False)
