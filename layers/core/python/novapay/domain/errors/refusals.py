"""Business refusals: results, stored and replayed under their key."""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors.base import NovaPayError


class Refusal(NovaPayError):
    """A business rule refuses the request. It is stored and replayed like a success.

    `transaction_id` is the id of the FAILED transfer that stores it, if there is one.
    """

    code: ClassVar[str] = "refused"
    transaction_id: str | None = None

    @classmethod
    def metric(cls) -> str:
        """Return the name of the metric that counts refusals of this kind."""
        return f"refused_{cls.code.replace('-', '_')}"


@dataclass(eq=False)
class InsufficientFunds(Refusal):
    """The wallet's balance is lower than the amount."""

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
    """The wallet is not active: it can neither send nor receive."""

    code: ClassVar[str] = "wallet-inactive"
    wallet_id: str

    @property
    def detail(self) -> str:
        return f"Wallet {self.wallet_id} is not active."


@dataclass(eq=False)
class WalletOwnerMismatch(Refusal):
    """The user named with the wallet is not its owner."""

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
class TooManyWallets(Refusal):
    """The user has as many wallets as a user may have."""

    code: ClassVar[str] = "too-many-wallets"
    user_id: str
    wallets_max: int

    @property
    def detail(self) -> str:
        return f"User {self.user_id} has {self.wallets_max} wallets and may have no more."


@dataclass(eq=False)
class UnbalancedPosting(Refusal):
    """The debits of a currency do not equal its credits."""

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
    """The quote belongs to another user."""

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
    """The quote was already used."""

    code: ClassVar[str] = "fx-quote-used"
    quote_id: str

    @property
    def detail(self) -> str:
        return f"Quote {self.quote_id} was already used; request a new one."


@dataclass(eq=False)
class FxQuoteExpired(Refusal):
    """The quote's 60 seconds have passed."""

    code: ClassVar[str] = "fx-quote-expired"
    quote_id: str

    @property
    def detail(self) -> str:
        return f"Quote {self.quote_id} has expired; request a new one."


@dataclass(eq=False)
class FxPairUnavailable(Refusal):
    """There is no rate between these two currencies, today or when it is asked for again."""

    code: ClassVar[str] = "fx-pair-unavailable"
    from_currency: str
    to_currency: str
    reason: str = "the provider does not have the pair"

    @property
    def detail(self) -> str:
        return f"There is no rate from {self.from_currency} to {self.to_currency}: {self.reason}."


@dataclass(eq=False)
class FxAmountTooSmall(Refusal):
    """The amount that the recipient would get rounds down to zero."""

    code: ClassVar[str] = "fx-amount-too-small"
    amount: str
    from_currency: str
    to_currency: str

    @property
    def detail(self) -> str:
        return f"{self.amount} {self.from_currency} rounds down to zero in {self.to_currency}."
