"""POST /transactions/transfers/{transactionId}/reversals"""

from typing import Any

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import EUR, Account, pair
from localstack.memory.intruder import Intruder
from localstack.memory.payroll import Office, order_for
from localstack.memory.tables import PREFIX
from localstack.memory.wire import Wire
from novapay.domain.caller import Caller, Scope
from novapay.domain.entry import TransactionId
from novapay.domain.transaction import REVERSALS_MAX
from novapay.domain.wallet import UserId
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of
from tests.support.versions import as_version_1

OPERATION = "transactions/create_reversal"
KEYS = map(str, range(10**6))


@pytest.fixture
def alice(api: Api) -> Account:
    return api.bank.account(holding="100")


@pytest.fixture
def bob(api: Api) -> Account:
    return api.bank.account()


@pytest.fixture
def paid(api: Api, alice: Account, bob: Account) -> str:
    """Return the id of a transfer of 40 from Alice, who had 100, to Bob, who had nothing."""
    return transfer(api, alice, bob, "40")


def transfer(api: Api, sender: Account, recipient: Account, amount: str) -> str:
    reply = api.transfer(sender, recipient, amount, key=next(KEYS))
    return str(reply.body["transactionId"])


def reverse(api: Api, transaction_id: str, amount: str | None = None, **changes: Any) -> Reply:
    body = {"reason": "broken"} | ({} if amount is None else {"amount": amount})
    changes.setdefault("key", next(KEYS))
    return api.call(OPERATION, path={"transactionId": transaction_id}, body=body, **changes)


def shown(api: Api, transaction_id: str) -> dict[str, Any]:
    return dict(api.call("transactions/get_transfer", path={"transactionId": transaction_id}).body)


def balanced(api: Api, transaction_id: str) -> bool:
    path = {"transactionId": transaction_id}
    return bool(api.call("ledger/verify_transaction", path=path).body["balanced"])


def user(account: Account, *scopes: Scope) -> Caller:
    return Caller(account.user_id, UserId(account.user_id), frozenset(scopes))


def assert_refused(api: Api, reply: Reply, code: str) -> None:
    """Check that it is a decision: stored as a FAILED reversal, and nothing has moved."""
    assert (reply.status, reply.code) == (422, code)
    failed = api.sound_books().transfers[reply.body["transactionId"]]
    assert (failed["type"], failed["status"], failed["failureCode"]) == (
        "reversal",
        "FAILED",
        code,
    )
    assert failed["entries"] == []


def test_a_reversal_answers_as_the_contract_says(api: Api, paid: str) -> None:
    reply = reverse(api, paid, "15")

    assert reply.status == 201
    assert not reply.is_replay
    assert reply.body == {
        "transactionId": reply.body["transactionId"],
        "reverses": paid,
        "status": "COMPLETED",
        "amount": "15",
        "currency": "USD",
        "fxRate": None,
        "reversedAmount": "15.00000000",
    }


def test_without_an_amount_all_that_is_left_goes_back(
    api: Api, alice: Account, bob: Account, paid: str
) -> None:
    reverse(api, paid, "15")

    reply = reverse(api, paid)

    assert reply.body["amount"] == "25.00000000"
    assert reply.body["reversedAmount"] == "40.00000000"
    books = api.sound_books()
    assert books.balance(alice.wallet_id) == "100.00000000"
    assert books.balance(bob.wallet_id) == "0.00000000"


def test_the_original_names_its_reversals_and_they_name_it(api: Api, paid: str) -> None:
    before = shown(api, paid)
    first, second = (reverse(api, paid, it).body["transactionId"] for it in ("15", "1.5"))

    after = shown(api, paid)

    assert (before["reversedAmount"], before["reversals"]) == ("0.00000000", [])
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"reversedAmount", "reversals"}
    assert after["reversedAmount"] == "16.50000000"
    assert after["reversals"] == [first, second]
    reversal = shown(api, first)
    assert (reversal["type"], reversal["reverses"]) == ("reversal", paid)
    assert reversal["description"] == "broken"
    assert (reversal["senderWalletId"], reversal["recipientWalletId"]) == (
        before["recipientWalletId"],
        before["senderWalletId"],
    )


