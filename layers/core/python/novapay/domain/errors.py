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
│   └── FxRateUnavailable
└── InvariantViolated        a broken promise of the ledger: nothing was written
"""

from dataclasses import dataclass, field
from typing import ClassVar


class NovaPayError(Exception):
    """The root: `code` is a stable slug, `str(error)` the sentence that a client reads."""

    code: ClassVar[str] = "internal-error"

    @property
    def detail(self) -> str:
        """The sentence that says what is wrong and where."""
        return "Something went wrong on our side; nothing was written."

    def __str__(self) -> str:
        return self.detail


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of a request: a JSON pointer into it, and what is wrong there."""

    pointer: str
    detail: str


@dataclass(eq=False)
class InvalidInput(NovaPayError):
    """The request is not of the contract's form."""

    code: ClassVar[str] = "invalid-request"
    pointer: ClassVar[str] = ""
    errors: tuple[FieldError, ...] = ()

    @property
    def detail(self) -> str:
        return "The request is not valid; see errors."

    @property
    def faults(self) -> tuple[FieldError, ...]:
        """Return what is wrong and where: at least one fault."""
        return self.errors or (FieldError(self.pointer, self.detail),)


class InvalidAmount(InvalidInput, ValueError):
    """Not a decimal string above zero with at most 12 digits before and 8 after the point."""

    @property
    def detail(self) -> str:
        return (
            "must be a decimal string above zero with at most 12 digits before and 8 after the "
            "point, without sign or exponent"
        )


class InvalidCurrency(InvalidInput, ValueError):
    """Not an ISO 4217 code."""

    @property
    def detail(self) -> str:
        return "must be an ISO 4217 currency code in capitals"


@dataclass(eq=False)
class MalformedBody(InvalidInput):
    """The body is not a JSON document."""

    code: ClassVar[str] = "malformed-json"
    reason: str = "not JSON"

    @property
    def detail(self) -> str:
        return f"The body is not a JSON document: {self.reason}."


class IdempotencyKeyMissing(InvalidInput):
    """A route that moves money once was called without a key."""

    code: ClassVar[str] = "idempotency-key-missing"
    pointer: ClassVar[str] = "/header/Idempotency-Key"

    @property
    def detail(self) -> str:
        return "This request needs an Idempotency-Key header; a fresh UUID will do."


@dataclass(eq=False)
class IdempotencyKeyInvalid(InvalidInput):
    """The key's header is there and is not one key."""

    code: ClassVar[str] = "idempotency-key-invalid"
    pointer: ClassVar[str] = "/header/Idempotency-Key"
    reason: str = ""

    @property
    def detail(self) -> str:
        return f"The Idempotency-Key header is not valid: {self.reason}."


class UnsupportedMediaType(NovaPayError):
    """The body is not JSON by its own account."""

    code: ClassVar[str] = "unsupported-media-type"

    @property
    def detail(self) -> str:
        return "The body must be sent as content-type: application/json."


@dataclass(eq=False)
class PayloadTooLarge(NovaPayError):
    """The body is over the route's limit."""

    code: ClassVar[str] = "payload-too-large"
    bytes_max: int

    @property
    def detail(self) -> str:
        return f"The body may have at most {self.bytes_max} bytes."


class Unauthorized(NovaPayError):
    """No valid operator's token came with an admin call."""

    code: ClassVar[str] = "unauthorized"

    @property
    def detail(self) -> str:
        return "This needs a valid operator's token in the x-admin-token header."


class NotFound(NovaPayError):
    """Nothing is stored under that id."""

    code: ClassVar[str] = "not-found"


class RouteNotFound(NotFound):
    """No operation has this path and method."""

    @property
    def detail(self) -> str:
        return "No operation has this path and method."


@dataclass(eq=False)
class WalletNotFound(NotFound):
    """No client's wallet has this id; system wallets are not named by clients."""

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


class Refusal(NovaPayError):
    """A business "no". It is a decision, so it is stored and replayed like a success.

    `transaction_id` is that of the FAILED transfer which keeps it, where there is one.
    """

    code: ClassVar[str] = "refused"
    transaction_id: str | None = None


@dataclass(eq=False)
class InsufficientFunds(Refusal):
    """The wallet does not hold what would leave it."""

    code: ClassVar[str] = "insufficient-funds"
    wallet_id: str
    needed: str
    available: str

    @property
    def detail(self) -> str:
        return f"Wallet {self.wallet_id} has {self.available}; {self.needed} is needed."


@dataclass(eq=False)
class CurrencyMismatch(Refusal):
    """The amount is not in the wallet's currency."""

    code: ClassVar[str] = "currency-mismatch"
    wallet_id: str
    wallet_currency: str
    given: str

    @property
    def detail(self) -> str:
        return f"Wallet {self.wallet_id} holds {self.wallet_currency}, not {self.given}."


@dataclass(eq=False)
class WalletInactive(Refusal):
    """The wallet takes and gives nothing."""

    code: ClassVar[str] = "wallet-inactive"
    wallet_id: str

    @property
    def detail(self) -> str:
        return f"Wallet {self.wallet_id} is not active."


@dataclass(eq=False)
class WalletOwnerMismatch(Refusal):
    """The user named beside the wallet is not its owner."""

    code: ClassVar[str] = "wallet-owner-mismatch"
    wallet_id: str
    user_id: str

    @property
    def detail(self) -> str:
        return f"Wallet {self.wallet_id} does not belong to user {self.user_id}."


