"""Every error that a decision can have; `http/problems.py` maps each to its HTTP response.

Those of HTTP itself (a header, a body, a route) are in `http/errors.py`.

NovaPayError
├── InvalidInput             the request does not match the API contract
│   ├── InvalidAmount
│   ├── InvalidCurrency
│   ├── InvalidText
│   ├── InstantAhead
│   └── InvalidExpiry
├── Forbidden                the caller is known but not allowed to do this
│   ├── NotTheOwner
│   └── ScopeMissing
├── NotFound                 nothing is stored under that id
│   ├── WalletNotFound
│   ├── TransferNotFound
│   ├── TransactionNotFound
│   ├── FxQuoteNotFound
│   ├── JobNotFound
│   └── HoldNotFound
├── Refusal                  refused by a business rule: stored and replayed under its key
│   ├── InsufficientFunds
│   ├── CurrencyMismatch
│   ├── WalletInactive
│   ├── WalletFrozen
│   ├── WalletNotEmpty
│   ├── WalletStatusConflict
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
│   ├── FxAmountTooSmall
│   ├── HoldClosed
│   ├── HoldExpired
│   ├── HoldAmountExceeded
│   ├── HoldRecipientMissing
│   ├── HoldRecipientMismatch
│   ├── TooManyCaptures
│   ├── NotReversible
│   ├── ReversalAmountExceeded
│   └── TooManyReversals
├── Conflict                 the request conflicts with what is stored
│   ├── IdempotencyKeyReused
│   ├── TransactionExists
│   └── ReferenceTaken
├── Processing               a request with the same key is in progress
├── Unavailable              temporary: try again with the same key
│   ├── Contention
│   ├── StoreUnavailable
│   ├── ClockSkewed          our clock is wrong: nothing was written
│   ├── OutcomeUnknown       without a key: it may have been done, so look before trying again
│   └── FxRateUnavailable
└── InvariantViolated        an integrity check failed: no money was moved
"""

from dataclasses import dataclass, field
from typing import ClassVar


class NovaPayError(Exception):
    """The root: `code` is a stable slug, `str(error)` is the sentence for the client.

    `template` is that sentence, with the error's own fields in braces.
    """

    code: ClassVar[str] = "internal-error"
    template: ClassVar[str] = (
        "Something went wrong on our side; with the same Idempotency-Key the request can be"
        " sent again."
    )

    @property
    def detail(self) -> str:
        """The sentence that says what is wrong and where."""
        return self.template.format(**vars(self))

    def __str__(self) -> str:
        return self.detail


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of a request: a JSON pointer into it, and what is wrong there."""

    pointer: str
    detail: str


@dataclass(eq=False)
class InvalidInput(NovaPayError):
    """The request does not match the API contract."""

    code = "invalid-request"
    pointer = ""
    template = "The request is not valid; see errors."
    errors: tuple[FieldError, ...] = ()

    @property
    def field_errors(self) -> tuple[FieldError, ...]:
        """Return what is wrong and where: at least one fault."""
        return self.errors or (FieldError(self.pointer, self.detail),)


class InvalidAmount(InvalidInput, ValueError):
    """Not a decimal string above zero with at most 12 digits before and 8 after the point."""

    template = (
        "must be a decimal string above zero with at most 12 digits before and 8 after the "
        "point, without sign or exponent"
    )


class InvalidCurrency(InvalidInput, ValueError):
    """Not a currency of today's ISO 4217."""

    template = "must be the code, in capitals, of a currency that is current in ISO 4217"


@dataclass(eq=False)
class InvalidText(InvalidInput, ValueError):
    """A text with something in it that cannot be seen."""

    template = "{reason}"
    reason: str = "must be text that can be seen"


class InstantAhead(InvalidInput):
    """The balance as of an instant that is still to come is not known."""

    pointer = "/query/at"
    template = "must not be in the future"


@dataclass(eq=False)
class InvalidExpiry(InvalidInput):
    """A hold shall end in the past, or later than a hold may."""

    pointer = "/expiresAt"
    template = "must be after now and at most {days_max} days ahead"
    days_max: int = 31


class Forbidden(NovaPayError):
    """The caller is known but not allowed to do this."""

    code = "forbidden"


