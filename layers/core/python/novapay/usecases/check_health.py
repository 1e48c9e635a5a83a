"""Is a service up? It is if the tables that it needs answer."""

from novapay.domain.entry import TransactionId
from novapay.domain.idempotency import Claim, IdempotencyKey
from novapay.domain.transfer import EntryKey
from novapay.domain.wallet import WalletId
from novapay.store.store import Store
from novapay.store.tables import idempotency, ledger, transfers, wallets

_PROBE = "health"

_PROBES = {
    wallets.TABLE: wallets.key(WalletId(_PROBE)),
    ledger.TABLE: ledger.key(EntryKey(WalletId(_PROBE), 1)),
    transfers.TABLE: transfers.key(TransactionId(_PROBE)),
    idempotency.TABLE: idempotency.key(Claim(_PROBE, IdempotencyKey(_PROBE), "")),
}

TABLES_OF = {
    "accounts": (wallets.TABLE, ledger.TABLE, transfers.TABLE, idempotency.TABLE),
    "transactions": (wallets.TABLE, ledger.TABLE, transfers.TABLE, idempotency.TABLE),
    "ledger": (wallets.TABLE, ledger.TABLE, transfers.TABLE, idempotency.TABLE),
}


def check_health(store: Store, *services: str) -> None:
    """Read a key that nothing has from every table that the services need. One round trip.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    tables = {table for service in services for table in TABLES_OF[service]}
    store.database.read([_PROBES[table] for table in sorted(tables)])
