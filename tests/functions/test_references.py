"""References and metadata of transfers and deposits: what is taken, kept and refused."""

from datetime import timedelta
from typing import Any

import pytest

from localstack.memory.api import Api, Reply
from localstack.memory.bank import EUR, Account
from localstack.memory.wire import Wire, first
from novapay.domain.caller import Caller, Scope
from novapay.domain.wallet import UserId

DEPOSIT = "accounts/adjust_balance"
TRANSFER = "transactions/create_transfer"


def deposit(api: Api, account: Account, **named: Any) -> Reply:
    body = {"amount": "5", "operation": "credit", **named.pop("body", {})}
    return api.call(DEPOSIT, path={"walletId": account.wallet_id}, body=body, **named)


def stored(api: Api, reply: Reply) -> Any:
    return api.call(
        "transactions/get_transfer", path={"transactionId": reply.body["transactionId"]}
    ).body


@pytest.fixture
def parties(api: Api) -> tuple[Account, Account]:
    return api.bank.account(holding="100"), api.bank.account()


Parties = tuple[Account, Account]


def test_a_transfer_shows_its_reference_and_metadata(api: Api, parties: Parties) -> None:
    named = {"reference": "order 17/a", "metadata": {"guests": "2", "café": ""}}

    reply = api.transfer(*parties, body=named, key="k")

    assert reply.status == 201
    assert {name: stored(api, reply)[name] for name in named} == named
    assert api.sound_books().references.keys() == {"anyone#order 17/a"}


def test_a_deposit_says_its_transaction_and_keeps_words_reference_and_metadata(api: Api) -> None:
    account = api.bank.account()
    named = {"description": "Salary", "reference": "bank-17", "metadata": {"bank": "3"}}

    reply = deposit(api, account, body=named)

    found = stored(api, reply)
    assert {name: found[name] for name in named} == named
    assert (found["type"], found["transactionId"]) == ("deposit", reply.body["transactionId"])
    books = api.sound_books()
    assert {it["description"] for it in books.chains[account.wallet_id]} == {"Salary"}


def test_a_movement_without_a_name_has_none(api: Api, parties: Parties) -> None:
    found = stored(api, api.transfer(*parties, key="k"))

    assert (found["reference"], found["metadata"]) == (None, None)
    assert api.books().references == {}


def test_metadata_without_pairs_is_none_at_all(api: Api, parties: Parties) -> None:
    reply = api.transfer(*parties, body={"metadata": {}}, key="k")

    assert stored(api, reply)["metadata"] is None
    [row] = (it for it in api.books().transfers.values() if it["type"] == "transfer")
    assert not {"metadata", "metadataSalt", "metadataCommitment"} & row.keys()