@dataclass(eq=False)
class NotTheOwner(Forbidden):
    """The request names a user who is not the user of the token."""

    code = "not-the-owner"
    template = "This token does not belong to user {user_id}."
    user_id: str


@dataclass(eq=False)
class ScopeMissing(Forbidden):
    """The route needs a scope that the token does not have."""

    code = "scope-missing"
    template = "This needs a token with the scope {scope}."
    scope: str


class NotFound(NovaPayError):
    """There is no such thing, or a value in the path is none that an operation takes."""

    code = "not-found"


@dataclass(eq=False)
class WalletNotFound(NotFound):
    """No client wallet has this id; clients may not name system wallets."""

    code = "wallet-not-found"
    template = "There is no wallet {wallet_id}."
    wallet_id: str


@dataclass(eq=False)
class TransferNotFound(NotFound):
    """No transfer has this id."""

    code = "transfer-not-found"
    template = "There is no transfer {transaction_id}."
    transaction_id: str


@dataclass(eq=False)
class TransactionNotFound(NotFound):
    """The ledger has no entries under this id."""

    code = "transaction-not-found"
    template = "The ledger has no transaction {transaction_id}."
    transaction_id: str


@dataclass(eq=False)
class FxQuoteNotFound(NotFound):
    """No quote has this id."""

    code = "fx-quote-not-found"
    template = "There is no quote {quote_id}."
    quote_id: str


@dataclass(eq=False)
class JobNotFound(NotFound):
    """No payroll job has this id."""

    code = "payroll-job-not-found"
    template = "There is no payroll job {job_id}."
    job_id: str


@dataclass(eq=False)
class HoldNotFound(NotFound):
    """No hold has this id."""

    code = "hold-not-found"
    template = "There is no hold {hold_id}."
    hold_id: str


class Refusal(NovaPayError):
    """A business rule refuses the request. It is stored and replayed like a success.

    `transaction_id` is the id of the FAILED transfer that stores it, if there is one.
    """

    code = "refused"
    transaction_id: str | None = None

    @classmethod
    def metric(cls) -> str:
        """Return the name of the metric that counts refusals of this kind."""
        return f"refused_{cls.code.replace('-', '_')}"


@dataclass(eq=False)
class InsufficientFunds(Refusal):
    """The wallet's balance is lower than the amount."""

    code = "insufficient-funds"
    template = "Wallet {wallet_id} has {available}; {needed} is needed."
    wallet_id: str
    needed: str
    available: str


@dataclass(eq=False)
class CurrencyMismatch(Refusal):
    """The amount is not in the wallet's currency."""

    code = "currency-mismatch"
    template = "Wallet {wallet_id} holds {wallet_currency}, not {given}."
    wallet_id: str
    wallet_currency: str
    given: str


@dataclass(eq=False)
class WalletInactive(Refusal):
    """The wallet is closed for good: it can neither send nor receive."""

    code = "wallet-inactive"
    template = "Wallet {wallet_id} is closed."
    wallet_id: str


@dataclass(eq=False)
class WalletFrozen(Refusal):
    """The wallet is frozen: it can receive, but nothing leaves it."""

    code = "wallet-frozen"
    template = "Wallet {wallet_id} is frozen: nothing can leave it."
    wallet_id: str


@dataclass(eq=False)
class WalletNotEmpty(Refusal):
    """The wallet cannot be closed: there is money in it, or money may return to it."""

    code = "wallet-not-empty"
    template = "Wallet {wallet_id} cannot be closed: {reason}."
    wallet_id: str
    reason: str = "there is money in it"


@dataclass(eq=False)
class WalletStatusConflict(Refusal):
    """The wallet's status does not allow this change: it has that status, or is closed for good."""

    code = "wallet-status-conflict"
    template = "Wallet {wallet_id} is {wallet_status} and cannot become {wanted_status}."
    wallet_id: str
    wallet_status: str
    wanted_status: str


@dataclass(eq=False)
class WalletOwnerMismatch(Refusal):
    """The user named with the wallet is not its owner."""

    code = "wallet-owner-mismatch"
    template = "Wallet {wallet_id} does not belong to user {user_id}."
    wallet_id: str
    user_id: str