def test_the_original_and_its_reversals_are_verified_against_each_other(
    api: Api, paid: str
) -> None:
    ids = [paid, *(reverse(api, paid, it).body["transactionId"] for it in ("15", "1.5"))]
    assert all(balanced(api, it) for it in ids)
    intruder = Intruder(api.bank.client, PREFIX)

    intruder.change("transfers", paid, reversedAmount="16.00000000")
    assert [balanced(api, it) for it in ids] == [False, True, True]

    forgotten = {**intruder.get("transfers", paid), "reversals": [{"S": ids[1]}]}
    intruder.put("transfers", {**forgotten, "reversedAmount": "15.00000000"})
    assert [balanced(api, it) for it in ids] == [True, True, False]

    for name in ("reversals", "reversedAmount"):
        del forgotten[name]
    intruder.put("transfers", forgotten)
    assert [balanced(api, it) for it in ids] == [True, False, False]


def test_it_takes_three_round_trips(api: Api, paid: str) -> None:
    with Wire(api.bank.client) as wire:
        reverse(api, paid)

    assert wire.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]


def test_the_same_key_gives_back_once(api: Api, paid: str) -> None:
    told = reverse(api, paid, "15", key="once")
    again = reverse(api, paid, "15.0", key="once")
    other = reverse(api, paid, "16", key="once")

    assert (again.is_replay, again.body) == (True, told.body)
    assert (other.status, other.code) == (409, "idempotency-key-reused")
    assert shown(api, paid)["reversedAmount"] == "15.00000000"


def test_it_needs_a_key(api: Api, paid: str) -> None:
    reply = reverse(api, paid, key=None)

    assert (reply.status, reply.code) == (400, "idempotency-key-missing")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/reason"),
        ({"reason": ""}, "/reason"),
        ({"reason": "x" * 141}, "/reason"),
        ({"reason": "broken", "amount": "0"}, "/amount"),
        ({"reason": "broken", "amount": 1}, "/amount"),
        ({"reason": "broken", "currency": "USD"}, "/currency"),
    ],
)
def test_a_bad_body_is_pointed_at(
    api: Api, paid: str, body: dict[str, object], pointer: str
) -> None:
    reply = api.call(OPERATION, path={"transactionId": paid}, body=body)

    assert reply.status == 400
    assert reply.pointers == [pointer]


class TestAmounts:
    """All reversals of a transfer together never exceed it."""

    @pytest.mark.parametrize(("amount", "status"), [("40", 201), ("40.00000001", 422)])
    def test_at_most_the_transfer_goes_back(
        self, api: Api, paid: str, amount: str, status: int
    ) -> None:
        reply = reverse(api, paid, amount)

        assert reply.status == status
        if status == 422:
            assert_refused(api, reply, "reversal-amount-exceeded")
            assert "40.00000000 USD" in reply.body["detail"]

    @pytest.mark.parametrize(("amount", "status"), [("25", 201), ("25.00000001", 422)])
    def test_at_most_what_is_left_goes_back(
        self, api: Api, paid: str, amount: str, status: int
    ) -> None:
        reverse(api, paid, "15")

        assert reverse(api, paid, amount).status == status

    @pytest.mark.parametrize("amount", [None, "0.00000001"])
    def test_of_a_transfer_that_was_given_back_nothing_is_left(
        self, api: Api, paid: str, amount: str | None
    ) -> None:
        reverse(api, paid)

        assert_refused(api, reverse(api, paid, amount), "reversal-amount-exceeded")

    def test_what_the_recipient_has_spent_cannot_go_back(
        self, api: Api, bob: Account, paid: str
    ) -> None:
        api.bank.withdraw(bob, "0.00000001")

        assert_refused(api, reverse(api, paid), "insufficient-funds")
        assert reverse(api, paid, "39.99999999").status == 201

    def test_a_transfer_has_so_many_reversals_at_most(self, api: Api, paid: str) -> None:
        for _ in range(REVERSALS_MAX):
            assert reverse(api, paid, "0.1").status == 201

        assert_refused(api, reverse(api, paid, "0.1"), "too-many-reversals")
        assert len(shown(api, paid)["reversals"]) == REVERSALS_MAX
        assert balanced(api, paid)


