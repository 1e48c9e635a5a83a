"""What earlier versions of the code stored, made of what this one stores."""

from localstack.memory.auditor import Books
from localstack.memory.intruder import Intruder, forged


def as_version_1(intruder: Intruder, books: Books) -> None:
    """Rewrite every entry as version 1 of the format had it: without its transaction's hash."""
    for wallet_id, chain in books.chains.items():
        head = "GENESIS"
        for entry in chain:
            kept = {name: value for name, value in entry.items() if name != "transactionHash"}
            old = forged(kept, version=1, previousHash=head)
            intruder.put("ledger", old)
            head = old["hash"]
        intruder.change("wallets", wallet_id, headHash=head)
