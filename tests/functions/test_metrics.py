"""What each story counts, read from what the functions print; no metric is without a story."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory.api import Api, payee_body
from localstack.memory.bank import EUR, Account
from localstack.memory.clocks import ManualClock
from localstack.memory.fx import FX_ENVIRONMENT
from localstack.memory.intruder import Intruder
from localstack.memory.payroll import order_for
from localstack.memory.payroll_functions import PayrollFunctions, item, payroll_functions
from localstack.memory.wire import Wire, cancel
from novapay import observability, wiring
from novapay.domain.hold import CAPTURES_MAX, HOLD_LIFETIME
from novapay.domain.money import Currency
from novapay.domain.ports import ExecutionState, TokenRefused
from novapay.domain.quote import QuoteId
from novapay.domain.transaction import REVERSALS_MAX
from novapay.observability import METRICS
from novapay.wiring import accounts, fx, tokens
from tests.functions.fx.conftest import Desk
from tests.functions.operations.test_authorize import KnownTokens, authorize
from tests.support.domain import id_of
from tests.support.printed import Printed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BDT = Currency("BDT")
OF_EVERY_COMMIT = {"commit_latency", "read_units", "write_units"}
"""Measured, not counted: their values are the database's."""
REFUSED_HOLDS = (
    "hold_amount_exceeded",
    "hold_closed",
    "hold_expired",
    "hold_recipient_mismatch",
    "hold_recipient_missing",
    "too_many_captures",
)
OF_STRANGERS = {"admin_calls_denied"}
"""Counted before there is a story: `admin/test_gate.py` tells it of every operator's route."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The functions, and who acts behind them."""

    api: Api
    desk: Desk
    payroll: PayrollFunctions
    intruder: Intruder
    patch: pytest.MonkeyPatch

    def rich(self) -> Account:
        return self.api.bank.account(holding="100")

    def poor(self) -> Account:
        return self.api.bank.account()

    def quote(self, holder: Account, amount: str = "40") -> QuoteId:
        return self.api.bank.quote(holder, EUR, amount).quote_id

    def held(self, body: dict[str, object] | None = None) -> str:
        """Set 40 aside in a new wallet."""
        account = self.rich()
        reply = self.api.hold(account, key=account.wallet_id, body=body or {})
        return str(reply.body["holdId"])

    def exchange(self, sender: Account, quote_id: str, amount: str = "40") -> None:
        recipient = self.api.bank.account(EUR)
        self.api.transfer(sender, recipient, amount, body={"fxQuoteId": quote_id})

    def adjust(self, account: Account, operation: str, amount: str) -> None:
        body = {"amount": amount, "operation": operation}
        self.api.call(
            "accounts/adjust_balance", path={"walletId": account.wallet_id}, body=body, key=None
        )

    def set_status(self, account: Account, *actions: str) -> None:
        """Freeze, unfreeze or close a wallet, one after the other."""
        for action in actions:
            self.api.call(
                f"accounts/{action}_wallet",
                path={"walletId": account.wallet_id},
                body={"reason": "A story"},
                key=None,
            )

    def post(self, debited: str, credited: str) -> None:
        rows = [
            {
                "walletId": account.wallet_id,
                "userId": account.user_id,
                "entryType": entry_type,
                "amount": amount,
                "currency": "USD",
            }
            for account, entry_type, amount in (
                (self.rich(), "DEBIT", debited),
                (self.poor(), "CREDIT", credited),
            )
        ]
        body = {"transactionId": id_of("a posting"), "entries": rows}
        self.api.call("ledger/create_transaction", body=body, key=None)


Story = Callable[[Scene], object]