@dataclass(eq=False)
class SameWallet(Refusal):
    """Sender and recipient are one wallet."""

    code: ClassVar[str] = "same-wallet"
    wallet_id: str

    @property
    def detail(self) -> str:
        return f"Wallet {self.wallet_id} cannot pay itself."


@dataclass(eq=False)
class UnbalancedPosting(Refusal):
    """The debits of a currency are not its credits."""

    code: ClassVar[str] = "unbalanced-posting"
    currency: str
    debits: str
    credits: str

    @property
    def detail(self) -> str:
        return f"In {self.currency} the debits are {self.debits} and the credits {self.credits}."


@dataclass(eq=False)
class FxQuoteRequired(Refusal):
    """The two wallets hold different currencies and no quote locks a rate between them."""

    code: ClassVar[str] = "fx-quote-required"
    from_currency: str
    to_currency: str

    @property
    def detail(self) -> str:
        return (
            f"The wallets hold {self.from_currency} and {self.to_currency}: request a quote with "
            "POST /fx/quote and send its id as fxQuoteId."
        )


@dataclass(eq=False)
class FxQuoteUserMismatch(Refusal):
    """The quote is another user's."""

    code: ClassVar[str] = "fx-quote-user-mismatch"
    quote_id: str
    user_id: str

    @property
    def detail(self) -> str:
        return f"Quote {self.quote_id} was not made for user {self.user_id}."


@dataclass(eq=False)
class FxQuoteCurrencyMismatch(Refusal):
    """The quote is between other currencies."""

    code: ClassVar[str] = "fx-quote-currency-mismatch"
    quote_id: str
    quoted: str
    given: str

    @property
    def detail(self) -> str:
        return f"Quote {self.quote_id} is for {self.quoted}; the transfer is {self.given}."


@dataclass(eq=False)
class FxQuoteAmountMismatch(Refusal):
    """The quote is for another amount."""

    code: ClassVar[str] = "fx-quote-amount-mismatch"
    quote_id: str
    quoted: str
    given: str

    @property
    def detail(self) -> str:
        return f"Quote {self.quote_id} is for exactly {self.quoted}, not {self.given}."


@dataclass(eq=False)
class FxQuoteUsed(Refusal):
    """The quote had its one use."""

    code: ClassVar[str] = "fx-quote-used"
    quote_id: str

    @property
    def detail(self) -> str:
        return f"Quote {self.quote_id} was used already; request a new one."


@dataclass(eq=False)
class FxQuoteExpired(Refusal):
    """The quote's 60 seconds are over."""

    code: ClassVar[str] = "fx-quote-expired"
    quote_id: str

    @property
    def detail(self) -> str:
        return f"Quote {self.quote_id} has expired; request a new one."


@dataclass(eq=False)
class FxAmountTooSmall(Refusal):
    """What the recipient would get rounds to nothing."""

    code: ClassVar[str] = "fx-amount-too-small"
    amount: str
    from_currency: str
    to_currency: str

    @property
    def detail(self) -> str:
        return f"{self.amount} {self.from_currency} rounds to nothing in {self.to_currency}."


class Conflict(NovaPayError):
    """The request contradicts what is already there."""

    code: ClassVar[str] = "conflict"


@dataclass(eq=False)
class IdempotencyKeyReused(Conflict):
    """The key was used for another payload within the last 24 hours."""

    code: ClassVar[str] = "idempotency-key-reused"
    key: str

    @property
    def detail(self) -> str:
        return f"The key {self.key!r} was used with another payload; take a new key."


@dataclass(eq=False)
class TransactionExists(Conflict):
    """A transaction was already written under this id."""

    code: ClassVar[str] = "transaction-exists"
    transaction_id: str

    @property
    def detail(self) -> str:
        return f"Transaction {self.transaction_id} exists already."


class Processing(NovaPayError):
    """The same key is being decided by another request at this moment."""

    code: ClassVar[str] = "processing"

    @property
    def detail(self) -> str:
        return "A request with this key is being processed; ask again in a second."


class Unavailable(NovaPayError):
    """It may pass: the same request with the same key may be sent again."""

    code: ClassVar[str] = "unavailable"

    @property
    def detail(self) -> str:
        return "The service cannot answer at the moment; nothing was lost, try again."


class Contention(Unavailable):
    """Others kept changing the same wallets until the deadline."""

    code: ClassVar[str] = "contention"

    @property
    def detail(self) -> str:
        return "The wallets are very busy; try again with the same key."


class StoreUnavailable(Unavailable):
    """The database did not answer, or throttled us until the deadline."""

    code: ClassVar[str] = "store-unavailable"


@dataclass(eq=False)
class FxRateUnavailable(Unavailable):
    """The rate provider is down, slow, not understood, or does not have the pair."""

    code: ClassVar[str] = "fx-rate-unavailable"
    from_currency: str
    to_currency: str

    @property
    def detail(self) -> str:
        return (
            f"There is no rate from {self.from_currency} to {self.to_currency} at the moment; "
            "an older one is never used. Try again."
        )


@dataclass(eq=False)
class InvariantViolated(NovaPayError):
    """A promise of the ledger is broken. It is said aloud and nothing is written."""

    code: ClassVar[str] = "invariant-violated"
    what: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        return "The ledger's own check failed; nothing was written and the operators know."
