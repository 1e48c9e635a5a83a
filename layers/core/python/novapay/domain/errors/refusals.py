"""Business refusals: results, kept and replayed under their key."""

from dataclasses import dataclass
from typing import ClassVar

from novapay.domain.errors.base import NovaPayError


class Refusal(NovaPayError):
    """A business "no". It is a decision, so it is stored and replayed like a success.

    `transaction_id` is that of the FAILED transfer which keeps it, where there is one.
    """

    code: ClassVar[str] = "refused"
    transaction_id: str | None = None

    @classmethod
    def metric(cls) -> str:
        """Return the name of the metric that counts refusals of this kind."""
        return f"refused_{cls.code.replace('-', '_')}"


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
