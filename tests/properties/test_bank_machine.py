"""Random commands against the real use cases and the reference ledger, compared after each."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from localstack.memory.auditor import read_books
from localstack.memory.bank import EUR, USD, Account, Bank, Told, pair
from localstack.memory.dynamodb import dynamodb_in_memory
from novapay.domain.entry import TransactionId
from novapay.domain.errors import (
    IdempotencyKeyReused,
    ReferenceTaken,
    TransactionExists,
    WalletNotFound,
)
from novapay.domain.money import Currency, format_units, parse_units
from novapay.domain.posting import Leg
from novapay.domain.wallet import UserId, WalletId
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import CREDIT, DEBIT, id_of
from tests.support.reference import ReferenceLedger, ReferenceTransfer

AMOUNTS = st.sampled_from(["0.00000001", "1", "1", "1.00", "2.5", "9.99999999", "10", "1000"])
CURRENCIES = st.sampled_from([USD] * 9 + [EUR])
KEYS = st.sampled_from([None] * 5 + ["key-1", "key-2", "key-3", "key-4"])
REFERENCES = st.sampled_from([None] * 3 + ["order-1", "order-2", "order-3"])
NOBODY = Account(WalletId(id_of("nobody")), UserId(id_of("nobody's owner")))


def no_mistake(account: Account) -> Account:
    return account


def false_owner(account: Account) -> Account:
    return replace(account, user_id=UserId(id_of("stranger")))


def unknown_wallet(_: Account) -> Account:
    return NOBODY


MISTAKES = st.sampled_from([no_mistake] * 10 + [false_owner, unknown_wallet])


@dataclass(frozen=True, slots=True)
class Command:
    """What a client sends: under a key or not, and what it says.

    Attributes:
        scope: the route.
        key: the client's.
        payload: tells two commands apart.
        run: sends it.
        effect: moves the reference if nothing is wrong with the command, and says what is.
        wallet_ids: the wallets that it names.
        transaction_id: the id that it chooses for a posting.
        reference: what it calls the movement.
        makes: the transfer that there is afterwards, if nothing is wrong.
    """

    scope: str
    key: str | None
    payload: object
    run: Callable[[], Told]
    effect: Callable[[], set[str]]
    wallet_ids: tuple[str, ...] = ()
    transaction_id: str | None = None
    reference: str | None = None
    makes: ReferenceTransfer | None = None


class BankMachine(RuleBasedStateMachine):
    """The clients of a bank, some of them careless, some of them dishonest."""

    accounts: Bundle[Account] = Bundle("accounts")
    commands: Bundle[Command] = Bundle("commands")
    parties = st.builds(lambda account, mistake: mistake(account), accounts, MISTAKES)

    def __init__(self) -> None:
        super().__init__()
        self.aws = ExitStack()
        self.client = self.aws.enter_context(dynamodb_in_memory())
        self.bank = Bank(self.client)
        self.reference = ReferenceLedger()

    def teardown(self) -> None:
        self.aws.close()

    @initialize(target=accounts)
    def found(self) -> MultipleResults[Account]:
        """Open wallets, one in another currency, one that is closed."""
        currencies = [
            (USD, "5"),
            (EUR, "50"),
            (USD, "10"),
            (USD, None),
            (USD, None),
            (USD, "100"),
            (USD, "1000"),
        ]
        opened = [self.bank.account(currency, holding=money) for currency, money in currencies]
        for account, (_, money) in zip(opened, currencies, strict=True):
            self.reference.open(account)
            self.reference.wallets[account.wallet_id].units = parse_units(money) if money else 0
        self.change(opened[3], StatusAction.CLOSE, None)
        return multiple(*opened)

    @precondition(lambda self: len(self.reference.wallets) < 8)
    @rule(target=accounts, currency=CURRENCIES)
    def open_wallet(self, currency: Currency) -> Account:
        account = self.bank.account(currency)

        self.reference.open(account)
        return account

    @rule(
        target=commands,
        account=parties,
        amount=AMOUNTS,
        key=KEYS,
        is_deposit=st.booleans(),
        reference=REFERENCES,
    )
    def adjust(
        self,
        account: Account,
        amount: str,
        key: str | None,
        is_deposit: bool,
        reference: str | None,
    ) -> Command:
        run = self.bank.deposit if is_deposit else self.bank.withdraw
        entry_type = CREDIT if is_deposit else DEBIT
        units = parse_units(amount)
        command = Command(
            scope="adjust",
            key=key,
            payload=(account.wallet_id, entry_type, amount, reference),
            run=lambda: run(account, amount, key=key, reference=reference),
            effect=lambda: self.reference.adjust(account.wallet_id, entry_type, units),
            wallet_ids=(account.wallet_id,),
            reference=reference,
        )
        self.send(command)
        return command

    @rule(
        target=commands,
        sender=parties,
        recipient=parties,
        amount=AMOUNTS,
        currency=CURRENCIES,
        key=KEYS,
        words=st.sampled_from([None, "rent"]),
        reference=REFERENCES,
    )
    def transfer(
        self,
        *,
        sender: Account,
        recipient: Account,
        amount: str,
        currency: Currency,
        key: str | None,
        words: str | None,
        reference: str | None,
    ) -> Command:
        key = key or self.bank.new_id()
        told = replace(sender, currency=currency)

        def run() -> Told:
            return self.bank.transfer(
                told, recipient, amount, key=key, description=words, reference=reference
            )

        def effect() -> set[str]:
            legs = pair(TransactionId(""), told, recipient, amount)
            faults = self.reference.faults_of(legs)
            if sender.wallet_id == recipient.wallet_id:
                faults.add("same-wallet")
            if "currency-mismatch" in faults:
                faults.add("fx-quote-required")
            if not faults:
                self.reference.move(legs)
            return faults

        command = Command(
            scope="transfer",
            key=key,
            payload=(told, recipient, amount, words, reference),
            run=run,
            effect=effect,
            wallet_ids=(sender.wallet_id, recipient.wallet_id),
            reference=reference,
            makes=ReferenceTransfer(sender.wallet_id, recipient.wallet_id, parse_units(amount)),
        )
        self.send(command)
        return command

    @precondition(lambda self: self.reference.transfers)
    @rule(target=commands, number=st.integers(0, 9), amount=st.none() | AMOUNTS, key=KEYS)
    def reverse(self, number: int, amount: str | None, key: str | None) -> Command:
        key = key or self.bank.new_id()
        made = list(self.reference.transfers)
        transaction_id = made[number % len(made)]
        units = None if amount is None else parse_units(amount)
        command = Command(
            scope="reverse",
            key=key,
            payload=(transaction_id, amount),
            run=lambda: self.bank.reverse(transaction_id, amount, key=key),
            effect=lambda: self.reference.reverse(transaction_id, units),
        )
        self.send(command)
        return command

    @rule(
        target=commands,
        sender=parties,
        recipients=st.lists(st.tuples(parties, AMOUNTS), min_size=1, max_size=3),
        excess=st.sampled_from([0] * 19 + [1]),
        number=st.integers(1, 30),
        key=KEYS,
    )
    def post(
        self,
        sender: Account,
        recipients: list[tuple[Account, str]],
        excess: int,
        number: int,
        key: str | None,
    ) -> Command:
        transaction_id = TransactionId(id_of(f"posting {number}"))
        legs = _legs(transaction_id, sender, recipients, excess)

        def effect() -> set[str]:
            faults = self.reference.faults_of(legs)
            if not faults:
                self.reference.move(legs)
                self.reference.transaction_ids.add(transaction_id)
            return faults

        command = Command(
            scope="post",
            key=key,
            payload=legs,
            run=lambda: self.bank.post(transaction_id, legs, key=key),
            effect=effect,
            wallet_ids=tuple(leg.wallet_id for leg in legs),
            transaction_id=transaction_id,
        )
        self.send(command)
        return command

    @rule(
        target=commands,
        account=parties,
        action=st.sampled_from([*StatusAction, StatusAction.UNFREEZE]),
        key=KEYS,
    )
    def change(self, account: Account, action: StatusAction, key: str | None) -> Command:
        command = Command(
            scope=action,
            key=key,
            payload=account.wallet_id,
            run=lambda: self.bank.change_status(account, action, key=key),
            effect=lambda: self.reference.change_status(account.wallet_id, action),
            wallet_ids=(account.wallet_id,),
        )
        self.send(command)
        return command

    @rule(command=commands, waited=st.sampled_from([0, 0, 23, 24]))
    def send_again(self, command: Command, waited: int) -> None:
        self.bank.clock.advance(timedelta(hours=waited))
        self.send(command)

    @invariant()
    def the_books_are_sound_and_every_balance_is_the_references(self) -> None:
        books = read_books(self.client)
        books.assert_sound()
        expected = {i: format_units(wallet.units) for i, wallet in self.reference.wallets.items()}
        assert {wallet_id: books.balance(wallet_id) for wallet_id in expected} == expected
        for wallet_id, wallet in self.reference.wallets.items():
            assert books.wallets[wallet_id]["status"] == wallet.status
            assert books.changes_of_status(wallet_id) == wallet.changes

    def send(self, command: Command) -> None:
        """Send a command and compare its outcome with what the reference says it must be."""
        now = self.bank.clock.now()
        known = self.reference.recall(command.scope, command.key, now)
        try:
            told = command.run()
        except IdempotencyKeyReused:
            assert known is not None
            assert known.payload != command.payload
        except WalletNotFound:
            assert known is None
            assert not self.reference.knows(command.wallet_ids)
        except TransactionExists:
            assert known is None
            assert command.transaction_id in self.reference.transaction_ids
        except ReferenceTaken as taken:
            assert known is None
            self.reference.assert_taken(command.reference, taken.transaction_id)
        else:
            if told.replayed:
                assert known is not None
                assert known.payload == command.payload
                assert told == replace(known.told, replayed=True)
                return
            assert known is None
            assert self.reference.knows(command.wallet_ids)
            assert command.transaction_id not in self.reference.transaction_ids
            assert command.reference not in self.reference.references
            faults = command.effect()
            assert told.code in (faults or {"ok"})
            if command.reference is not None and not faults:
                self.reference.references[command.reference] = told.facts["transactionId"]
            if command.makes is not None and not faults:
                self.reference.transfers[told.facts["transactionId"]] = replace(command.makes)
            self.reference.remember(command.scope, command.key, command.payload, told, now)


def _legs(
    transaction_id: TransactionId,
    sender: Account,
    recipients: list[tuple[Account, str]],
    excess: int,
) -> list[Leg]:
    legs = []
    for recipient, amount in recipients:
        legs += pair(transaction_id, sender, recipient, amount)
    last = legs.pop()
    return [*legs, replace(last, amount=last.amount.plus(excess))]


TestBankMachine = BankMachine.TestCase
TestBankMachine.settings = settings(max_examples=10, stateful_step_count=30)
