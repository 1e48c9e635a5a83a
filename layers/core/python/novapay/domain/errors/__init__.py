"""Every error that NovaPay can answer with; `http/problems.py` gives each its HTTP form.

NovaPayError
├── InvalidInput             the request is not of the contract's form
│   ├── InvalidAmount
│   ├── InvalidCurrency
│   ├── MalformedBody
│   ├── IdempotencyKeyMissing
│   └── IdempotencyKeyInvalid
├── UnsupportedMediaType     the body is not JSON
├── PayloadTooLarge          the body is over the route's limit
├── Unauthorized             no valid operator's token came with an admin call
├── Forbidden                the caller is known and may not do this
│   ├── NotTheOwner
│   └── ScopeMissing
├── NotFound                 nothing is stored under that id
│   ├── RouteNotFound
│   ├── WalletNotFound
│   ├── TransferNotFound
│   ├── TransactionNotFound
│   ├── FxQuoteNotFound
│   └── JobNotFound
├── Refusal                  a business "no": a result, kept and replayed under its key
│   ├── InsufficientFunds
│   ├── CurrencyMismatch
│   ├── WalletInactive
│   ├── WalletOwnerMismatch
│   ├── SameWallet
│   ├── UnbalancedPosting
│   ├── FxQuoteRequired
│   ├── FxQuoteUserMismatch
│   ├── FxQuoteCurrencyMismatch
│   ├── FxQuoteAmountMismatch
│   ├── FxQuoteUsed
│   ├── FxQuoteExpired
│   └── FxAmountTooSmall
├── Conflict                 the request contradicts what is already there
│   ├── IdempotencyKeyReused
│   └── TransactionExists
├── Processing               the same key is being decided at this moment
├── Unavailable              it may pass: try again with the same key
│   ├── Contention
│   ├── StoreUnavailable
│   ├── OutcomeUnknown       without a key: it may have been done, so look before trying again
│   └── FxRateUnavailable
└── InvariantViolated        a broken promise of the ledger: nothing was written
"""

from novapay.domain.errors.access import (
    Forbidden,
    NotTheOwner,
    ScopeMissing,
)
from novapay.domain.errors.availability import (
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
    FxQuoteAmountMismatch,
    FxQuoteCurrencyMismatch,
    FxQuoteExpired,
    FxQuoteRequired,
    FxQuoteUsed,
    FxQuoteUserMismatch,
    InsufficientFunds,
    Refusal,
    SameWallet,
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
    MalformedBody,
    PayloadTooLarge,
    TransactionExists,
    Unauthorized,
    UnsupportedMediaType,
)

__all__ = [
    "Conflict",
    "Contention",
    "CurrencyMismatch",
    "FieldError",
    "Forbidden",
    "FxAmountTooSmall",
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
