"""Random lives of holds: whatever is asked of them, and whenever, the books are sound.

The auditor checks after each step that captured + released + remaining is the amount of each hold,
and that each hold wallet has what remains of its holds.
"""

from contextlib import ExitStack
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from localstack.memory.auditor import read_books
from localstack.memory.bank import Bank, Told
from localstack.memory.dynamodb import dynamodb_in_memory
from novapay.domain.wallet_status import StatusAction
from novapay.usecases.expire_holds import expire_holds

AMOUNTS = st.sampled_from(["0.00000001", "1", "2.5", "10"])
ENDS = st.sampled_from([timedelta(seconds=1), timedelta(seconds=60), timedelta(days=7)])
REFUSALS = {
    "ok",
    "hold-amount-exceeded",
    "hold-closed",
    "hold-expired",
    "insufficient-funds",
    "too-many-captures",
    "wallet-frozen",
}


class HoldMachine(RuleBasedStateMachine):
    """A payer whose money is set aside for a payee, in some holds at a time."""

    held: Bundle[str] = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.aws = ExitStack()
        self.bank = Bank(self.aws.enter_context(dynamodb_in_memory()))

    def teardown(self) -> None:
        self.aws.close()

    @initialize()
    def found(self) -> None:
        self.payer, self.payee = self.bank.account(holding="15"), self.bank.account()

    @rule(target=held, amount=AMOUNTS, lasts=ENDS)
    def hold(self, amount: str, lasts: timedelta) -> str:
        end = self.bank.clock.now() + lasts
        told = self.bank.hold(self.payer, amount, key=self.bank.new_id(), expires_at=end)
        return str(self.told(told).facts.get("holdId", ""))

    @rule(hold_id=held, amount=st.none() | AMOUNTS, is_final=st.booleans())
    def capture(self, hold_id: str, amount: str | None, *, is_final: bool) -> None:
        if hold_id:
            key = self.bank.new_id()
            self.told(
                self.bank.capture(hold_id, amount, key=key, payee=self.payee, is_final=is_final)
            )

    @rule(hold_id=held)
    def release(self, hold_id: str) -> None:
        if hold_id:
            self.told(self.bank.release(hold_id, key=self.bank.new_id()))

    @rule(seconds=st.sampled_from([1, 59, 60, 3600]))
    def wait(self, seconds: int) -> None:
        self.bank.clock.advance(timedelta(seconds=seconds))

    @rule(looks=st.integers(0, 3))
    def sweep(self, looks: int) -> None:
        left = iter(range(looks))
        expire_holds(self.bank.resources, has_time=lambda: next(left, None) is not None)

    @rule(action=st.sampled_from([StatusAction.FREEZE, StatusAction.UNFREEZE]))
    def change(self, action: StatusAction) -> None:
        self.bank.change_status(self.payer, action)

    def told(self, told: Told) -> Told:
        assert told.code in REFUSALS
        return told

    @invariant()
    def the_books_are_sound(self) -> None:
        read_books(self.bank.client).assert_sound()


TestHolds = HoldMachine.TestCase
TestHolds.settings = settings(max_examples=8, stateful_step_count=20)
