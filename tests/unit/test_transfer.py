"""The decision about a transfer: what it moves, and what is stored of it."""

from dataclasses import replace
from typing import Any

import pytest

from novapay.domain.effect import Posted, QuoteUsed, Recorded
from novapay.domain.entry import Description, TransactionId
from novapay.domain.errors import (
    CurrencyMismatch,
    FxQuoteExpired,
    FxQuoteNotFound,
    FxQuoteRequired,
    InsufficientFunds,
    Refusal,
    SameWallet,
    WalletNotFound,
    WalletOwnerMismatch,
)
from novapay.domain.idempotency import IdempotencyKey
from novapay.domain.money import Rate
from novapay.domain.posting import entry_id
from novapay.domain.quote import Quote, QuoteId
from novapay.domain.transaction import (
    EntryKey,
    Transaction,
    TransactionStatus,
    TransactionType,
    house_transaction_id,
)
from novapay.domain.transfer import Transfer, TransferOrder, Transferred, liquidity_of
from novapay.domain.wallet import Wallet, WalletId, WalletKind, system_wallet_id
from tests.support.domain import CREDIT, DEBIT, EUR, NOW, USD, a_wallet, id_of, money

KEY = IdempotencyKey("the-clients-own")
TRANSACTION = TransactionId(id_of("transaction"))
HOUSE = house_transaction_id(TRANSACTION)
WORDS = Description("rent", "5a17" * 8)
ALICE, BOB = a_wallet("alice", "100"), a_wallet("bob", "1")
PAIR = (ALICE, BOB)
BORIS = a_wallet("boris", "1", currency=EUR)
QUOTE = Quote.lock(
    quote_id=QuoteId(id_of("quote")),
    user_id=ALICE.user_id,
    from_amount=money("40"),
    to_currency=EUR,
    rate=Rate.parse("0.92"),
    now=NOW,
)


def transfer_to(recipient: Wallet, amount: str = "40", quote_id: QuoteId | None = None) -> Transfer:
    order = TransferOrder(
        sender_wallet_id=ALICE.wallet_id,
        recipient_wallet_id=recipient.wallet_id,
        sender_user_id=ALICE.user_id,
        recipient_user_id=recipient.user_id,
        amount=money(amount),
        amount_text=amount,
        fx_quote_id=quote_id,
        description=WORDS.text,
    )
    return Transfer(order, KEY, TRANSACTION, WORDS)


def stored(recipient: Wallet, **fields: Any) -> Transaction:
    """Return what is stored of a transfer of 40 dollars from Alice."""
    transaction = Transaction(
        transaction_id=TRANSACTION,
        transaction_type=TransactionType.TRANSFER,
        status=TransactionStatus.COMPLETED,
        created_at=NOW,
        amount_text="40",
        currency=USD,
        sender_wallet_id=ALICE.wallet_id,
        recipient_wallet_id=recipient.wallet_id,
        sender_user_id=ALICE.user_id,
        recipient_user_id=recipient.user_id,
        description=WORDS.text,
        idempotency_key=KEY,
        entries=(EntryKey(ALICE.wallet_id, 1), EntryKey(recipient.wallet_id, 1)),
    )
    return replace(transaction, **fields)


def of(*wallets: Wallet) -> dict[WalletId, Wallet]:
    return {wallet.wallet_id: wallet for wallet in wallets}


def test_all_of_a_transfer_is_stored() -> None:
    effect = transfer_to(BOB).decide(of(ALICE, BOB), None, now=NOW)

    recorded, posted = effect.changes
    assert recorded == Recorded(stored(BOB))
    assert isinstance(posted, Posted)
    debit, credit = posted.posting.entries
    assert (debit.entry_type, debit.wallet_id, debit.amount) == (
        DEBIT,
        ALICE.wallet_id,
        money("40"),
    )
    assert (credit.entry_type, credit.wallet_id) == (CREDIT, BOB.wallet_id)
    assert {debit.description, credit.description} == {WORDS}
    assert effect.result == Transferred(stored(BOB), money("60"))
    assert effect.counts == {"transfers_completed": 1}