class TestTaken:
    """A reference stands for one movement for good."""

    @pytest.mark.parametrize("hours", [0, 24, 24 * 365 * 7])
    def test_a_second_movement_is_refused_and_told_the_first(
        self, api: Api, parties: Parties, hours: int
    ) -> None:
        first_one = api.transfer(*parties, body={"reference": "r"}, key="first")
        api.bank.clock.advance(timedelta(hours=hours))

        reply = api.transfer(*parties, body={"reference": "r"}, key="second")

        assert (reply.status, reply.code) == (409, "reference-taken")
        assert reply.body["transactionId"] == first_one.body["transactionId"]
        assert first_one.body["transactionId"] in reply.body["detail"]
        books = api.sound_books()
        assert books.balance(parties[0].wallet_id) == "60.00000000"
        assert len(books.transfers_of("COMPLETED")) == 2

    def test_it_is_the_same_name_for_deposits_and_transfers(
        self, api: Api, parties: Parties
    ) -> None:
        first_one = deposit(api, parties[0], body={"reference": "r"}, key=None)

        reply = api.transfer(*parties, body={"reference": "r"}, key="k")

        assert (reply.status, reply.code) == (409, "reference-taken")
        assert reply.body["transactionId"] == first_one.body["transactionId"]

    def test_the_same_key_gets_the_first_answer_again(self, api: Api, parties: Parties) -> None:
        first_one = api.transfer(*parties, body={"reference": "r"}, key="k")

        again = api.transfer(*parties, body={"reference": "r"}, key="k")

        assert again.is_replay
        assert (again.status, again.text) == (201, first_one.text)

    def test_a_key_of_more_than_a_day_ago_moves_nothing_again(
        self, api: Api, parties: Parties
    ) -> None:
        api.transfer(*parties, body={"reference": "r"}, key="k")
        api.bank.clock.advance(timedelta(hours=24))

        again = api.transfer(*parties, body={"reference": "r"}, key="k")

        assert (again.status, again.code) == (409, "reference-taken")
        assert api.sound_books().balance(parties[0].wallet_id) == "60.00000000"

    def test_nothing_is_stored_under_the_key_of_the_second(
        self, api: Api, parties: Parties
    ) -> None:
        api.transfer(*parties, body={"reference": "r"}, key="k")
        api.transfer(*parties, body={"reference": "r"}, key="second")

        other = api.transfer(*parties, body={"reference": "another"}, key="second")

        assert (other.status, other.is_replay) == (201, False)

    def test_a_refused_movement_takes_no_reference(self, api: Api, parties: Parties) -> None:
        refused = api.transfer(*parties, "1000", body={"reference": "r"}, key="too much")

        reply = api.transfer(*parties, body={"reference": "r"}, key="less")

        assert refused.status == 422
        assert stored(api, refused)["reference"] == "r"
        assert reply.status == 201
        api.sound_books()

    def test_a_refused_withdrawal_takes_no_reference(self, api: Api, parties: Parties) -> None:
        body = {"operation": "debit", "amount": "5000", "reference": "r"}
        assert deposit(api, parties[0], body=body).status == 422

        assert deposit(api, parties[0], body={"reference": "r"}, key=None).status == 200

    def test_a_wallet_that_is_not_there_takes_no_reference(
        self, api: Api, parties: Parties
    ) -> None:
        nobody = api.bank.new_account()
        assert deposit(api, nobody, body={"reference": "r"}, key=None).status == 404

        assert deposit(api, parties[0], body={"reference": "r"}, key=None).status == 200

    def test_each_caller_has_names_of_its_own(self, api: Api, parties: Parties) -> None:
        callers = [
            Caller(f"service-{n}", UserId(api.bank.new_id()), frozenset({Scope.INTERNAL}))
            for n in range(2)
        ]

        replies = [
            api.transfer(*parties, body={"reference": "r"}, key="k", caller=caller)
            for caller in callers
        ]

        assert [it.status for it in replies] == [201, 201]
        assert len(api.sound_books().references) == 2

    def test_an_exchange_has_one_reference_for_both_its_sides(self, api: Api) -> None:
        sender, recipient = api.bank.account(holding="100"), api.bank.account(EUR)
        quote = api.bank.quote(sender, EUR, "40").quote_id
        named = {"fxQuoteId": quote, "reference": "r"}

        reply = api.transfer(sender, recipient, body=named, key="k")

        assert reply.status == 201
        assert [it["transactionId"] for it in api.sound_books().references.values()] == [
            reply.body["transactionId"]
        ]

    def test_a_rival_that_was_faster_is_named(self, api: Api, parties: Parties) -> None:
        def take_it_first() -> None:
            api.bank.transfer(*parties, "1", key="the rival's", reference="r")

        with Wire(api.bank.client, before=first("TransactWriteItems", take_it_first)):
            reply = api.transfer(*parties, body={"reference": "r"}, key="ours")

        assert (reply.status, reply.code) == (409, "reference-taken")
        assert api.sound_books().balance(parties[0].wallet_id) == "99.00000000"