@pytest.fixture
def scene(api: Api, intruder: Intruder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name, value in FX_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    fx.rate_provider.cache_clear()
    with payroll_functions(api, monkeypatch) as payroll:
        yield Scene(api, Desk(api), payroll, intruder, monkeypatch)
    fx.rate_provider.cache_clear()


def a_quote_during_an_outage(scene: Scene) -> None:
    scene.api.call("fx/simulate_provider_down")
    scene.desk.quote(scene.poor())


def a_quote_used_by_an_internal_call(scene: Scene) -> None:
    scene.desk.consume(scene.quote(scene.poor()), id_of("a transaction"))


def a_transfer_sent_twice(scene: Scene) -> None:
    sender, recipient = scene.rich(), scene.poor()
    for _ in range(2):
        scene.api.transfer(sender, recipient, "40", key="once")


def a_transfer_from_a_frozen_wallet(scene: Scene) -> None:
    sender = scene.rich()
    scene.set_status(sender, "freeze")
    scene.api.transfer(sender, scene.poor(), "40")


def a_transfer_that_is_held_up(scene: Scene) -> None:
    sender, recipient = scene.rich(), scene.poor()
    with Wire(scene.api.bank.client, before=cancel("wallets", times=1)):
        scene.api.transfer(sender, recipient, "40")


def a_transfer_from_somebody_elses_wallet(scene: Scene) -> None:
    sender = replace(scene.rich(), user_id=scene.poor().user_id)
    scene.api.transfer(sender, scene.poor(), "40")


def a_transfer_to_an_inactive_wallet(scene: Scene) -> None:
    recipient = scene.poor()
    scene.intruder.change("wallets", recipient.wallet_id, status="CLOSED", isActive=False)
    scene.api.transfer(scene.rich(), recipient, "40")


def reversals(scene: Scene, *amounts: str) -> None:
    """Transfer 40 and give some of it back, part by part."""
    paid = scene.api.transfer(scene.rich(), scene.poor(), "40").body["transactionId"]
    for number, amount in enumerate(amounts):
        body = {"amount": amount, "reason": "broken"}
        path = {"transactionId": paid}
        scene.api.call("transactions/create_reversal", path=path, body=body, key=f"{number}")


def a_reversal(scene: Scene) -> None:
    reversals(scene, "15")


def a_reversal_of_too_much(scene: Scene) -> None:
    reversals(scene, "41")


def a_reversal_too_many(scene: Scene) -> None:
    reversals(scene, *["0.1"] * (REVERSALS_MAX + 1))


def a_reversal_of_a_refused_transfer(scene: Scene) -> None:
    refused = scene.api.transfer(scene.poor(), scene.rich(), "40").body["transactionId"]
    path, body = {"transactionId": refused}, {"reason": "broken"}
    scene.api.call("transactions/create_reversal", path=path, body=body)


def a_transfer_to_itself(scene: Scene) -> None:
    sender = scene.rich()
    scene.api.transfer(sender, sender, "40")


def a_transfer_in_a_currency_of_nobodys(scene: Scene) -> None:
    scene.api.transfer(scene.rich(), scene.poor(), "40", body={"currency": "GBP"})


def an_exchange(scene: Scene) -> None:
    sender = scene.rich()
    scene.exchange(sender, scene.quote(sender))


def an_exchange_without_a_quote(scene: Scene) -> None:
    scene.api.transfer(scene.rich(), scene.api.bank.account(EUR), "40")


def an_exchange_under_anothers_quote(scene: Scene) -> None:
    scene.exchange(scene.rich(), scene.quote(scene.poor()))


def an_exchange_into_another_currency(scene: Scene) -> None:
    sender = scene.rich()
    scene.api.transfer(sender, scene.poor(), "40", body={"fxQuoteId": scene.quote(sender)})


def an_exchange_of_another_amount(scene: Scene) -> None:
    sender = scene.rich()
    scene.exchange(sender, scene.quote(sender), "41")


def an_exchange_under_a_used_quote(scene: Scene) -> None:
    sender = scene.rich()
    quote_id = scene.quote(sender)
    for key in ("first", "second"):
        recipient = scene.api.bank.account(EUR)
        scene.api.transfer(sender, recipient, "40", body={"fxQuoteId": quote_id}, key=key)


def an_exchange_too_late(scene: Scene) -> None:
    sender = scene.rich()
    quote_id = scene.quote(sender)
    scene.api.bank.clock.advance(timedelta(seconds=60))
    scene.exchange(sender, quote_id)


def a_check_of_a_changed_entry(scene: Scene) -> None:
    holder = scene.rich()
    scene.intruder.change("ledger", holder.wallet_id, 1, amount="1.00000000")
    scene.api.call("ledger/verify_chain", path={"walletId": holder.wallet_id})


def a_payroll_with_a_bad_item(scene: Scene) -> None:
    staff = [*scene.payroll.office.employees(2), scene.api.bank.new_account()]
    scene.payroll.run(scene.payroll.queued(scene.rich(), staff))


def a_payroll_from_somebody_elses_wallet(scene: Scene) -> None:
    source = replace(scene.rich(), user_id=scene.poor().user_id)
    scene.payroll.create(source, [item(scene.poor())], key=None)


def a_payroll_that_cannot_be_started(scene: Scene) -> None:
    scene.payroll.executions.is_down = True
    scene.payroll.create(scene.rich(), [item(scene.poor())], key=None)


def a_request_with_anothers_token(scene: Scene) -> None:
    with pytest.raises(Exception, match="Unauthorized"):
        authorize(scene.patch, KnownTokens(TokenRefused("InvalidIssuerError")))


def a_wallet_more_than_a_user_may_have(scene: Scene) -> None:
    scene.patch.setattr(accounts, "wallets_per_user", lambda: 1)
    for _ in range(2):
        scene.api.call("accounts/create_wallet", key=None)


def a_transfer_while_the_clock_is_off(scene: Scene) -> None:
    sender, recipient, bank = scene.rich(), scene.poor(), scene.api.bank
    bank.server_clock = ManualClock(bank.clock.now() + timedelta(minutes=1))
    scene.api.transfer(sender, recipient)


def a_call_with_an_error_that_nobody_foresaw(scene: Scene) -> None:
    scene.patch.setattr(wiring, "resources", lambda: 1 / 0)
    scene.api.call("ledger/get_transaction")


def a_recovery_of_a_dead_run(scene: Scene) -> None:
    [person] = scene.payroll.office.employees(1)
    job_id = scene.payroll.office.queue(scene.rich(), [order_for(person, "1")])
    scene.payroll.executions.end(job_id, ExecutionState.DEAD)
    scene.payroll.office.later(90)
    scene.payroll.task("operations/recover")


def a_hold_and_what_becomes_of_it(scene: Scene) -> None:
    scene.api.capture(scene.held(), payee=scene.poor())
    scene.api.release(scene.held())
    scene.held()
    scene.api.bank.clock.advance(HOLD_LIFETIME)
    scene.payroll.task("operations/expire_holds")


def captures_of_a_hold_that_cannot_be(scene: Scene) -> None:
    """Every refusal that is of holds alone."""
    api, payee, hold_id = scene.api, scene.poor(), scene.held()
    api.capture(hold_id, key="nobody")
    api.capture(hold_id, key="too much", payee=payee, body={"amount": "41"})
    promised = scene.held(payee_body(payee))
    api.capture(promised, key="somebody else", payee=scene.poor())
    for number in range(CAPTURES_MAX):
        body = {"amount": "1", "final": False}
        api.capture(hold_id, key=f"{number}", payee=payee, body=body)
    api.release(hold_id)
    api.capture(hold_id, key="closed", payee=payee)
    api.bank.clock.advance(HOLD_LIFETIME)
    api.capture(promised, key="too late")


def refused(kind: str, code: str) -> dict[str, float]:
    return {f"{kind}_refused": 1, f"refused_{code}": 1}


STORIES: dict[str, tuple[Story, dict[str, float]]] = {
    "a wallet": (lambda it: it.api.call("accounts/create_wallet"), {"wallets_opened": 1}),
    "a deposit": (lambda it: it.adjust(it.poor(), "credit", "5"), {"adjustments_completed": 1}),
    "a withdrawal of more than there is": (
        lambda it: it.adjust(it.poor(), "debit", "5"),
        refused("adjustments", "insufficient_funds"),
    ),
    "a transfer": (
        lambda it: it.api.transfer(it.rich(), it.poor(), "40"),
        {"transfers_completed": 1},
    ),
    "a transfer sent twice": (a_transfer_sent_twice, {"transfers_completed": 1, "replays": 1}),
    "a transfer that is held up": (
        a_transfer_that_is_held_up,
        {"transfers_completed": 1, "commit_conflicts": 1, "commit_retries": 1},
    ),
    "a transfer of more than there is": (
        lambda it: it.api.transfer(it.poor(), it.poor(), "40"),
        refused("transfers", "insufficient_funds"),
    ),
    "a transfer from somebody else's wallet": (
        a_transfer_from_somebody_elses_wallet,
        refused("transfers", "wallet_owner_mismatch"),
    ),
    "a transfer to an inactive wallet": (
        a_transfer_to_an_inactive_wallet,
        refused("transfers", "wallet_inactive"),
    ),
    "a transfer to itself": (a_transfer_to_itself, refused("transfers", "same_wallet")),
    "a transfer in a currency of nobody's": (
        a_transfer_in_a_currency_of_nobodys,
        refused("transfers", "currency_mismatch"),
    ),
    "an exchange": (an_exchange, {"fx_transfers_completed": 1}),
    "an exchange without a quote": (
        an_exchange_without_a_quote,
        refused("transfers", "fx_quote_required"),
    ),
    "an exchange under another's quote": (
        an_exchange_under_anothers_quote,
        refused("transfers", "fx_quote_user_mismatch"),
    ),
    "an exchange into another currency": (
        an_exchange_into_another_currency,
        refused("transfers", "fx_quote_currency_mismatch"),
    ),
    "an exchange of another amount": (
        an_exchange_of_another_amount,
        refused("transfers", "fx_quote_amount_mismatch"),
    ),
    "an exchange under a used quote": (
        an_exchange_under_a_used_quote,
        {"fx_transfers_completed": 1, **refused("transfers", "fx_quote_used")},
    ),
    "an exchange too late": (an_exchange_too_late, refused("transfers", "fx_quote_expired")),
    "a hold and what becomes of it": (
        a_hold_and_what_becomes_of_it,
        {"holds_created": 3, "holds_captured": 1, "holds_released": 1, "holds_expired": 1},
    ),
    "captures of a hold that cannot be": (
        captures_of_a_hold_that_cannot_be,
        {
            "holds_created": 2,
            "holds_captured": 19,
            "holds_released": 1,
            "holds_refused": 6,
            **dict.fromkeys((f"refused_{code}" for code in REFUSED_HOLDS), 1),
        },
    ),
    "a posting": (lambda it: it.post("10", "10"), {"postings_completed": 1}),
    "a posting that does not balance": (
        lambda it: it.post("10", "11"),
        {"ledger_invariant_violations_total": 1, **refused("postings", "unbalanced_posting")},
    ),
    "a check of a changed entry": (
        a_check_of_a_changed_entry,
        {"ledger_invariant_violations_total": 1, "ledger_faults": 1},
    ),
    "a reversal": (a_reversal, {"transfers_completed": 1, "reversals_completed": 1}),
    "a reversal of too much": (
        a_reversal_of_too_much,
        {"transfers_completed": 1, **refused("reversals", "reversal_amount_exceeded")},
    ),
    "a reversal too many": (
        a_reversal_too_many,
        {
            "transfers_completed": 1,
            "reversals_completed": REVERSALS_MAX,
            **refused("reversals", "too_many_reversals"),
        },
    ),
    "a reversal of a refused transfer": (
        a_reversal_of_a_refused_transfer,
        {
            **refused("transfers", "insufficient_funds"),
            **refused("reversals", "not_reversible"),
        },
    ),
    "a wallet that is frozen, and thawed": (
        lambda it: it.set_status(it.poor(), "freeze", "unfreeze"),
        {"wallets_frozen": 1, "wallets_unfrozen": 1},
    ),
    "a wallet that is closed": (
        lambda it: it.set_status(it.poor(), "close"),
        {"wallets_closed": 1},
    ),
    "a wallet that is closed with money in it": (
        lambda it: it.set_status(it.rich(), "close"),
        {"refused_wallet_not_empty": 1},
    ),
    "a wallet that is thawed and was not frozen": (
        lambda it: it.set_status(it.poor(), "unfreeze"),
        {"refused_wallet_status_conflict": 1},
    ),
    "a transfer from a frozen wallet": (
        a_transfer_from_a_frozen_wallet,
        {"wallets_frozen": 1, **refused("transfers", "wallet_frozen")},
    ),
    "a quote": (lambda it: it.desk.quote(it.poor()), {"quotes_created": 1}),
    "a quote of nothing": (
        lambda it: it.desk.quote(it.api.bank.new_account(BDT), amount="0.00000001"),
        refused("quotes", "fx_amount_too_small"),
    ),
    "a quote that the provider cannot give": (
        a_quote_during_an_outage,
        {"fx_rate_failures": 1},
    ),
    "a quote of a pair that there is not": (
        lambda it: it.desk.quote(it.poor(), "CHF"),
        refused("quotes", "fx_pair_unavailable"),
    ),
    "a quote used by an internal call": (a_quote_used_by_an_internal_call, {"quotes_consumed": 1}),
    "a payroll with a bad item": (
        a_payroll_with_a_bad_item,
        {"payroll_jobs_created": 1, "payroll_items_paid": 2, "payroll_items_failed": 1},
    ),
    "a payroll from somebody else's wallet": (
        a_payroll_from_somebody_elses_wallet,
        refused("payroll_jobs", "wallet_owner_mismatch"),
    ),
    "a payroll that cannot be started": (
        a_payroll_that_cannot_be_started,
        {"payroll_jobs_created": 1, "payroll_starts_deferred": 1},
    ),
    "a wallet more than a user may have": (
        a_wallet_more_than_a_user_may_have,
        {"wallets_opened": 1, **refused("wallets", "too_many_wallets")},
    ),
    "a transfer while the clock is off": (a_transfer_while_the_clock_is_off, {"clocks_refused": 1}),
    "a request with another's token": (a_request_with_anothers_token, {"tokens_refused": 1}),
    "a call with an error that nobody foresaw": (
        a_call_with_an_error_that_nobody_foresaw,
        {"failures": 1},
    ),
    "a recovery of a dead run": (
        a_recovery_of_a_dead_run,
        {"payroll_jobs_recovered": 1, "payroll_oldest_open_job": 90},
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_counts_what_happened_and_nothing_else(
    scene: Scene, printed: Callable[[], Printed], name: str
) -> None:
    story, expected = STORIES[name]

    story(scene)

    counted = {it: n for it, n in printed().metrics.items() if it not in OF_EVERY_COMMIT and n}
    assert counted == expected


def test_a_commit_says_what_it_took(scene: Scene, printed: Callable[[], Printed]) -> None:
    sender, recipient, bank = scene.rich(), scene.poor(), scene.api.bank
    events: Any = bank.client.meta.events

    def answer_later(parsed: dict[str, Any], **_: object) -> None:
        bank.resources.committer.sleep(0.02)
        parsed["ConsumedCapacity"] = [{"CapacityUnits": 10.0}, {"CapacityUnits": 2.0}]

    events.register("after-call.dynamodb.TransactWriteItems", answer_later)
    scene.api.transfer(sender, recipient, "40")
    events.unregister("after-call.dynamodb.TransactWriteItems", answer_later)

    measured = {name: round(n, 6) for name, n in printed().metrics.items()}
    # The key, which is not there yet, and two wallets.
    assert measured == {
        "transfers_completed": 1, "commit_latency": 20, "write_units": 12, "read_units": 3
    }  # fmt: skip


def test_every_metric_has_a_story() -> None:
    told = {metric for _, expected in STORIES.values() for metric in expected}

    assert told | OF_EVERY_COMMIT | OF_STRANGERS == set(METRICS)


@pytest.mark.parametrize(
    "put_together", [wiring.resources, tokens.tokens], ids=["resources", "tokens"]
)
def test_every_metric_names_its_stage(
    put_together: Any,
    dynamodb: "DynamoDBClient",
    printed: Callable[[], Printed],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = {
        "NOVAPAY_STAGE": "prod",
        "TABLE_PREFIX": "novapay-prod",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    issuer = {"TOKEN_ISSUER": "https://id.test", "TOKEN_AUDIENCE": "us", "TOKEN_USER_CLAIM": "sub"}
    for name, value in (environment | issuer).items():
        monkeypatch.setenv(name, value)
    for cached in (wiring.settings, put_together):
        cached.cache_clear()

    put_together()
    observability.EmfMeter().count("replays")
    observability.flush()

    for cached in (wiring.settings, put_together):
        cached.cache_clear()
    [document] = printed().documents
    [directive] = document["_aws"]["CloudWatchMetrics"]
    assert set(directive["Dimensions"][0]) == {"service", "stage"}
    assert document["stage"] == "prod"
