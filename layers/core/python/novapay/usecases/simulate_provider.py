"""Take the rate provider down, or bring it back, in a simulation stack."""

from novapay.store.commit import Decision
from novapay.store.resources import Resources
from novapay.store.tables import quotes


def simulate_provider(resources: Resources, *, is_down: bool) -> None:
    """Begin or end an outage; every function notices it at its next request.

    Raises:
        Contention, StoreUnavailable: see `Committer.commit`.
    """
    resources.committer.commit(lambda: Decision(None, [quotes.simulate_provider(is_down=is_down)]))