class TestBetweenCurrencies:
    """At the original's locked rate, through its liquidity wallets, to the unit."""

    @pytest.fixture
    def eva(self, api: Api) -> Account:
        return api.bank.account(EUR)

    @pytest.fixture
    def exchanged(self, api: Api, alice: Account, eva: Account) -> str:
        """Return a transfer of 9.99999999 USD that arrived as 9.19999999 EUR."""
        quote = api.bank.quote(alice, EUR, "9.99999999")
        told = api.bank.transfer(alice, eva, "9.99999999", key="fx", fx_quote_id=quote.quote_id)
        return str(told.facts["transactionId"])

    def liquidity(self, api: Api) -> list[str]:
        wallets = api.sound_books().wallets.values()
        return sorted(it["balance"] for it in wallets if it["kind"] == "liquidity")

    @pytest.mark.parametrize(
        "parts", [(), ("3.33333333",), ("0.00000002", "0.00000002"), ("9.99999998",)]
    )
    def test_a_full_reversal_restores_all_four_balances(
        self, api: Api, alice: Account, eva: Account, exchanged: str, parts: tuple[str, ...]
    ) -> None:
        assert self.liquidity(api) == ["-9.19999999", "9.99999999"]
        for part in parts:
            assert reverse(api, exchanged, part).status == 201

        reply = reverse(api, exchanged)

        assert reply.body["fxRate"] == "0.92000000"
        books = api.sound_books()
        assert books.balance(alice.wallet_id) == "100.00000000"
        assert books.balance(eva.wallet_id) == "0.00000000"
        assert self.liquidity(api) == ["0.00000000", "0.00000000"]
        for transaction_id in books.transfers:
            assert balanced(api, transaction_id)

    def test_the_amount_is_in_the_senders_currency(
        self, api: Api, alice: Account, eva: Account, exchanged: str
    ) -> None:
        reply = reverse(api, exchanged, "5")

        assert (reply.body["amount"], reply.body["currency"]) == ("5", "USD")
        books = api.sound_books()
        assert books.balance(alice.wallet_id) == "95.00000001"
        assert books.balance(eva.wallet_id) == "4.59999999"
        assert self.liquidity(api) == ["-4.59999999", "4.99999999"]

    def test_its_house_side_is_linked_and_names_what_it_reverses(
        self, api: Api, exchanged: str
    ) -> None:
        reversal = shown(api, reverse(api, exchanged).body["transactionId"])

        house = shown(api, reversal["linkedTransactionId"])
        assert (house["type"], house["linkedTransactionId"]) == (
            "fx_house",
            reversal["transactionId"],
        )
        assert house["reverses"] == shown(api, exchanged)["linkedTransactionId"]
        assert (reversal["fxQuoteId"], house["fxQuoteId"]) == (None, None)

    def test_what_is_worth_nothing_in_the_other_currency_is_refused(
        self, api: Api, exchanged: str
    ) -> None:
        assert_refused(api, reverse(api, exchanged, "0.00000001"), "fx-amount-too-small")

    def test_it_takes_three_round_trips_too(self, api: Api, exchanged: str) -> None:
        with Wire(api.bank.client) as wire:
            reverse(api, exchanged)

        assert wire.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]

    def test_a_house_side_that_was_changed_stops_it(self, api: Api, exchanged: str) -> None:
        house = shown(api, exchanged)["linkedTransactionId"]
        intruder = Intruder(api.bank.client, PREFIX)
        intruder.change("transfers", house, fxRate="0.93000000")

        reply = reverse(api, exchanged)

        assert (reply.status, reply.code) == (500, "invariant-violated")