def test_both_sides_of_an_exchange_are_stored_and_linked() -> None:
    transfer = transfer_to(BORIS, quote_id=QUOTE.quote_id)

    effect = transfer.decide(of(ALICE, BORIS), QUOTE, now=NOW)

    asked = stored(
        BORIS, fx_rate=QUOTE.rate, fx_quote_id=QUOTE.quote_id, linked_transaction_id=HOUSE
    )
    taking, giving = liquidity_of(ALICE.wallet_id, QUOTE)
    house = Transaction(
        transaction_id=HOUSE,
        transaction_type=TransactionType.FX_HOUSE,
        status=TransactionStatus.COMPLETED,
        created_at=NOW,
        fx_rate=QUOTE.rate,
        fx_quote_id=QUOTE.quote_id,
        linked_transaction_id=TRANSACTION,
        entries=(EntryKey(taking.wallet_id, 1), EntryKey(giving.wallet_id, 1)),
    )
    first, posted, second, used = effect.changes
    assert (first, second) == (Recorded(asked), Recorded(house))
    assert used == QuoteUsed(QUOTE, TRANSACTION, NOW)
    assert isinstance(posted, Posted)
    assert [
        (it.entry_type, it.wallet_id, it.amount, it.locked_fx_rate) for it in posted.posting.entries
    ] == [
        (DEBIT, ALICE.wallet_id, money("40"), QUOTE.rate),
        (CREDIT, BORIS.wallet_id, money("36.8", EUR), QUOTE.rate),
        (CREDIT, taking.wallet_id, money("40"), QUOTE.rate),
        (DEBIT, giving.wallet_id, money("36.8", EUR), QUOTE.rate),
    ]
    assert effect.result == Transferred(asked, money("60"))
    assert effect.counts == {"fx_transfers_completed": 1}


def test_the_house_takes_and_gives_from_the_senders_shard() -> None:
    taking, giving = liquidity_of(ALICE.wallet_id, QUOTE)

    assert taking.shard == giving.shard
    assert [taking.wallet_id, giving.wallet_id] == [
        system_wallet_id(WalletKind.LIQUIDITY, currency, taking.shard) for currency in (USD, EUR)
    ]


@pytest.mark.parametrize(
    ("recipient", "amount", "quote", "refusal"),
    [
        (
            *(BOB, "100.00000001", None),
            InsufficientFunds(ALICE.wallet_id, "100.00000001", "100.00000000"),
        ),
        (ALICE, "1", None, SameWallet(ALICE.wallet_id)),
        (BORIS, "40", None, FxQuoteRequired(USD, EUR)),
        (BORIS, "40", replace(QUOTE, expires_at=NOW), FxQuoteExpired(QUOTE.quote_id)),
    ],
)
def test_a_refusal_is_stored_as_a_failed_transfer(
    recipient: Wallet, amount: str, quote: Quote | None, refusal: Refusal
) -> None:
    quote_id = None if quote is None else quote.quote_id
    transfer = transfer_to(recipient, amount, quote_id)

    effect = transfer.decide(of(ALICE, recipient), quote, now=NOW)

    assert isinstance(effect.result, type(refusal))
    assert effect.result.detail == refusal.detail
    assert effect.result.transaction_id == TRANSACTION
    failed = stored(
        recipient,
        status=TransactionStatus.FAILED,
        amount_text=amount,
        fx_quote_id=quote_id,
        failure_code=effect.result.code,
        failure_detail=effect.result.detail,
        entries=(),
    )
    assert effect.changes == [Recorded(failed)]
    assert effect.counts == {"transfers_refused": 1}


@pytest.mark.parametrize("stranger", [ALICE, BOB])
def test_each_wallet_must_be_its_users(stranger: Wallet) -> None:
    wallets = of(*(replace(it, user_id=BORIS.user_id) if it is stranger else it for it in PAIR))

    effect = transfer_to(BOB).decide(wallets, None, now=NOW)

    assert isinstance(effect.result, WalletOwnerMismatch)
    assert effect.result.wallet_id == stranger.wallet_id


def test_the_ids_of_its_entries_are_derived_from_its_key() -> None:
    [_, posted] = transfer_to(BOB).decide(of(*PAIR), None, now=NOW).changes

    assert isinstance(posted, Posted)
    assert [it.entry_id for it in posted.posting.entries] == [
        entry_id(TRANSACTION, index, KEY) for index in range(2)
    ]


def test_a_recipient_of_another_currency_needs_a_quote_only_if_the_sender_has_the_amounts() -> None:
    sender = replace(ALICE, balance=money("100", EUR))

    effect = transfer_to(BORIS).decide(of(sender, BORIS), None, now=NOW)

    assert isinstance(effect.result, CurrencyMismatch)


@pytest.mark.parametrize("missing", [ALICE, BOB])
def test_a_wallet_that_is_not_there_is_named(missing: Wallet) -> None:
    others = of(*(it for it in (ALICE, BOB) if it is not missing))

    with pytest.raises(WalletNotFound, match=missing.wallet_id):
        transfer_to(BOB).decide(others, None, now=NOW)


def test_a_quote_that_is_not_there_is_named() -> None:
    transfer = transfer_to(BORIS, quote_id=QUOTE.quote_id)

    with pytest.raises(FxQuoteNotFound, match=QUOTE.quote_id):
        transfer.decide(of(ALICE, BORIS), None, now=NOW)
