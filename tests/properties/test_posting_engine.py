"""The posting engine against the reference ledger: random wallets, random legs, both outcomes."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from localstack.memory.bank import Account
from novapay.domain.chain import verify_chain
from novapay.domain.entry import Entry
from novapay.domain.errors import Refusal
from novapay.domain.money import Money
from novapay.domain.posting import Leg, Posting
from novapay.domain.wallet import UserId, Wallet, WalletStatus
from tests.support.domain import CREDIT, DEBIT, EUR, NOW, USD, a_leg, a_wallet, id_of, post_all
from tests.support.reference import ReferenceLedger, ReferenceWallet

MOST_UNITS = 10**20 - 1

names = st.sampled_from(["alice", "bob", "carol", "dave"])
amounts = st.one_of(st.integers(1, 100), st.integers(1, MOST_UNITS))
owners = st.sampled_from([None] * 49 + [UserId(id_of("stranger"))])


@st.composite
def sets_of_wallets(draw: st.DrawFn) -> dict[str, Wallet]:
    """Return four client wallets, most of them active and in one currency."""
    return {
        name: a_wallet(
            name,
            status=draw(st.sampled_from([WalletStatus.ACTIVE] * 9 + [*WalletStatus])),
            balance=Money(
                draw(st.sampled_from([0, 50, 1_000, 10 * MOST_UNITS])),
                draw(st.sampled_from([USD] * 19 + [EUR])),
            ),
        )
        for name in ("alice", "bob", "carol", "dave")
    }


@st.composite
def postings(draw: st.DrawFn) -> tuple[dict[str, Wallet], list[Leg]]:
    """Return wallets and legs in any order, mostly balanced."""
    wallets = draw(sets_of_wallets())
    legs = []
    for sender, recipient, units in draw(
        st.lists(st.tuples(names, names, amounts), min_size=1, max_size=8)
    ):
        for name, entry_type in ((sender, DEBIT), (recipient, CREDIT)):
            leg = a_leg(wallets[name], entry_type, "1", user_id=draw(owners))
            legs.append(replace(leg, amount=Money(units, wallets[sender].currency)))
    if draw(st.integers(0, 9)) == 0:
        legs.pop()
    return wallets, draw(st.permutations(legs))


def reference_of(wallets: dict[str, Wallet]) -> ReferenceLedger:
    return ReferenceLedger(
        {
            wallet.wallet_id: ReferenceWallet(
                Account(wallet.wallet_id, wallet.user_id, wallet.currency),
                wallet.balance.units,
                wallet.status,
            )
            for wallet in wallets.values()
        }
    )


@settings(max_examples=400)
@given(postings())
def test_the_engine_and_the_reference_agree(case: tuple[dict[str, Wallet], list[Leg]]) -> None:
    wallets, legs = case
    reference = reference_of(wallets)
    faults = reference.faults_of(legs)

    posting, refusal = outcome_of(legs, wallets)

    assert (refusal in faults) if faults else (refusal is None)
    if posting is None:
        return
    reference.move(legs)
    for wallet_id, after in posting.after.items():
        assert after.balance.units == reference.wallets[wallet_id].units >= 0
    assert_chained(posting, legs)


def outcome_of(
    legs: Sequence[Leg], wallets: dict[str, Wallet]
) -> tuple[Posting | None, str | None]:
    """Return the posting, or the code of the refusal."""
    try:
        return post_all(*legs, wallets=list(wallets.values())), None
    except Refusal as refusal:
        return None, refusal.code


def assert_chained(posting: Posting, legs: Sequence[Leg]) -> None:
    """Each wallet's entries go on from where it stood, one for each of its legs, in their order."""
    assert [entry.amount for entry in posting.entries] == [leg.amount for leg in legs]
    assert [entry.wallet_id for entry in posting.entries] == [leg.wallet_id for leg in legs]
    assert sum(entry.entry_type.signed(entry.amount.units) for entry in posting.entries) == 0
    assert len({entry.entry_id for entry in posting.entries}) == len(legs)
    for wallet_id, after in posting.after.items():
        chain: list[Entry] = [e for e in posting.entries if e.wallet_id == wallet_id]
        assert [entry.sequence for entry in chain] == list(range(1, len(chain) + 1))
        assert after.sequence == len(chain)
        assert chain[-1].balance_after == after.balance
        if posting.before[wallet_id].balance.units == 0:
            assert verify_chain(chain, after, now=NOW).valid
