"""Who is calling, and for whom that caller may act."""

from typing import Any

import pytest

from novapay.domain.caller import TRUSTED, Caller, Scope
from novapay.domain.errors import NotTheOwner, ScopeMissing
from novapay.domain.wallet import UserId
from novapay.http.caller import caller_of

ADA, BEN = UserId("ada"), UserId("ben")


def a_user(*scopes: str) -> Caller:
    return Caller(ADA, ADA, frozenset(scopes))


def test_a_user_acts_for_no_one_else() -> None:
    assert a_user().may_act_for(ADA)
    assert a_user().may_act_for(BEN, ADA)
    assert not a_user().may_act_for(BEN)
    assert not a_user().may_act_for(None)
    assert not a_user().may_act_for()
    assert not a_user(Scope.PAYROLL).may_act_for(BEN)


@pytest.mark.parametrize("caller", [TRUSTED, a_user(Scope.INTERNAL)], ids=["service", "internal"])
def test_a_service_acts_for_everyone(caller: Caller) -> None:
    assert caller.may_act_for(BEN)
    assert caller.may_act_for(None)
    assert caller.may_act_for()
    caller.check_acts_for(BEN)


def test_who_acts_for_another_is_told_for_whom() -> None:
    with pytest.raises(NotTheOwner, match="not belong to user ben"):
        a_user().check_acts_for(BEN)


def test_a_token_needs_the_very_scope() -> None:
    a_user(Scope.PAYROLL).check_scope(Scope.PAYROLL)
    TRUSTED.check_scope(Scope.PAYROLL)
    for scopes in ((), (Scope.INTERNAL,), ("novapay:payroll2",)):
        with pytest.raises(ScopeMissing, match="novapay:payroll"):
            a_user(*scopes).check_scope(Scope.PAYROLL)


def an_event(stage: str = "prod", **context: Any) -> dict[str, Any]:
    return {"requestContext": {"stage": stage, **context}}


def test_a_verified_token_is_its_user() -> None:
    event = an_event(authorizer={"principalId": "ada", "scope": "novapay:payroll other"})

    assert caller_of(event) == Caller("ada", ADA, frozenset({"novapay:payroll", "other"}))


@pytest.mark.parametrize(
    "blank", ["\t", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u2003", "\u3000"]
)
def test_only_a_blank_separates_scopes(blank: str) -> None:
    scope = f"novapay:payroll{blank}novapay:internal  x "

    found = caller_of(an_event(authorizer={"principalId": "ada", "scope": scope})).scopes

    assert found == {f"novapay:payroll{blank}novapay:internal", "x"}


def test_account_numbers_are_for_their_owner_and_for_services_in_the_list() -> None:
    readers = frozenset({"a-role"})

    assert a_user().may_read_account_number(ADA, readers)
    assert not a_user(Scope.INTERNAL).may_read_account_number(BEN, readers)
    assert not Caller("a-role", ADA).may_read_account_number(BEN, readers)
    assert Caller("a-role").may_read_account_number(BEN, readers)
    assert not Caller("another-role").may_read_account_number(BEN, readers)
    assert not Caller("a-role").may_read_account_number(BEN, frozenset())


def test_a_token_counts_before_an_identity() -> None:
    event = an_event(authorizer={"principalId": "ada"}, identity={"userArn": "arn:aws:iam::1:x"})

    assert caller_of(event).user_id == ADA


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::1:user/backend", "arn:aws:iam::1:user/backend"),
        ("arn:aws:sts::1:assumed-role/Backend/i-0abc", "arn:aws:sts::1:assumed-role/Backend"),
        ("arn:aws-cn:sts::1:assumed-role/Backend/x/y", "arn:aws-cn:sts::1:assumed-role/Backend"),
    ],
)
def test_an_identity_is_a_service_by_its_role_whatever_the_session(arn: str, name: str) -> None:
    assert caller_of(an_event(identity={"userArn": arn})) == Caller(name)


@pytest.mark.parametrize("context", [{}, {"authorizer": {}}, {"identity": {"userArn": None}}])
def test_nobody_in_particular_is_taken_on_the_local_stage_only(context: dict[str, Any]) -> None:
    assert caller_of(an_event("local", **context)).name == "anyone"
    for stage in ("dev", "prod", "localhost"):
        with pytest.raises(RuntimeError, match="not open"):
            caller_of(an_event(stage, **context))
