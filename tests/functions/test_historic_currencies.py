"""A wallet in a currency that has become historic stays as it was: it is read, and emptied."""

import pytest

from localstack.memory.api import Api
from novapay.domain.currencies import HISTORIC_CODES
from novapay.domain.money import Currency


@pytest.mark.parametrize("code", sorted(HISTORIC_CODES))
def test_an_old_wallet_is_read_and_emptied(api: Api, code: str) -> None:
    old, other = (api.bank.account(Currency(code), holding="10") for _ in range(2))
    path = {"walletId": old.wallet_id}

    paid = api.transfer(old, other, "4")
    withdrawn = api.call(
        "accounts/adjust_balance", path=path, body={"amount": "6", "operation": "debit"}, key=None
    )

    assert (paid.status, paid.body["currency"]) == (201, code)
    assert (withdrawn.status, withdrawn.body["balance"]) == (200, "0.00000000")
    read = api.call("accounts/get_wallet", path=path)
    assert (read.status, read.body["currency"]) == (200, code)
    for operation, named in (
        ("accounts/list_user_wallets", {"userId": old.user_id}),
        ("ledger/list_entries", path),
        ("ledger/verify_chain", path),
        ("transactions/get_transfer", {"transactionId": paid.body["transactionId"]}),
    ):
        assert api.call(operation, path=named).status == 200
    assert api.sound_books().balance(other.wallet_id) == "14.00000000"
