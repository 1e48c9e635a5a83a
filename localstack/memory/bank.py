"""A bank over a store: the real use cases in a few words, for tests that need no HTTP."""

import json
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from localstack.memory.account_numbers import InMemoryAccountNumbers
from localstack.memory.clocks import ManualClock, Naps
from localstack.memory.meters import RecordingMeter
from localstack.memory.tables import PREFIX
from novapay.domain.adjustment import Adjusted, AdjustmentOrder
from novapay.domain.caller import TRUSTED, Caller, Origin
from novapay.domain.entry import Entry, EntryType, TransactionId
from novapay.domain.errors import Refusal
from novapay.domain.hold import Hold
from novapay.domain.hold_steps import Captured, CaptureOrder, HoldOrder, Payee
from novapay.domain.idempotency import Answer, IdempotencyKey, KeyedRequest, fingerprint_of
from novapay.domain.money import Currency, Money, format_units
from novapay.domain.ports import AccountNumbers, RateProvider
from novapay.domain.posting import Leg
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.reference import Reference, ScopedReference
from novapay.domain.reversal import GivenBack
from novapay.domain.transfer import TransferOrder, Transferred
from novapay.domain.wallet import UserId, Wallet, WalletId
from novapay.domain.wallet_status import StatusAction
from novapay.providers.fx_rates import FixedRates
from novapay.store.client import Database
from novapay.store.commit import Committer
from novapay.store.resources import Resources
from novapay.usecases.adjust_balance import adjust_balance
from novapay.usecases.capture_hold import capture_hold
from novapay.usecases.change_wallet_status import change_wallet_status
from novapay.usecases.create_hold import create_hold
from novapay.usecases.create_posting import create_posting
from novapay.usecases.create_quote import create_quote
from novapay.usecases.create_reversal import create_reversal
from novapay.usecases.create_transfer import create_transfer
from novapay.usecases.create_wallet import create_wallet
from novapay.usecases.release_hold import release_hold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

R = TypeVar("R")

USD = Currency("USD")
EUR = Currency("EUR")
SALT = "5a17" * 8
WALLETS_PER_USER = 10_000

ACCOUNT_NUMBER = "ACC-001"


