"""Get a page of a wallet's statement: its entries of a period, and what they were for."""

from collections.abc import Sequence
from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.entry import Entry, TransactionId
from novapay.domain.errors import WalletNotFound
from novapay.domain.money import Money
from novapay.domain.pages import page_numbers
from novapay.domain.statement import Period, Statement, StatementRow
from novapay.domain.transaction import Transaction
from novapay.domain.wallet import Wallet, WalletId
from novapay.store.client import BATCH_READS_MAX
from novapay.store.resources import Resources
from novapay.store.tables import ledger, transfers, wallets
from novapay.usecases.get_standing import Standing, get_standing


def get_statement(
    resources: Resources,
    wallet_id: WalletId,
    caller: Caller,
    *,
    period: Period,
    limit: int,
    offset: int,
) -> Statement:
    """Return `limit` entries of a period after skipping its newest `offset`.

    Three reads and one more for each further hundred entries, whatever the offset; each end of the
    period takes log2 n reads at most, in a wallet of n entries.

    Raises:
        WalletNotFound: there is no such wallet, or it is another user's.
        InvariantViolated: an entry cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    wallet = wallets.get_wallet(resources.database, wallet_id)
    if wallet is None or not caller.may_act_for(wallet.user_id):
        raise WalletNotFound(wallet_id)
    opening = Standing(0, Money.zero(wallet.currency))
    if period.begin is not None:
        opening = _before(resources, wallet, period.begin)
    closing = Standing(wallet.sequence, wallet.balance)
    if period.end is not None:
        closing = _before(resources, wallet, period.end)
    total = closing.sequence - opening.sequence
    numbers = page_numbers(total, limit=limit, offset=offset)
    entries: Sequence[Entry] = ()
    if numbers:
        first = opening.sequence
        entries = ledger.list_page(
            resources.database, wallet_id, newest=first + numbers[0], oldest=first + numbers[-1]
        )
    return Statement(_rows(resources, entries), total, opening.balance, closing.balance)


def _before(resources: Resources, wallet: Wallet, end: datetime) -> Standing:
    return get_standing(resources, wallet, lambda instant: instant < end)


def _rows(resources: Resources, entries: Sequence[Entry]) -> list[StatementRow]:
    ids = list(dict.fromkeys(entry.transaction_id for entry in entries))
    found: dict[TransactionId, Transaction] = {}
    for start in range(0, len(ids), BATCH_READS_MAX):
        some = transfers.get_transactions(resources.database, ids[start : start + BATCH_READS_MAX])
        found |= {row.transaction_id: row for row in some}
    return [StatementRow(entry, found.get(entry.transaction_id)) for entry in entries]