class TestPayroll:
    """A payment returns to the wallet that the employer paid from, not to the float."""

    @pytest.fixture
    def office(self, api: Api) -> Office:
        return Office(api.bank)

    def pay(self, office: Office, source: Account) -> tuple[str, Account, str]:
        """Pay a person 7, and return the payment, the person and the float wallet."""
        [person] = office.employees(1)
        job_id = office.queue(source, [order_for(person, "7")])
        office.run(job_id)
        [item] = office.items(job_id)
        return str(item.transaction_id), person, office.float_id(job_id)

    def test_it_returns_to_the_employers_wallet(
        self, api: Api, office: Office, alice: Account
    ) -> None:
        payment, person, float_id = self.pay(office, alice)

        with Wire(api.bank.client) as wire:
            reply = reverse(api, payment, "3", caller=user(person))

        assert reply.status == 201
        assert wire.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
        books = api.sound_books()
        assert books.balance(alice.wallet_id) == "96.00000000"
        assert books.balance(person.wallet_id) == "4.00000000"
        assert books.balance(float_id) == "0.00000000"
        assert all(balanced(api, it) for it in (payment, reply.body["transactionId"]))

    def test_of_a_payment_from_before_its_row_named_that_wallet_the_funding_says_it(
        self, api: Api, office: Office, alice: Account
    ) -> None:
        payment, person, _ = self.pay(office, alice)
        intruder = Intruder(api.bank.client, PREFIX)
        as_version_1(intruder, api.books())
        row = intruder.get("transfers", payment)
        del row["payerWalletId"]
        intruder.put("transfers", row)

        with Wire(api.bank.client) as wire:
            reply = reverse(api, payment)

        assert reply.status == 201
        assert wire.operations == ["BatchGetItem"] * 3 + ["TransactWriteItems"]
        books = api.sound_books()
        assert books.balance(alice.wallet_id) == "100.00000000"
        assert books.balance(person.wallet_id) == "0.00000000"
        assert all(balanced(api, it) for it in (payment, reply.body["transactionId"]))

    @pytest.mark.parametrize("version", [1, 2])
    def test_nobody_can_send_it_elsewhere(
        self, api: Api, office: Office, alice: Account, version: int
    ) -> None:
        payment, _, _ = self.pay(office, alice)
        another = api.bank.open_wallet(alice.user_id).facts["walletId"]
        intruder = Intruder(api.bank.client, PREFIX)
        if version == 1:
            as_version_1(intruder, api.books())
        intruder.change("transfers", payment, payerWalletId=another)

        reply = reverse(api, payment)

        assert (reply.status, reply.code) == (500, "invariant-violated")

    @pytest.mark.parametrize("kind", ["payroll_fund", "payroll_return"])
    def test_what_filled_or_emptied_the_float_cannot_be_reversed(
        self, api: Api, office: Office, alice: Account, kind: str
    ) -> None:
        [person] = office.employees(1)
        nobody = api.bank.new_account()
        office.run(office.queue(alice, [order_for(person, "7"), order_for(nobody, "1")]))
        [row] = [it for it, row in api.books().transfers.items() if row["type"] == kind]

        assert_refused(api, reverse(api, row), "not-reversible")


