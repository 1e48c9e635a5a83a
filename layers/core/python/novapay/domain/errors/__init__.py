"""Every error that NovaPay can return; `http/problems.py` maps each to its HTTP response.

NovaPayError
├── InvalidInput             the request does not match the API contract
│   ├── InvalidAmount
│   ├── InvalidCurrency
│   ├── InvalidText
│   ├── MalformedBody
│   ├── IdempotencyKeyMissing
│   └── IdempotencyKeyInvalid
├── UnsupportedMediaType     the body is not JSON in UTF-8
├── PayloadTooLarge          the body is over the route's limit
├── Unauthorized             an admin call without a valid operator token
├── Forbidden                the caller is known but not allowed to do this
│   ├── NotTheOwner
│   └── ScopeMissing
├── NotFound                 nothing is stored under that id
│   ├── RouteNotFound
│   ├── WalletNotFound
│   ├── TransferNotFound
│   ├── TransactionNotFound
│   ├── FxQuoteNotFound
│   └── JobNotFound
├── Refusal                  refused by a business rule: stored and replayed under its key
│   ├── InsufficientFunds
│   ├── CurrencyMismatch
│   ├── WalletInactive
│   ├── WalletOwnerMismatch
│   ├── SameWallet
│   ├── TooManyWallets
│   ├── UnbalancedPosting
│   ├── FxQuoteRequired
│   ├── FxQuoteUserMismatch
│   ├── FxQuoteCurrencyMismatch
│   ├── FxQuoteAmountMismatch
│   ├── FxQuoteUsed
│   ├── FxQuoteExpired
│   ├── FxPairUnavailable
│   └── FxAmountTooSmall
├── Conflict                 the request conflicts with what is stored
│   ├── IdempotencyKeyReused
│   └── TransactionExists
├── Processing               a request with the same key is in progress
├── Unavailable              temporary: try again with the same key
│   ├── Contention
│   ├── StoreUnavailable
│   ├── ClockSkewed          our clock is wrong: nothing was written
│   ├── OutcomeUnknown       without a key: it may have been done, so look before trying again
│   └── FxRateUnavailable
└── InvariantViolated        an integrity check failed: no money was moved
"""

from novapay.domain.errors.access import (
    Forbidden,
    NotTheOwner,
    ScopeMissing,
)
from novapay.domain.errors.availability import (
    ClockSkewed,
    Contention,
    FxRateUnavailable,
    OutcomeUnknown,
    Processing,
    StoreUnavailable,
    Unavailable,
)
from novapay.domain.errors.base import (
    FieldError,
    InvariantViolated,
    NovaPayError,
)
from novapay.domain.errors.missing import (
    FxQuoteNotFound,
    JobNotFound,
    NotFound,
    RouteNotFound,
    TransactionNotFound,
    TransferNotFound,
    WalletNotFound,
)
from novapay.domain.errors.refusals import (
    CurrencyMismatch,
    FxAmountTooSmall,
    FxPairUnavailable,
    FxQuoteAmountMismatch,
    FxQuoteCurrencyMismatch,
    FxQuoteExpired,
    FxQuoteRequired,
    FxQuoteUsed,
    FxQuoteUserMismatch,
    InsufficientFunds,
    Refusal,
    SameWallet,
    TooManyWallets,
    UnbalancedPosting,
    WalletInactive,
    WalletOwnerMismatch,
)
from novapay.domain.errors.requests import (
    Conflict,
    IdempotencyKeyInvalid,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    InvalidAmount,
    InvalidCurrency,
    InvalidInput,
    InvalidText,
    MalformedBody,
    PayloadTooLarge,
    TransactionExists,
    Unauthorized,
    UnsupportedMediaType,
)

__all__ = [
    "ClockSkewed",
    "Conflict",
    "Contention",
    "CurrencyMismatch",
    "FieldError",
    "Forbidden",
    "FxAmountTooSmall",
    "FxPairUnavailable",
    "FxQuoteAmountMismatch",
    "FxQuoteCurrencyMismatch",
    "FxQuoteExpired",
    "FxQuoteNotFound",
    "FxQuoteRequired",
    "FxQuoteUsed",
    "FxQuoteUserMismatch",
    "FxRateUnavailable",
    "IdempotencyKeyInvalid",
    "IdempotencyKeyMissing",
    "IdempotencyKeyReused",
    "InsufficientFunds",
    "InvalidAmount",
    "InvalidCurrency",
    "InvalidInput",
    "InvalidText",
    "InvariantViolated",
    "JobNotFound",
    "MalformedBody",
    "NotFound",
    "NotTheOwner",
    "NovaPayError",
    "OutcomeUnknown",
    "PayloadTooLarge",
    "Processing",
    "Refusal",
    "RouteNotFound",
    "SameWallet",
    "ScopeMissing",
    "StoreUnavailable",
    "TooManyWallets",
    "TransactionExists",
    "TransactionNotFound",
    "TransferNotFound",
    "Unauthorized",
    "Unavailable",
    "UnbalancedPosting",
    "UnsupportedMediaType",
    "WalletInactive",
    "WalletNotFound",
    "WalletOwnerMismatch",
]