class Waits(Protocol):
    """How a bank waits: the `time` module does, and so does `Naps`."""

    def sleep(self, seconds: float, /) -> None: ...

    def monotonic(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Account:
    """A wallet as its holder knows it."""

    wallet_id: WalletId
    user_id: UserId
    currency: Currency = USD


@dataclass(frozen=True, slots=True)
class Told:
    """What a use case answered."""

    status: int
    facts: dict[str, Any]
    replayed: bool

    @property
    def code(self) -> str:
        """The refusal's code, or `ok`."""
        return str(self.facts.get("code", "ok"))


class Bank:
    """The use cases over one AWS, with a clock that stands still and waits that take no time."""

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        prefix: str = PREFIX,
        waits: Waits | None = None,
        numbers: AccountNumbers | None = None,
        seed: int = 0,
    ) -> None:
        self.client = client
        self.numbers = numbers or InMemoryAccountNumbers()
        self.prefix = prefix
        self.clock = ManualClock()
        self.meter = RecordingMeter()
        self._random = random.Random(seed)  # noqa: S311 - the same ids in every run
        waits = waits or Naps()
        self.server_clock: ManualClock = self.clock
        database = Database(
            client,
            prefix,
            self.meter,
            now=self.clock.now,
            sleep=waits.sleep,
            date_of=lambda _: self.server_clock.now(),
        )
        self.resources = Resources(
            database=database,
            committer=Committer(database, sleep=waits.sleep, monotonic=waits.monotonic),
            meter=self.meter,
            now=self.clock.now,
            new_id=self.new_id,
            new_salt=lambda: SALT,
        )

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def new_account(self, currency: Currency = USD) -> Account:
        """Return an account that nobody has opened."""
        return Account(WalletId(self.new_id()), UserId(self.new_id()), currency)

    def account(self, currency: Currency = USD, *, holding: str | None = None) -> Account:
        """Open a wallet for a new user and put an amount into it."""
        user_id = UserId(self.new_id())
        told = self.open_wallet(user_id, currency)
        account = Account(WalletId(told.facts["walletId"]), user_id, currency)
        if holding is not None:
            assert self.deposit(account, holding).code == "ok"
        return account

    def open_wallet(
        self, user_id: UserId, currency: Currency = USD, *, key: str | None = None
    ) -> Told:
        answer = create_wallet(
            self.resources,
            self.numbers,
            user_id=user_id,
            wallets_max=WALLETS_PER_USER,
            currency=currency,
            account_number=ACCOUNT_NUMBER,
            keyed_request=_keyed_request("open", key, [user_id, currency]),
            answer=_answers(_wallet_facts),
        )
        return _told(answer)

    def change_status(
        self,
        account: Account,
        action: StatusAction,
        *,
        key: str | None = None,
        reason: str = "a court's order",
    ) -> Told:
        """Freeze, unfreeze or close a wallet."""
        answer = change_wallet_status(
            self.resources,
            account.wallet_id,
            action,
            reason=reason,
            origin=Origin("anyone", None, "r"),
            keyed_request=_keyed_request(action, key, [account.wallet_id, reason]),
            answer=_answers(_wallet_facts),
        )
        return _told(answer)

    def deposit(
        self,
        account: Account,
        amount: str,
        *,
        key: str | None = None,
        reference: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Told:
        order = AdjustmentOrder(
            wallet_id=account.wallet_id,
            entry_type=EntryType.CREDIT,
            amount_text=amount,
            reference=_scoped(reference),
            metadata=metadata,
        )
        return self._adjust(order, key)

    def withdraw(
        self, account: Account, amount: str, *, key: str | None = None, reference: str | None = None
    ) -> Told:
        order = AdjustmentOrder(
            wallet_id=account.wallet_id,
            entry_type=EntryType.DEBIT,
            amount_text=amount,
            reference=_scoped(reference),
        )
        return self._adjust(order, key)

    def _adjust(self, order: AdjustmentOrder, key: str | None) -> Told:
        answer = adjust_balance(
            self.resources,
            order,
            keyed_request=_keyed_request("adjust", key, [str(order)]),
            answer=_answers(_adjusted_facts),
        )
        return _told(answer)

    def transfer(
        self,
        sender: Account,
        recipient: Account,
        amount: str,
        *,
        key: str,
        currency: Currency | None = None,
        description: str | None = None,
        fx_quote_id: QuoteId | None = None,
        reference: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Told:
        order = TransferOrder(
            sender_wallet_id=sender.wallet_id,
            recipient_wallet_id=recipient.wallet_id,
            sender_user_id=sender.user_id,
            recipient_user_id=recipient.user_id,
            amount=Money.parse(amount, currency or sender.currency),
            amount_text=amount,
            description=description,
            fx_quote_id=fx_quote_id,
            reference=_scoped(reference),
            metadata=metadata,
        )
        keyed_request = _keyed_request("transfer", key, [str(order)])
        assert keyed_request is not None
        answer = create_transfer(
            self.resources, order, keyed_request=keyed_request, answer=_answers(_transferred_facts)
        )
        return _told(answer)

    def reverse(
        self,
        transaction_id: str,
        amount: str | None = None,
        *,
        key: str,
        reason: str = "returned",
        caller: Caller = TRUSTED,
    ) -> Told:
        """Give a transaction back, all that is left of it or an amount."""
        keyed_request = _keyed_request("reverse", key, [transaction_id, amount or "", reason])
        assert keyed_request is not None
        answer = create_reversal(
            self.resources,
            TransactionId(transaction_id),
            amount_text=amount,
            reason=reason,
            caller=caller,
            keyed_request=keyed_request,
            answer=_answers(_given_back_facts),
        )
        return _told(answer)

    def quote(
        self,
        account: Account,
        to_currency: Currency,
        amount: str,
        *,
        provider: RateProvider | None = None,
    ) -> Quote:
        """Lock a rate, the local table's if no other is given, for the holder of an account."""
        made: list[Quote | Refusal] = []

        def answer(result: Quote | Refusal) -> Answer:
            made.append(result)
            return _answers(_quote_facts)(result)

        create_quote(
            self.resources,
            provider or FixedRates(),
            spread_bps=0,
            user_id=account.user_id,
            from_amount=Money.parse(amount, account.currency),
            to_currency=to_currency,
            keyed_request=None,
            answer=answer,
        )
        result = made[-1]
        if isinstance(result, Refusal):
            raise result
        return result

    def ask_for_quote(
        self,
        account: Account,
        to_currency: Currency,
        amount: str,
        *,
        key: str | None = None,
        provider: RateProvider | None = None,
        spread_bps: int = 0,
    ) -> Told:
        """Do the same and return what the client is told."""
        answer = create_quote(
            self.resources,
            provider or FixedRates(),
            spread_bps=spread_bps,
            user_id=account.user_id,
            from_amount=Money.parse(amount, account.currency),
            to_currency=to_currency,
            keyed_request=_keyed_request("quote", key, [account.user_id, to_currency, amount]),
            answer=_answers(_quote_facts),
        )
        return _told(answer)

    def hold(
        self,
        account: Account,
        amount: str,
        *,
        key: str,
        payee: Account | None = None,
        currency: Currency | None = None,
        expires_at: datetime | None = None,
        description: str | None = None,
    ) -> Told:
        order = HoldOrder(
            wallet_id=account.wallet_id,
            user_id=account.user_id,
            amount=Money.parse(amount, currency or account.currency),
            amount_text=amount,
            payee=_payee(payee),
            expires_at=expires_at,
            description=description,
        )
        keyed_request = _keyed_request("hold", key, [str(order)])
        assert keyed_request is not None
        answer = create_hold(
            self.resources, order, keyed_request=keyed_request, answer=_answers(_hold_facts)
        )
        return _told(answer)

    def capture(
        self,
        hold_id: str,
        amount: str | None = None,
        *,
        key: str,
        payee: Account | None = None,
        is_final: bool = True,
        caller: Caller = TRUSTED,
    ) -> Told:
        order = CaptureOrder(
            hold_id=TransactionId(hold_id),
            amount_text=amount,
            payee=_payee(payee),
            is_final=is_final,
        )
        keyed_request = _keyed_request("capture", key, [str(order)])
        assert keyed_request is not None
        answer = capture_hold(
            self.resources,
            order,
            caller,
            keyed_request=keyed_request,
            answer=_answers(_captured_facts),
        )
        return _told(answer)

    def release(self, hold_id: str, *, key: str, caller: Caller = TRUSTED) -> Told:
        keyed_request = _keyed_request("release", key, [hold_id])
        assert keyed_request is not None
        answer = release_hold(
            self.resources,
            TransactionId(hold_id),
            caller,
            keyed_request=keyed_request,
            answer=_answers(_hold_facts),
        )
        return _told(answer)

    def post(
        self, transaction_id: TransactionId, legs: Sequence[Leg], *, key: str | None = None
    ) -> Told:
        answer = create_posting(
            self.resources,
            transaction_id=transaction_id,
            legs=legs,
            keyed_request=_keyed_request("post", key, [transaction_id, str(legs)]),
            answer=_answers(_entries_facts),
        )
        return _told(answer)


def pair(
    transaction_id: TransactionId, sender: Account, recipient: Account, amount: str
) -> list[Leg]:
    """Return the two legs of a plain movement in the sender's currency."""
    money = Money.parse(amount, sender.currency)
    return [
        Leg(
            transaction_id=transaction_id,
            wallet_id=account.wallet_id,
            user_id=account.user_id,
            entry_type=entry_type,
            amount=money,
        )
        for account, entry_type in ((sender, EntryType.DEBIT), (recipient, EntryType.CREDIT))
    ]


def _keyed_request(scope: str, key: str | None, payload: Sequence[str]) -> KeyedRequest | None:
    if key is None:
        return None
    return KeyedRequest(
        f"anyone#{scope}", IdempotencyKey(key), fingerprint_of({"payload": payload})
    )


def _scoped(reference: str | None) -> ScopedReference | None:
    return None if reference is None else ScopedReference("anyone", Reference(reference))


def _answers(facts: Callable[[R], dict[str, Any]]) -> Callable[[R | Refusal], Answer]:
    def answer(result: R | Refusal) -> Answer:
        if isinstance(result, Refusal):
            return Answer(422, json.dumps({"code": result.code}))
        return Answer(200, json.dumps(facts(result)))

    return answer


def _told(answer: Answer) -> Told:
    return Told(answer.status, json.loads(answer.body), answer.replayed)


def _wallet_facts(wallet: Wallet) -> dict[str, Any]:
    return {
        "walletId": wallet.wallet_id,
        "balance": str(wallet.balance),
        "status": wallet.status,
    }


def _adjusted_facts(adjusted: Adjusted) -> dict[str, Any]:
    transaction_id = adjusted.transaction.transaction_id
    return {**_wallet_facts(adjusted.wallet), "transactionId": transaction_id}


def _transferred_facts(transferred: Transferred) -> dict[str, Any]:
    return {
        "transactionId": transferred.transfer.transaction_id,
        "senderBalance": str(transferred.sender_balance),
    }


def _given_back_facts(given: GivenBack) -> dict[str, Any]:
    return {
        "transactionId": given.reversal.transaction_id,
        "amount": given.reversal.amount_text,
        "reversedAmount": format_units(given.original.reversed_units),
    }


def _quote_facts(quote: Quote) -> dict[str, Any]:
    return {
        "quoteId": quote.quote_id,
        "rate": str(quote.rate),
        "toAmount": str(quote.to_amount),
    }


def _hold_facts(hold: Hold) -> dict[str, Any]:
    return {
        "holdId": hold.hold_id,
        "status": hold.status,
        "captured": str(hold.captured),
        "released": str(hold.released),
        "remaining": str(hold.remaining),
    }


def _captured_facts(captured: Captured) -> dict[str, Any]:
    return {
        "transactionId": captured.transfer.transaction_id,
        "amount": captured.transfer.amount_text,
        "hold": _hold_facts(captured.hold),
    }


def _payee(account: Account | None) -> Payee | None:
    return None if account is None else Payee(account.wallet_id, account.user_id)


def _entries_facts(entries: Sequence[Entry]) -> dict[str, Any]:
    return {"entries": [entry.entry_id for entry in entries]}
