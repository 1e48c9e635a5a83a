"""Health of a service: it is healthy if the tables that it needs answer."""

from novapay.domain.entry import TransactionId
from novapay.domain.idempotency import IdempotencyKey, KeyedRequest
from novapay.domain.payroll import JobId
from novapay.domain.quote import QuoteId
from novapay.domain.reference import Reference, ScopedReference
from novapay.domain.transaction import EntryKey
from novapay.domain.wallet import UserId, WalletId
from novapay.store.resources import Resources
from novapay.store.tables import (
    anchors,
    audit,
    idempotency,
    ledger,
    payroll,
    quotes,
    references,
    transfers,
    users,
    wallets,
)

_PROBE = "health"

_MONEY = (wallets.TABLE, ledger.TABLE, transfers.TABLE, idempotency.TABLE)

_PROBES = {
    wallets.TABLE: wallets.key(WalletId(_PROBE)),
    ledger.TABLE: ledger.key(EntryKey(WalletId(_PROBE), 1)),
    transfers.TABLE: transfers.key(TransactionId(_PROBE)),
    idempotency.TABLE: idempotency.key(KeyedRequest(_PROBE, IdempotencyKey(_PROBE), "")),
    quotes.TABLE: quotes.key(QuoteId(_PROBE)),
    payroll.TABLE: payroll.job_key(JobId(_PROBE)),
    audit.TABLE: audit.key(0),
    anchors.TABLE: anchors.key(_PROBE),
    users.TABLE: users.key(UserId(_PROBE)),
    references.TABLE: references.key(ScopedReference(_PROBE, Reference(_PROBE))),
}

TABLES_OF = {
    "accounts": (*_MONEY, users.TABLE, references.TABLE),
    "fx": (quotes.TABLE,),
    "transactions": (*_MONEY, quotes.TABLE, references.TABLE),
    "ledger": _MONEY,
    "payroll": (*_MONEY, payroll.TABLE),
    "admin": (*_MONEY, payroll.TABLE, audit.TABLE, anchors.TABLE),
}


def check_health(resources: Resources, *services: str) -> None:
    """Read an unused key from every table that the services need. One round trip.

    Args:
        resources: what it works with: the tables, the clock.
        services: names of services, as in TABLES_OF.

    Raises:
        StoreUnavailable: DynamoDB did not answer.
    """
    tables = {table for service in services for table in TABLES_OF[service]}
    resources.database.read([_PROBES[table] for table in sorted(tables)])
