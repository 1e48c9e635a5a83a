"""Every flow that writes: how it begins, how it is asked for, and how its effects are counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from localstack.memory.auditor import Books
from localstack.memory.bank import EUR, Bank, Told, pair
from novapay.domain.entry import TransactionId
from novapay.domain.wallet import UserId
from novapay.domain.wallet_status import StatusAction
from tests.support.domain import id_of

KEY = "the-key"


@dataclass(frozen=True, slots=True)
class Started:
    """A flow in a bank that is ready for it.

    Attributes:
        ask: sends the request, with the same key each time.
        effects: what the books say of it: nothing before, one element for each time it happened.
        code: what it ends in.
    """

    ask: Callable[[], Told]
    effects: Callable[[Books], Sequence[object]]
    code: str = "ok"


Flow = Callable[[Bank], Started]


def opening(bank: Bank) -> Started:
    """Open a wallet."""
    user_id = UserId(id_of("a new user"))
    return Started(
        ask=lambda: bank.open_wallet(user_id, key=KEY),
        effects=lambda books: [w for w in books.wallets.values() if w["userId"] == user_id],
    )


def first_deposit(bank: Bank) -> Started:
    """Let money in through a settlement wallet that is not there yet."""
    account = bank.account()
    return Started(
        ask=lambda: bank.deposit(account, "40", key=KEY),
        effects=lambda books: _of_type(books, "deposit"),
    )


def later_deposit(bank: Bank) -> Started:
    """Let money in through a settlement wallet that is there."""
    account = bank.account(holding="7")
    return Started(
        ask=lambda: bank.deposit(account, "40", key=KEY),
        effects=lambda books: _of_type(books, "deposit")[1:],
    )


def named_deposit(bank: Bank) -> Started:
    """Let money in under a reference."""
    account = bank.account()
    return Started(
        ask=lambda: bank.deposit(account, "40", key=KEY, reference="pay-in-1"),
        effects=lambda books: list(books.references),
    )


def withdrawal(bank: Bank) -> Started:
    """Let money out."""
    account = bank.account(holding="100")
    return Started(
        ask=lambda: bank.withdraw(account, "40", key=KEY),
        effects=lambda books: _of_type(books, "withdrawal"),
    )


def transfer(bank: Bank) -> Started:
    """Move money."""
    sender, recipient = bank.account(holding="100"), bank.account()
    return Started(
        ask=lambda: bank.transfer(sender, recipient, "40", key=KEY, description="rent"),
        effects=lambda books: _of_type(books, "transfer"),
    )


def named_transfer(bank: Bank) -> Started:
    """Move money under a reference, with pairs of text."""
    sender, recipient = bank.account(holding="100"), bank.account()
    pairs = {"order": "17"}
    return Started(
        ask=lambda: bank.transfer(
            sender, recipient, "40", key=KEY, reference="order-17", metadata=pairs
        ),
        effects=lambda books: _of_type(books, "transfer"),
    )


def refused_transfer(bank: Bank) -> Started:
    """Ask for more than there is."""
    sender, recipient = bank.account(holding="100"), bank.account()
    return Started(
        ask=lambda: bank.transfer(sender, recipient, "100.00000001", key=KEY),
        effects=lambda books: _of_type(books, "transfer"),
        code="insufficient-funds",
    )


def fx_transfer(bank: Bank) -> Started:
    """Move money into another currency, through liquidity wallets that are not there yet."""
    sender, recipient = bank.account(holding="100"), bank.account(EUR)
    quote_id = bank.quote(sender, EUR, "40").quote_id
    return Started(
        ask=lambda: bank.transfer(sender, recipient, "40", key=KEY, fx_quote_id=quote_id),
        effects=lambda books: [q for q in books.quotes.values() if q["status"] == "USED"],
    )


def refused_fx_transfer(bank: Bank) -> Started:
    """Ask for more than there is, in another currency."""
    sender, recipient = bank.account(holding="39"), bank.account(EUR)
    quote_id = bank.quote(sender, EUR, "40").quote_id
    return Started(
        ask=lambda: bank.transfer(sender, recipient, "40", key=KEY, fx_quote_id=quote_id),
        effects=lambda books: _of_type(books, "transfer"),
        code="insufficient-funds",
    )


def hold(bank: Bank) -> Started:
    """Set money aside in a hold wallet that is not there yet."""
    account, payee = bank.account(holding="100"), bank.account()
    return Started(
        ask=lambda: bank.hold(account, "40", key=KEY, payee=payee, description="a room"),
        effects=lambda books: _of_type(books, "hold"),
    )


def refused_hold(bank: Bank) -> Started:
    """Set more aside than there is."""
    account = bank.account(holding="39")
    return Started(
        ask=lambda: bank.hold(account, "40", key=KEY),
        effects=lambda books: _of_type(books, "hold"),
        code="insufficient-funds",
    )


def capture(bank: Bank) -> Started:
    """Pay some of a hold, and return the rest."""
    account, payee = bank.account(holding="100"), bank.account()
    hold_id = bank.hold(account, "40", key="a hold", payee=payee).facts["holdId"]
    return Started(
        ask=lambda: bank.capture(hold_id, "30", key=KEY),
        effects=lambda books: _of_type(books, "hold_capture"),
    )


def capture_of_several(bank: Bank) -> Started:
    """Pay some of a hold that stays open."""
    account, payee = bank.account(holding="100"), bank.account()
    hold_id = bank.hold(account, "40", key="a hold").facts["holdId"]
    return Started(
        ask=lambda: bank.capture(hold_id, "30", key=KEY, payee=payee, is_final=False),
        effects=lambda books: _of_type(books, "hold_capture"),
    )


def release(bank: Bank) -> Started:
    """Return all of a hold."""
    account = bank.account(holding="100")
    hold_id = bank.hold(account, "40", key="a hold").facts["holdId"]
    return Started(
        ask=lambda: bank.release(hold_id, key=KEY),
        effects=lambda books: _of_type(books, "hold_release"),
    )


def reversal(bank: Bank) -> Started:
    """Give a part of a transfer back."""
    sender, recipient = bank.account(holding="100"), bank.account()
    paid = bank.transfer(sender, recipient, "40", key="paid").facts["transactionId"]
    return Started(
        ask=lambda: bank.reverse(paid, "15", key=KEY),
        effects=lambda books: _of_type(books, "reversal"),
    )


def fx_reversal(bank: Bank) -> Started:
    """Give an exchange back, all that an earlier reversal has left of it."""
    sender, recipient = bank.account(holding="100"), bank.account(EUR)
    quote_id = bank.quote(sender, EUR, "40").quote_id
    told = bank.transfer(sender, recipient, "40", key="paid", fx_quote_id=quote_id)
    paid = told.facts["transactionId"]
    bank.reverse(paid, "33.33333333", key="a part")
    return Started(
        ask=lambda: bank.reverse(paid, key=KEY),
        effects=lambda books: _of_type(books, "reversal")[1:],
    )


def refused_reversal(bank: Bank) -> Started:
    """Give more back than is left."""
    sender, recipient = bank.account(holding="100"), bank.account()
    paid = bank.transfer(sender, recipient, "40", key="paid").facts["transactionId"]
    return Started(
        ask=lambda: bank.reverse(paid, "40.00000001", key=KEY),
        effects=lambda books: _of_type(books, "reversal"),
        code="reversal-amount-exceeded",
    )


def posting(bank: Bank) -> Started:
    """Write entries for an internal service."""
    sender, recipient = bank.account(holding="100"), bank.account()
    transaction_id = TransactionId(id_of("posting"))
    legs = pair(transaction_id, sender, recipient, "40")
    return Started(
        ask=lambda: bank.post(transaction_id, legs, key=KEY),
        effects=lambda books: _of_type(books, "posting"),
    )


def refused_posting(bank: Bank) -> Started:
    """Write entries for an internal service, more than there is."""
    sender, recipient = bank.account(holding="100"), bank.account()
    transaction_id = TransactionId(id_of("posting"))
    legs = pair(transaction_id, sender, recipient, "100.00000001")
    return Started(
        ask=lambda: bank.post(transaction_id, legs, key=KEY),
        effects=lambda books: [r for r in books.records.values() if '"code"' in r["body"]],
        code="insufficient-funds",
    )


def freezing(bank: Bank) -> Started:
    """Let nothing leave a wallet any more."""
    account = bank.account(holding="100")
    return Started(
        ask=lambda: bank.change_status(account, StatusAction.FREEZE, key=KEY),
        effects=lambda books: list(books.changes.get(account.wallet_id, ())),
    )


def closing(bank: Bank) -> Started:
    """Close a wallet that was frozen and unfrozen before."""
    account = bank.account()
    bank.change_status(account, StatusAction.FREEZE)
    bank.change_status(account, StatusAction.UNFREEZE)
    return Started(
        ask=lambda: bank.change_status(account, StatusAction.CLOSE, key=KEY),
        effects=lambda books: books.changes[account.wallet_id][2:],
    )


FLOWS: tuple[Flow, ...] = (
    opening,
    first_deposit,
    later_deposit,
    named_deposit,
    withdrawal,
    transfer,
    named_transfer,
    refused_transfer,
    fx_transfer,
    refused_fx_transfer,
    hold,
    refused_hold,
    capture,
    capture_of_several,
    release,
    reversal,
    fx_reversal,
    refused_reversal,
    posting,
    refused_posting,
    freezing,
    closing,
)


def _of_type(books: Books, kind: str) -> list[object]:
    return [item for item in books.transfers.values() if item["type"] == kind]