@dataclass(eq=False)
class SameWallet(Refusal):
    """Sender and recipient are one wallet."""

    code = "same-wallet"
    template = "Wallet {wallet_id} cannot pay itself."
    wallet_id: str


@dataclass(eq=False)
class TooManyWallets(Refusal):
    """The user has as many wallets as a user may have."""

    code = "too-many-wallets"
    template = "User {user_id} has {wallets_max} wallets and may have no more."
    user_id: str
    wallets_max: int


@dataclass(eq=False)
class UnbalancedPosting(Refusal):
    """The debits of a currency do not equal its credits."""

    code = "unbalanced-posting"
    template = "In {currency} the debits are {debits} and the credits {credits}."
    currency: str
    debits: str
    credits: str


@dataclass(eq=False)
class FxQuoteRequired(Refusal):
    """The two wallets hold different currencies and no quote locks a rate between them."""

    code = "fx-quote-required"
    template = (
        "The wallets hold {from_currency} and {to_currency}: request a quote with "
        "POST /fx/quote and send its id as fxQuoteId."
    )
    from_currency: str
    to_currency: str


@dataclass(eq=False)
class FxQuoteUserMismatch(Refusal):
    """The quote belongs to another user."""

    code = "fx-quote-user-mismatch"
    template = "Quote {quote_id} was not made for user {user_id}."
    quote_id: str
    user_id: str


@dataclass(eq=False)
class FxQuoteCurrencyMismatch(Refusal):
    """The quote is between other currencies."""

    code = "fx-quote-currency-mismatch"
    template = "Quote {quote_id} is for {quoted}; the transfer is {given}."
    quote_id: str
    quoted: str
    given: str


@dataclass(eq=False)
class FxQuoteAmountMismatch(Refusal):
    """The quote is for another amount."""

    code = "fx-quote-amount-mismatch"
    template = "Quote {quote_id} is for exactly {quoted}, not {given}."
    quote_id: str
    quoted: str
    given: str


@dataclass(eq=False)
class FxQuoteUsed(Refusal):
    """The quote was already used."""

    code = "fx-quote-used"
    template = "Quote {quote_id} was already used; request a new one."
    quote_id: str


@dataclass(eq=False)
class FxQuoteExpired(Refusal):
    """The quote's 60 seconds have passed."""

    code = "fx-quote-expired"
    template = "Quote {quote_id} has expired; request a new one."
    quote_id: str


@dataclass(eq=False)
class FxPairUnavailable(Refusal):
    """There is no rate between these two currencies, today or when it is asked for again."""

    code = "fx-pair-unavailable"
    template = "There is no rate from {from_currency} to {to_currency}: {reason}."
    from_currency: str
    to_currency: str
    reason: str = "the provider does not have the pair"


@dataclass(eq=False)
class FxAmountTooSmall(Refusal):
    """The amount that the recipient would get rounds down to zero."""

    code = "fx-amount-too-small"
    template = "{amount} {from_currency} rounds down to zero in {to_currency}."
    amount: str
    from_currency: str
    to_currency: str


@dataclass(eq=False)
class HoldClosed(Refusal):
    """The hold was captured or released: nothing of it is left."""

    code = "hold-closed"
    template = "Hold {hold_id} is {status}: nothing of it is left to capture or release."
    hold_id: str
    status: str


@dataclass(eq=False)
class HoldExpired(Refusal):
    """The hold has ended; its money is back in the wallet, or will be in two minutes."""

    code = "hold-expired"
    template = "Hold {hold_id} has expired; make a new one."
    hold_id: str


@dataclass(eq=False)
class HoldAmountExceeded(Refusal):
    """More is to be captured than is left of the hold."""

    code = "hold-amount-exceeded"
    template = "Hold {hold_id} has {remaining} left; {asked} is asked for."
    hold_id: str
    asked: str
    remaining: str


@dataclass(eq=False)
class HoldRecipientMissing(Refusal):
    """Neither the hold nor its capture says who is paid."""

    code = "hold-recipient-missing"
    template = "Hold {hold_id} names no recipient: send recipientWalletId and recipientUserId."
    hold_id: str


@dataclass(eq=False)
class HoldRecipientMismatch(Refusal):
    """The hold is for another recipient than its capture names."""

    code = "hold-recipient-mismatch"
    template = "Hold {hold_id} is for another recipient than wallet {wallet_id} of {user_id}."
    hold_id: str
    wallet_id: str
    user_id: str