class TestHolds:
    """A capture returns to the wallet that the money was set aside from, not to its hold wallet."""

    def test_a_capture_goes_back_to_the_wallet_of_the_hold(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        hold_id = api.bank.hold(alice, "40", key="hold", payee=bob).facts["holdId"]
        api.bank.capture(hold_id, "30", key="capture")
        [capture] = [i for i, it in api.books().transfers.items() if it["type"] == "hold_capture"]

        with Wire(api.bank.client) as wire:
            part = reverse(api, capture, "10", caller=user(bob))
        rest = reverse(api, capture)

        assert (part.status, rest.status) == (201, 201)
        assert wire.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
        books = api.sound_books()
        assert books.balance(alice.wallet_id) == "100.00000000"
        assert books.balance(bob.wallet_id) == "0.00000000"
        ids = (capture, part.body["transactionId"], rest.body["transactionId"])
        assert all(balanced(api, it) for it in ids)

    @pytest.mark.parametrize("kind", ["hold", "hold_release"])
    def test_what_was_set_aside_or_returned_is_not_reversed(
        self, api: Api, alice: Account, kind: str
    ) -> None:
        hold_id = api.bank.hold(alice, "40", key="hold").facts["holdId"]
        api.bank.release(hold_id, key="release")
        [row] = [i for i, it in api.books().transfers.items() if it["type"] == kind]

        assert_refused(api, reverse(api, row), "not-reversible")


class TestWhatCanBeReversed:
    """Transfers and payroll payments; deposits and withdrawals by internal callers."""

    def test_a_refused_transfer_moved_nothing(self, api: Api, alice: Account, bob: Account) -> None:
        reply = reverse(api, transfer(api, alice, bob, "101"))

        assert_refused(api, reply, "not-reversible")

    def test_a_reversal_stays(self, api: Api, paid: str) -> None:
        reversal = reverse(api, paid).body["transactionId"]

        assert_refused(api, reverse(api, reversal), "not-reversible")

    def test_a_refused_reversal_cannot_be_reversed(self, api: Api, paid: str) -> None:
        refused = reverse(api, paid, "41").body["transactionId"]

        assert_refused(api, reverse(api, refused), "not-reversible")

    def test_an_internal_posting_is_not_between_two(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        posted = TransactionId(id_of("posting"))
        api.bank.post(posted, pair(posted, alice, bob, "1"))

        assert_refused(api, reverse(api, posted), "not-reversible")

    def test_the_houses_side_goes_back_with_the_clients(self, api: Api, alice: Account) -> None:
        eva = api.bank.account(EUR)
        quote = api.bank.quote(alice, EUR, "10")
        told = api.bank.transfer(alice, eva, "10", key="fx", fx_quote_id=quote.quote_id)
        house = shown(api, told.facts["transactionId"])["linkedTransactionId"]

        assert_refused(api, reverse(api, house), "not-reversible")

    @pytest.mark.parametrize(
        ("kind", "balance"), [("deposit", "0.00000000"), ("withdrawal", "100.00000000")]
    )
    def test_money_that_entered_or_left_goes_back_to_where_it_was(
        self, api: Api, alice: Account, kind: str, balance: str
    ) -> None:
        if kind == "withdrawal":
            api.bank.withdraw(alice, "30")
        [row] = [it for it, row in api.books().transfers.items() if row["type"] == kind]

        denied = reverse(api, row, caller=user(alice))
        allowed = reverse(api, row, caller=user(alice, Scope.INTERNAL))

        assert (denied.status, denied.code) == (403, "scope-missing")
        assert allowed.status == 201
        assert api.sound_books().balance(alice.wallet_id) == balance
        assert all(balanced(api, it) for it in (row, allowed.body["transactionId"]))

    def test_a_frozen_wallet_gives_nothing_back_and_gets_its_own(
        self, api: Api, alice: Account, bob: Account, paid: str
    ) -> None:
        api.bank.change_status(alice, StatusAction.FREEZE)
        assert reverse(api, paid, "1").status == 201

        api.bank.change_status(bob, StatusAction.FREEZE)

        assert_refused(api, reverse(api, paid), "wallet-frozen")

    def test_a_closed_wallet_gets_nothing_back(self, api: Api, alice: Account, paid: str) -> None:
        api.bank.withdraw(alice, "60")
        api.bank.change_status(alice, StatusAction.CLOSE)

        assert_refused(api, reverse(api, paid), "wallet-inactive")

    @pytest.mark.parametrize("name", ["amount", "recipientWalletId", "senderWalletId"])
    def test_nothing_follows_from_a_row_that_was_changed(
        self, api: Api, paid: str, name: str
    ) -> None:
        value = {"amount": "41"}.get(name, api.bank.account(holding="100").wallet_id)
        Intruder(api.bank.client, PREFIX).change("transfers", paid, **{name: value})

        reply = reverse(api, paid)

        assert (reply.status, reply.code) == (500, "invariant-violated")


class TestWhoMay:
    """The owner of the wallet that was paid, or an internal caller."""

    def test_the_recipient_gives_back(self, api: Api, bob: Account, paid: str) -> None:
        assert reverse(api, paid, caller=user(bob)).status == 201

    def test_the_sender_takes_nothing_back(self, api: Api, alice: Account, paid: str) -> None:
        reply = reverse(api, paid, caller=user(alice))

        assert (reply.status, reply.code) == (403, "not-the-owner")

    def test_a_stranger_does_not_learn_that_it_is_there(self, api: Api, paid: str) -> None:
        stranger = api.bank.account()

        reply = reverse(api, paid, caller=user(stranger))

        assert (reply.status, reply.code) == (404, "transfer-not-found")

    def test_an_internal_caller_gives_anybodys_back(self, api: Api, paid: str) -> None:
        stranger = api.bank.account()

        assert reverse(api, paid, caller=user(stranger, Scope.INTERNAL)).status == 201

    def test_the_recipient_does_not_see_a_transfer_that_was_refused(
        self, api: Api, alice: Account, bob: Account
    ) -> None:
        refused = transfer(api, alice, bob, "101")

        reply = reverse(api, refused, caller=user(bob))

        assert (reply.status, reply.code) == (404, "transfer-not-found")

    def test_what_is_not_there_is_not_found_and_may_be_asked_again(self, api: Api) -> None:
        reply = reverse(api, id_of("nothing"), key="k")

        assert (reply.status, reply.code) == (404, "transfer-not-found")
        assert not api.books().records
