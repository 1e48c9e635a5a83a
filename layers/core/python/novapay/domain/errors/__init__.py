"""Every error that a decision can have; `http/problems.py` maps each to its HTTP response.

Those of HTTP itself (a header, a body, a route) are in `http/errors.py`.

NovaPayError
├── InvalidInput             the request does not match the API contract
│   ├── InvalidAmount
│   ├── InvalidCurrency
│   └── InvalidText
├── Forbidden                the caller is known but not allowed to do this
│   ├── NotTheOwner
│   └── ScopeMissing
├── NotFound                 nothing is stored under that id
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
    IdempotencyKeyReused,
    InvalidAmount,
    InvalidCurrency,
    InvalidInput,
    InvalidText,
    TransactionExists,
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
    "IdempotencyKeyReused",
    "InsufficientFunds",
    "InvalidAmount",
    "InvalidCurrency",
    "InvalidInput",
    "InvalidText",
    "InvariantViolated",
    "JobNotFound",
    "NotFound",
    "NotTheOwner",
    "NovaPayError",
    "OutcomeUnknown",
    "Processing",
    "Refusal",
    "SameWallet",
    "ScopeMissing",
    "StoreUnavailable",
    "TooManyWallets",
    "TransactionExists",
    "TransactionNotFound",
    "TransferNotFound",
    "Unavailable",
    "UnbalancedPosting",
    "WalletInactive",
    "WalletNotFound",
    "WalletOwnerMismatch",
]