@dataclass(eq=False)
class TooManyCaptures(Refusal):
    """The hold has as many captures as it may, unless the next one is its last."""

    code = "too-many-captures"
    template = "Hold {hold_id} has {captures} captures: the next one must be final."
    hold_id: str
    captures: int


@dataclass(eq=False)
class NotReversible(Refusal):
    """The transaction moved no money, or is of a type that is not given back."""

    code = "not-reversible"
    template = "Transaction {reverses} cannot be reversed: {reason}."
    reverses: str
    reason: str = "it was refused, so it moved no money"


@dataclass(eq=False)
class ReversalAmountExceeded(Refusal):
    """The transfer has less left than the reversal asks for: all its reversals never exceed it."""

    code = "reversal-amount-exceeded"
    template = "Of transfer {reverses}, {left} {currency} can still be reversed."
    reverses: str
    left: str
    currency: str


@dataclass(eq=False)
class TooManyReversals(Refusal):
    """The transfer has as many reversals as a transfer may have."""

    code = "too-many-reversals"
    template = "Transfer {reverses} has {reversals_max} reversals and may have no more."
    reverses: str
    reversals_max: int


class Conflict(NovaPayError):
    """The request conflicts with what is already stored."""

    code = "conflict"


@dataclass(eq=False)
class IdempotencyKeyReused(Conflict):
    """The key was used for another payload within the last 24 hours."""

    code = "idempotency-key-reused"
    template = "The key {key!r} was used with another payload; take a new key."
    key: str


@dataclass(eq=False)
class TransactionExists(Conflict):
    """A transaction was already written under this id."""

    code = "transaction-exists"
    template = "Transaction {transaction_id} already exists."
    transaction_id: str


@dataclass(eq=False)
class ReferenceTaken(Conflict):
    """The caller has used the reference for another movement; it stands for that one for good."""

    code = "reference-taken"
    template = "The reference {reference!r} belongs to transaction {transaction_id}."
    reference: str
    transaction_id: str


class Processing(NovaPayError):
    """Another request with the same key is in progress."""

    code = "processing"
    template = "A request with this key is being processed; try again in a second."


class Unavailable(NovaPayError):
    """A temporary error: the same request with the same key may be sent again."""

    code = "unavailable"
    template = "The service is temporarily unavailable; try again."


class Contention(Unavailable):
    """Other requests kept changing the same wallets until the deadline."""

    code = "contention"
    template = "The wallets are very busy; try again with the same key."


@dataclass(eq=False)
class StoreUnavailable(Unavailable):
    """The database did not answer, or throttled us until the deadline.

    `may_have_written` is whether what was to be written may be there all the same.
    """

    code = "store-unavailable"
    may_have_written: bool = False


@dataclass(eq=False)
class ClockSkewed(Unavailable):
    """Our clock and the database's are more than 5 seconds apart, so nothing was written.

    `offset_ms` is by how many milliseconds ours is ahead, or, below zero, behind.
    """

    code = "clock-skewed"
    template = "The clock of this server is wrong, so nothing was written; try again."
    offset_ms: int


class OutcomeUnknown(Unavailable):
    """The database did not say whether it wrote what a request without a key asked for."""

    code = "outcome-unknown"
    template = (
        "The database did not say whether this was done: look before you send it again."
        " With an Idempotency-Key it could be sent again as it is."
    )


@dataclass(eq=False)
class FxRateUnavailable(Unavailable):
    """The rate provider is down, too slow, sent an invalid answer, or its rates are too old."""

    code = "fx-rate-unavailable"
    template = (
        "There are no exchange rates at the moment: {reason}. An older one is never "
        "used; try again."
    )
    reason: str = "the provider gave none"


@dataclass(eq=False)
class InvariantViolated(NovaPayError):
    """An integrity check failed. It is logged and counted, and no money is moved.

    Attributes:
        what: what is wrong, for the log.
        facts: more for the log, as ids; clients see neither.
    """

    code = "invariant-violated"
    template = "A data integrity check failed. No money was moved."
    what: str
    facts: dict[str, str] = field(default_factory=dict)
