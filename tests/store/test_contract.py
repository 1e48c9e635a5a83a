"""What the store promises to the use cases, against each AWS that it has to run on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from localstack.memory.bank import Bank, pair
from localstack.memory.intruder import Intruder
from localstack.memory.wire import Call, Response, Wire
from novapay.domain.account_number import EncryptedAccountNumber
from novapay.domain.chain import MalformedEntry
from novapay.domain.entry import Description, Entry, TransactionId
from novapay.domain.errors import (
    Contention,
    IdempotencyKeyReused,
    InsufficientFunds,
    InvariantViolated,
    Processing,
    StoreUnavailable,
    TransactionExists,
)
from novapay.domain.idempotency import Answer, IdempotencyKey, KeyedRequest
from novapay.domain.money import Rate
from novapay.domain.posting import Posting
from novapay.domain.transaction import EntryKey, Transaction, TransactionStatus, TransactionType
from novapay.domain.wallet import Wallet, WalletId, WalletStatus
from novapay.domain.wallet_status import StatusAction
from novapay.store.client import BATCH_ATTEMPTS_MAX, Key
from novapay.store.commit import Decision, Write
from novapay.store.tables import idempotency, ledger, transfers, wallets
from tests.support.domain import (
    CREDIT,
    DEBIT,
    EUR,
    NOW,
    USD,
    a_leg,
    a_system_wallet,
    a_wallet,
    id_of,
    post_all,
)

TRANSACTION = TransactionId(id_of("transaction"))


def commit(bank: Bank, *writes: Write) -> None:
    bank.resources.committer.commit(lambda: Decision(None, writes))


def a_posting(bank: Bank) -> Posting:
    """Return a posting between two stored wallets; nothing of it is stored yet."""
    alice, bob = a_wallet("alice", "100"), a_wallet("bob")
    commit(bank, wallets.create(alice), wallets.create(bob))
    words = Description("rent ☂", "5a17" * 8)
    return post_all(
        a_leg(alice, DEBIT, "40", description=words, locked_fx_rate=Rate.parse("0.92")),
        a_leg(bob, CREDIT, "40"),
        wallets=[alice, bob],
    )


class TestItems:
    """What is stored is read back the same."""

    @pytest.mark.parametrize(
        "wallet",
        [
            a_wallet(account_number=EncryptedAccountNumber(bytes(range(256)), "001")),
            a_wallet("short", account_number=EncryptedAccountNumber(b"\x02", "")),
            a_wallet("inactive", status=WalletStatus.CLOSED, currency=EUR),
            a_wallet("moved", "999999999999.99999999", sequence=12_345, head_hash="ab" * 32),
            a_system_wallet(),
        ],
        ids=["new", "short", "inactive", "moved", "system"],
    )
    def test_a_wallet_is_read_back_the_same(self, bank: Bank, wallet: Wallet) -> None:
        commit(bank, wallets.create(wallet))

        assert wallets.get_wallet(bank.resources.database, wallet.wallet_id) == wallet

    def test_a_number_that_an_older_version_stored_readable_is_not_read(self, bank: Bank) -> None:
        write = wallets.create(a_wallet())
        write.request["Item"]["accountNumber"] = {"S": "ACC-001"}
        commit(bank, write)

        assert wallets.get_wallet(bank.resources.database, a_wallet().wallet_id) == a_wallet()

    def test_a_wallet_that_is_not_there_is_none(self, bank: Bank) -> None:
        assert wallets.get_wallet(bank.resources.database, WalletId(id_of("nobody"))) is None

    def test_a_negative_balance_is_read_back_the_same(self, bank: Bank) -> None:
        settlement = a_system_wallet()
        settlement = replace(settlement, balance=settlement.balance.plus(-1))
        commit(bank, wallets.create(settlement))

        read = wallets.get_wallet(bank.resources.database, settlement.wallet_id)

        assert read == settlement

    def test_the_entries_and_wallets_of_a_posting_are_read_back_the_same(self, bank: Bank) -> None:
        posting = a_posting(bank)
        keys = [EntryKey(entry.wallet_id, entry.sequence) for entry in posting.entries]

        commit(bank, *wallets.moves(posting), *ledger.appends(posting))

        assert ledger.get_entries(bank.resources.database, keys) == list(posting.entries)
        for wallet_id, after in posting.after.items():
            assert wallets.get_wallet(bank.resources.database, wallet_id) == after

    @pytest.mark.parametrize(
        "transfer",
        [
            Transaction(
                transaction_id=TRANSACTION,
                transaction_type=TransactionType.TRANSFER,
                status=TransactionStatus.COMPLETED,
                created_at=NOW,
                amount_text="1.0",
                currency=USD,
                sender_wallet_id=a_wallet("alice").wallet_id,
                recipient_wallet_id=a_wallet("bob").wallet_id,
                sender_user_id=a_wallet("alice").user_id,
                recipient_user_id=a_wallet("bob").user_id,
                fx_rate=Rate.parse("0.92"),
                description="Miete für Mai ☂",
                idempotency_key=IdempotencyKey("rent-05"),
                entries=(EntryKey(a_wallet("alice").wallet_id, 1),),
            ),
            Transaction(
                transaction_id=TRANSACTION,
                transaction_type=TransactionType.TRANSFER,
                status=TransactionStatus.FAILED,
                created_at=NOW + timedelta(microseconds=1),
                failure_code="insufficient-funds",
                failure_detail="There is not enough.",
            ),
            Transaction(
                transaction_id=TRANSACTION,
                transaction_type=TransactionType.POSTING,
                status=TransactionStatus.COMPLETED,
                created_at=NOW,
                entries=tuple(EntryKey(a_wallet("alice").wallet_id, n) for n in range(1, 25)),
            ),
        ],
        ids=["completed", "failed", "posting"],
    )
    def test_a_transfer_is_read_back_the_same(self, bank: Bank, transfer: Transaction) -> None:
        commit(bank, transfers.create(transfer))

        assert transfers.get_transaction(bank.resources.database, TRANSACTION) == transfer

    def test_an_answer_is_found_under_its_key(self, bank: Bank) -> None:
        keyed_request = KeyedRequest(
            "anyone#POST /x", IdempotencyKey("a key # with ☂ none"), "f" * 64
        )
        answer = Answer(422, '{"detail": "☂ \\u0000"}')

        commit(bank, idempotency.record(keyed_request, answer, now=NOW))

        snapshot = bank.resources.database.read([idempotency.key(keyed_request)])
        assert idempotency.find_answer(snapshot, keyed_request, now=NOW) == answer.replay()

    def test_a_key_for_another_payload_is_refused(self, bank: Bank) -> None:
        keyed_request = KeyedRequest("anyone#POST /x", IdempotencyKey("k"), "f" * 64)
        commit(bank, idempotency.record(keyed_request, Answer(200, "{}"), now=NOW))

        snapshot = bank.resources.database.read([idempotency.key(keyed_request)])

        with pytest.raises(IdempotencyKeyReused):
            idempotency.find_answer(snapshot, replace(keyed_request, fingerprint="0" * 64), now=NOW)


class TestConditions:
    """A commit happens only if everything is as it was read."""

    KEYED_REQUEST = KeyedRequest("anyone#POST /x", IdempotencyKey("k"), "f" * 64)

    def test_a_key_is_claimed_once(self, bank: Bank) -> None:
        commit(bank, idempotency.record(self.KEYED_REQUEST, Answer(200, "first"), now=NOW))

        with pytest.raises(Processing):
            commit(bank, idempotency.record(self.KEYED_REQUEST, Answer(200, "second"), now=NOW))

        snapshot = bank.resources.database.read([idempotency.key(self.KEYED_REQUEST)])
        known = idempotency.find_answer(snapshot, self.KEYED_REQUEST, now=NOW)
        assert known is not None
        assert known.body == "first"

    def test_an_expired_key_is_claimed_anew(self, bank: Bank) -> None:
        later = NOW + timedelta(hours=24)
        commit(bank, idempotency.record(self.KEYED_REQUEST, Answer(200, "first"), now=NOW))

        commit(bank, idempotency.record(self.KEYED_REQUEST, Answer(200, "second"), now=later))

        snapshot = bank.resources.database.read([idempotency.key(self.KEYED_REQUEST)])
        known = idempotency.find_answer(snapshot, self.KEYED_REQUEST, now=later)
        assert known is not None
        assert known.body == "second"

    def test_a_wallet_that_has_moved_is_not_moved(self, bank: Bank) -> None:
        posting = a_posting(bank)
        commit(bank, *wallets.moves(posting))

        with pytest.raises(Contention):
            commit(bank, *wallets.moves(posting), *ledger.appends(posting))

        keys = [EntryKey(entry.wallet_id, entry.sequence) for entry in posting.entries]
        assert ledger.get_entries(bank.resources.database, keys) == [None, None]

    def test_a_wallet_that_is_gone_is_not_made_up(self, bank: Bank, intruder: Intruder) -> None:
        posting = a_posting(bank)
        wallet_id = posting.entries[0].wallet_id
        intruder.delete("wallets", wallet_id)

        with pytest.raises(Contention):
            commit(bank, *wallets.moves(posting))

        assert wallets.get_wallet(bank.resources.database, wallet_id) is None

    def test_a_wallet_closed_between_read_and_commit_takes_nothing(self, bank: Bank) -> None:
        sender, recipient = bank.account(holding="100"), bank.account()

        def close(call: Call) -> None:
            if call.number == 2:
                assert bank.change_status(recipient, StatusAction.CLOSE).code == "ok"

        with Wire(bank.client, before=close):
            told = bank.transfer(sender, recipient, "40", key="k")

        assert told.code == "wallet-inactive"

    def test_a_system_wallet_is_opened_once(self, bank: Bank) -> None:
        alice, settlement = a_wallet("alice"), a_system_wallet()
        commit(bank, wallets.create(alice), wallets.create(settlement))
        posting = post_all(
            a_leg(alice, CREDIT, "1"), a_leg(settlement, DEBIT, "1"), wallets=[alice, settlement]
        )

        with pytest.raises(Contention):
            commit(bank, *wallets.moves(posting))

    def test_an_entry_is_written_once(self, bank: Bank) -> None:
        posting = a_posting(bank)
        commit(bank, *ledger.appends(posting))

        with pytest.raises(InvariantViolated):
            commit(bank, *ledger.appends(posting))

    @pytest.mark.parametrize("exists", [None, TransactionExists(TRANSACTION)])
    def test_a_transaction_is_written_once(
        self, bank: Bank, exists: TransactionExists | None
    ) -> None:
        transfer = Transaction(
            transaction_id=TRANSACTION,
            transaction_type=TransactionType.POSTING,
            status=TransactionStatus.COMPLETED,
            created_at=NOW,
        )
        commit(bank, transfers.create(transfer))

        with pytest.raises(TransactionExists if exists else Contention):
            commit(bank, transfers.create(transfer, exists=exists))


class TestReasons:
    """A cancelled commit is told by what failed, position by position."""

    def put(self, name: str, refusal: InsufficientFunds | None = None) -> Write:
        request = {
            "Item": {"transactionId": {"S": name}},
            "ConditionExpression": "attribute_not_exists(transactionId)",
        }
        return Write("transfers", "Put", request, refusal=refusal)

    def refusal(self, name: str) -> InsufficientFunds:
        return InsufficientFunds(name, "2", "1")

    @pytest.mark.parametrize(
        ("taken", "told"),
        [({"a"}, "a"), ({"b"}, "b"), ({"c"}, "c"), ({"b", "c"}, "b"), ({"a", "b", "c"}, "a")],
    )
    def test_the_first_failed_condition_gives_the_refusal(
        self, bank: Bank, taken: set[str], told: str
    ) -> None:
        for name in taken:
            commit(bank, self.put(name))

        with pytest.raises(InsufficientFunds) as refused:
            commit(bank, *(self.put(name, self.refusal(name)) for name in ("a", "b", "c")))

        assert refused.value.wallet_id == told

    def test_nothing_of_a_cancelled_commit_is_written(self, bank: Bank) -> None:
        commit(bank, self.put("b"))

        with pytest.raises(InsufficientFunds):
            commit(bank, self.put("a"), self.put("b", self.refusal("b")), self.put("c"))

        snapshot = bank.resources.database.read(
            [Key("transfers", {"transactionId": n}) for n in "abc"]
        )
        assert [name for _, (name,) in snapshot.items] == ["b"]

    def test_a_refusal_does_not_count_where_something_else_has_moved(self, bank: Bank) -> None:
        commit(bank, self.put("a"), self.put("b"))

        with pytest.raises(Contention):
            commit(bank, self.put("a", self.refusal("a")), self.put("b"))

    def test_a_commit_holds_100_writes(self, bank: Bank) -> None:
        commit(bank, *(self.put(f"{number}") for number in range(100)))

        keys = [Key("transfers", {"transactionId": f"{number}"}) for number in range(100)]
        assert len(bank.resources.database.read(keys).items) == 100


class TestBatchReads:
    """Up to 100 items of several tables in one round trip."""

    def test_a_key_that_is_asked_for_twice_is_read_once(self, bank: Bank) -> None:
        wallet = a_wallet()
        commit(bank, wallets.create(wallet))

        with Wire(bank.client) as wire:
            snapshot = bank.resources.database.read([wallets.key(wallet.wallet_id)] * 3)

        assert wire.operations == ["BatchGetItem"]
        assert wallets.all_in(snapshot) == {wallet.wallet_id: wallet}

    def test_keys_of_several_tables_are_read_at_once_and_unknown_ones_are_none(
        self, bank: Bank
    ) -> None:
        posting = a_posting(bank)
        commit(bank, *wallets.moves(posting), *ledger.appends(posting))
        entry = posting.entries[0]
        known = ledger.key(EntryKey(entry.wallet_id, 1))
        unknown = ledger.key(EntryKey(entry.wallet_id, 2))

        with Wire(bank.client) as wire:
            snapshot = bank.resources.database.read(
                [wallets.key(entry.wallet_id), known, unknown, transfers.key(TRANSACTION)]
            )

        assert len(wire.calls) == 1
        assert snapshot.get(known) is not None
        assert snapshot.get(unknown) is None
        assert snapshot.get(transfers.key(TRANSACTION)) is None

    def test_the_same_key_in_two_tables_is_two_items(self, bank: Bank) -> None:
        wallet = a_wallet(wallet_id=WalletId(TRANSACTION))
        commit(bank, wallets.create(wallet))

        snapshot = bank.resources.database.read(
            [wallets.key(wallet.wallet_id), transfers.key(TRANSACTION)]
        )

        assert len(snapshot.items) == 1

    def test_keys_that_were_left_are_asked_for_again(self, bank: Bank) -> None:
        wallet = a_wallet()
        commit(bank, wallets.create(wallet))

        with Wire(bank.client, before=leave_unread(times=3)) as wire:
            snapshot = bank.resources.database.read([wallets.key(wallet.wallet_id)])

        assert wallets.all_in(snapshot)
        assert len(wire.calls) == 4
        assert all(
            request["ConsistentRead"]
            for call in wire.calls
            for request in call.request["RequestItems"].values()
        )

    def test_keys_that_are_always_left_are_unavailable(self, bank: Bank) -> None:
        with (
            Wire(bank.client, before=leave_unread(times=100)) as wire,
            pytest.raises(StoreUnavailable),
        ):
            bank.resources.database.read([wallets.key(a_wallet().wallet_id)])

        assert len(wire.calls) == BATCH_ATTEMPTS_MAX

    def test_a_batch_that_is_throttled_as_a_whole_is_asked_for_again(self, bank: Bank) -> None:
        wallet = a_wallet()
        commit(bank, wallets.create(wallet))

        with Wire(bank.client, before=throttle(times=3)) as wire:
            snapshot = bank.resources.database.read([wallets.key(wallet.wallet_id)])

        assert wallets.all_in(snapshot)
        assert len(wire.calls) == 4

    def test_items_that_are_throttled_as_a_whole_are_stored_in_the_end(self, bank: Bank) -> None:
        wallet = a_wallet()
        item = wallets.create(wallet).request["Item"]

        with Wire(bank.client, before=throttle(times=3)) as wire:
            bank.resources.database.put_all(wallets.TABLE, [item])

        assert len(wire.calls) == 4
        assert bank.resources.database.get(wallets.key(wallet.wallet_id))

    @pytest.mark.parametrize("kind", ["reads", "puts"])
    def test_a_batch_that_is_always_throttled_is_unavailable(self, bank: Bank, kind: str) -> None:
        wallet = a_wallet()
        database, item = bank.resources.database, wallets.create(wallet).request["Item"]
        calls: dict[str, Callable[[], object]] = {
            "reads": lambda: database.read([wallets.key(wallet.wallet_id)]),
            "puts": lambda: database.put_all(wallets.TABLE, [item]),
        }

        with Wire(bank.client, before=throttle(times=100)) as wire, pytest.raises(StoreUnavailable):
            calls[kind]()

        assert len(wire.calls) == BATCH_ATTEMPTS_MAX


def throttle(*, times: int) -> Any:
    """Return what refuses whole batches, so many times, as DynamoDB does when it throttles them."""
    left = iter(range(times))

    def fault_of(_call: Call) -> Response | None:
        if next(left, None) is None:
            return None
        error = {"Code": "ProvisionedThroughputExceededException", "Message": "throttled"}
        metadata = {"HTTPStatusCode": 400, "HTTPHeaders": {}}
        return SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": metadata}

    return fault_of


def leave_unread(*, times: int) -> Any:
    """Return what answers batch reads with all keys unprocessed, so many times."""
    left = iter(range(times))

    def fault_of(call: Call) -> Response | None:
        if next(left, None) is None:
            return None
        answer = {"Responses": {}, "UnprocessedKeys": dict(call.request["RequestItems"])}
        return SimpleNamespace(status_code=200), answer

    return fault_of


class TestQueries:
    """The items of one partition, page by page."""

    @pytest.fixture
    def wallet_id(self, bank: Bank) -> WalletId:
        """Return a wallet with nine entries."""
        account = bank.account()
        for amount in range(1, 10):
            bank.deposit(account, str(amount))
        bank.deposit(bank.account(), "1000")
        return account.wallet_id

    @pytest.mark.parametrize(
        ("newest", "oldest", "sequences"),
        [(9, 7, [9, 8, 7]), (3, 1, [3, 2, 1]), (5, 5, [5]), (9, 1, list(range(9, 0, -1)))],
    )
    def test_a_page_is_newest_first(
        self, bank: Bank, wallet_id: WalletId, newest: int, oldest: int, sequences: list[int]
    ) -> None:
        with Wire(bank.client) as wire:
            page = ledger.list_page(
                bank.resources.database, wallet_id, newest=newest, oldest=oldest
            )

        assert [entry.sequence for entry in page] == sequences
        assert wire.operations == ["Query"]

    @pytest.mark.parametrize(("after", "first"), [(None, 1), (0, 1), (4, 5), (9, None)])
    def test_a_chain_is_oldest_first(
        self, bank: Bank, wallet_id: WalletId, after: int | None, first: int | None
    ) -> None:
        entries = list(ledger.scan_chain(bank.resources.database, wallet_id, after=after))

        expected = list(range(first, 10)) if first else []
        assert [entry.sequence for entry in entries] == expected

    @pytest.mark.parametrize(("page_size", "calls"), [(1, 9), (2, 5), (4, 3), (100, 1)])
    def test_pages_are_followed_to_the_end(
        self, bank: Bank, wallet_id: WalletId, page_size: int, calls: int
    ) -> None:
        with Wire(bank.client) as wire:
            items = list(
                bank.resources.database.query(
                    "ledger",
                    condition="walletId = :wallet",
                    values={":wallet": {"S": wallet_id}},
                    page_size=page_size,
                )
            )

        assert [item["sequence"]["N"] for item in items] == [str(n) for n in range(1, 10)]
        # A full last page may be followed by an empty one that says so.
        assert len(wire.calls) in {calls, calls + 1}

    @pytest.mark.parametrize(("limit", "found"), [(1, 1), (8, 8), (9, 9), (10, 9)])
    def test_a_limit_ends_it(self, bank: Bank, wallet_id: WalletId, limit: int, found: int) -> None:
        items = bank.resources.database.query(
            "ledger",
            condition="walletId = :wallet",
            values={":wallet": {"S": wallet_id}},
            limit=limit,
        )

        assert len(list(items)) == found

    def test_the_wallets_of_a_user_are_found_by_the_index(self, bank: Bank) -> None:
        user_id = a_wallet().user_id
        opened = {bank.open_wallet(user_id, currency).facts["walletId"] for currency in (USD, EUR)}
        bank.account()

        assert set(wallets.list_wallet_ids(bank.resources.database, user_id)) == opened


class TestMalformed:
    """What somebody else wrote is told apart, and never believed."""

    @pytest.fixture
    def entry(self, bank: Bank) -> Entry:
        """Return an entry that is stored."""
        posting = a_posting(bank)
        commit(bank, *wallets.moves(posting), *ledger.appends(posting))
        return posting.entries[0]

    def read(self, bank: Bank, entry: Entry) -> Entry | MalformedEntry | None:
        key = EntryKey(entry.wallet_id, entry.sequence)
        [found] = ledger.get_entries(bank.resources.database, [key])
        return found

    @pytest.mark.parametrize(
        "name",
        ["version", "entryId", "transactionId", "userId", "entryType", "amount", "currency",
         "balanceAfter", "createdAt", "previousHash", "hash", "descriptionSalt"],
    )  # fmt: skip
    def test_an_entry_with_a_field_less_is_malformed(
        self, bank: Bank, intruder: Intruder, entry: Entry, name: str
    ) -> None:
        stored = intruder.get("ledger", entry.wallet_id, entry.sequence)
        del stored[name]
        intruder.put("ledger", stored)

        entry_id = None if name == "entryId" else entry.entry_id
        assert self.read(bank, entry) == MalformedEntry(entry.sequence, entry_id)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("version", "1"),
            ("version", 1.5),
            ("entryType", "debit"),
            ("amount", 40),
            ("amount", "40"),
            ("amount", "040.00000000"),
            ("amount", "4e1"),
            ("balanceAfter", "60.0000000"),
            ("lockedFxRate", "0.92"),
            ("lockedFxRate", 1),
            ("createdAt", "2026-04-07T10:00:00Z"),
            ("createdAt", 1_775_556_000),
            ("hash", True),
            ("description", 7),
        ],
    )
    def test_an_entry_with_a_field_of_another_form_is_malformed(
        self, bank: Bank, intruder: Intruder, entry: Entry, name: str, value: object
    ) -> None:
        intruder.change("ledger", entry.wallet_id, entry.sequence, **{name: value})

        assert self.read(bank, entry) == MalformedEntry(entry.sequence, entry.entry_id)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("balance", "100"),
            ("balance", 100),
            ("balance", "1e2"),
            ("sequence", "0"),
            ("kind", "friend"),
            ("isActive", "yes"),
            ("postedAt", "now"),
        ],
    )
    def test_a_wallet_with_a_field_of_another_form_is_not_read(
        self, bank: Bank, intruder: Intruder, entry: Entry, name: str, value: object
    ) -> None:
        intruder.change("wallets", entry.wallet_id, **{name: value})

        with pytest.raises(InvariantViolated) as violated:
            wallets.get_wallet(bank.resources.database, entry.wallet_id)

        assert violated.value.facts == {"walletId": entry.wallet_id}


class TestRoundTrips:
    """What each flow asks of AWS when nobody else is about: no more than was promised."""

    def test_a_transfer_makes_two(self, bank: Bank) -> None:
        sender, recipient = bank.account(holding="100"), bank.account()

        with Wire(bank.client) as wire:
            bank.transfer(sender, recipient, "40", key="k", description="rent")

        assert wire.operations == ["BatchGetItem", "TransactWriteItems"]
        assert len(wire.calls[1].request["TransactItems"]) == 6

    def test_a_refused_transfer_makes_two(self, bank: Bank) -> None:
        sender, recipient = bank.account(holding="100"), bank.account()

        with Wire(bank.client) as wire:
            bank.transfer(sender, recipient, "101", key="k")

        assert wire.operations == ["BatchGetItem", "TransactWriteItems"]
        assert len(wire.calls[1].request["TransactItems"]) == 2

    def test_a_replay_makes_one(self, bank: Bank) -> None:
        sender, recipient = bank.account(holding="100"), bank.account()
        bank.transfer(sender, recipient, "40", key="k")

        with Wire(bank.client) as wire:
            assert bank.transfer(sender, recipient, "40", key="k").replayed

        assert wire.operations == ["BatchGetItem"]

    @pytest.mark.parametrize("key", [None, "k"])
    def test_a_deposit_makes_three(self, bank: Bank, key: str | None) -> None:
        account = bank.account()

        with Wire(bank.client) as wire:
            bank.deposit(account, "40", key=key)

        assert wire.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]

    def test_a_posting_makes_two(self, bank: Bank) -> None:
        sender, recipient = bank.account(holding="100"), bank.account()

        with Wire(bank.client) as wire:
            bank.post(TRANSACTION, pair(TRANSACTION, sender, recipient, "40"), key="k")

        assert wire.operations == ["BatchGetItem", "TransactWriteItems"]

    @pytest.mark.parametrize("key", [None, "k"])
    def test_a_new_wallet_makes_two(self, bank: Bank, key: str | None) -> None:
        with Wire(bank.client) as wire:
            bank.open_wallet(a_wallet().user_id, key=key)

        assert wire.operations == ["BatchGetItem", "TransactWriteItems"]

    def test_every_commit_has_a_token_of_its_own(self, bank: Bank) -> None:
        account = bank.account()

        with Wire(bank.client) as wire:
            for _ in range(2):
                bank.deposit(account, "1")

        tokens = [
            call.request["ClientRequestToken"]
            for call in wire.calls
            if call.operation == "TransactWriteItems"
        ]
        assert len(set(tokens)) == 2


class TestExpiry:
    """A key is remembered for 24 hours, to the second; the clock decides, not the clean-up."""

    @pytest.mark.parametrize(
        ("later", "is_replay"),
        [
            (timedelta(hours=24, seconds=-1), True),
            (timedelta(hours=24, microseconds=-1), True),
            (timedelta(hours=24), False),
            (timedelta(hours=24, seconds=1), False),
        ],
    )
    def test_a_key_used_on_the_full_second_lives_for_24_hours(
        self, bank: Bank, later: timedelta, is_replay: bool
    ) -> None:
        account = bank.account()
        bank.deposit(account, "1", key="k")

        bank.clock.advance(later)
        told = bank.deposit(account, "1", key="k")

        assert told.replayed is is_replay
        assert told.facts["balance"] == ("1.00000000" if is_replay else "2.00000000")

    @pytest.mark.parametrize(
        ("later", "is_replay"),
        [
            (timedelta(hours=24, microseconds=-1), True),
            (timedelta(hours=24), True),
            (timedelta(hours=24, milliseconds=599), True),
            (timedelta(hours=24, milliseconds=600), False),
        ],
    )
    def test_a_key_used_within_a_second_lives_until_its_end(
        self, bank: Bank, later: timedelta, is_replay: bool
    ) -> None:
        bank.clock.advance(timedelta(milliseconds=400))
        account = bank.account()
        bank.deposit(account, "1", key="k")

        bank.clock.advance(later)

        assert bank.deposit(account, "1", key="k").replayed is is_replay

    def test_a_key_that_expired_may_stand_for_another_payload(self, bank: Bank) -> None:
        account = bank.account()
        bank.deposit(account, "1", key="k")
        bank.clock.advance(timedelta(hours=24))

        told = bank.deposit(account, "2", key="k")

        assert (told.replayed, told.facts["balance"]) == (False, "3.00000000")