class TestTheKeyStandsForThem:
    """Reference and metadata are part of the payload, where they are given."""

    @pytest.mark.parametrize("other", [{"reference": "s"}, {"metadata": {"a": "2"}}, {}])
    def test_another_name_is_another_payload(
        self, api: Api, parties: Parties, other: dict[str, Any]
    ) -> None:
        named = {"reference": "r", "metadata": {"a": "1"}}
        api.transfer(*parties, body=named, key="k")

        reply = api.transfer(*parties, body={**named, **other} if other else {}, key="k")

        assert (reply.status, reply.code) == (409, "idempotency-key-reused")

    def test_a_request_of_before_there_were_references_is_still_the_same(
        self, api: Api, parties: Parties
    ) -> None:
        api.transfer(*parties, key="k")
        deposit(api, parties[0], key="d")
        fingerprints = {it["scopeKey"]: it["fingerprint"] for it in api.books().records.values()}

        nothing = {"reference": None, "metadata": None}
        replies = [
            api.transfer(*parties, body=nothing, key="k"),
            deposit(api, parties[0], body={**nothing, "description": ""}, key="d"),
        ]

        assert all(it.is_replay for it in replies)
        assert fingerprints == {
            it["scopeKey"]: it["fingerprint"] for it in api.books().records.values()
        }


class TestLimits:
    """Both sides of each boundary."""

    @pytest.mark.parametrize("reference", ["a", "a" * 64, "~!#%/ 9"])
    def test_a_reference_may_be(self, api: Api, parties: Parties, reference: str) -> None:
        reply = api.transfer(*parties, body={"reference": reference}, key="k")

        assert stored(api, reply)["reference"] == reference

    @pytest.mark.parametrize("reference", ["", "a" * 65, " a", "a ", "ä", "a\tb", "a\n", 5, ["a"]])
    def test_a_reference_may_not_be(self, api: Api, parties: Parties, reference: object) -> None:
        before = api.books()

        reply = api.transfer(*parties, body={"reference": reference}, key="k")

        assert (reply.status, reply.pointers) == (400, ["/reference"])
        assert api.books() == before

    @pytest.mark.parametrize(
        "metadata",
        [
            {f"n{number}": "v" for number in range(16)},
            {"n" * 40: "v" * 200},
            {"n": "v" * 200, "m": "v" * 200, "o": "v" * 109},
            {"n": "ü" * 200, "m": "v" * 110},
        ],
    )
    def test_metadata_may_be(self, api: Api, parties: Parties, metadata: dict[str, str]) -> None:
        reply = api.transfer(*parties, body={"metadata": metadata}, key="k")

        assert stored(api, reply)["metadata"] == metadata

    @pytest.mark.parametrize(
        ("metadata", "pointer"),
        [
            ({f"n{number}": "v" for number in range(17)}, "/metadata"),
            ({"n" * 41: "v"}, "/metadata"),
            ({"": "v"}, "/metadata"),
            ({"a\u200bb": "v"}, "/metadata"),
            ({"n": "v" * 201}, "/metadata/n"),
            ({"n": "v" * 200, "m": "v" * 200, "o": "v" * 110}, "/metadata"),
            ({"n": "ü" * 200, "m": "v" * 111}, "/metadata"),
            ({"n": "a\u0007"}, "/metadata/n"),
            ({"n": 5}, "/metadata/n"),
            ({"n": None}, "/metadata/n"),
            ({"n": {"m": "o"}}, "/metadata/n"),
            ([["n", "v"]], "/metadata"),
            ("n=v", "/metadata"),
        ],
    )
    def test_metadata_may_not_be(
        self, api: Api, parties: Parties, metadata: object, pointer: str
    ) -> None:
        before = api.books()

        reply = api.transfer(*parties, body={"metadata": metadata}, key="k")

        assert (reply.status, reply.pointers) == (400, [pointer])
        assert api.books() == before
