"""The permissions of each function are those that it uses: no more, and no less.

What each function asks of DynamoDB in a story is held against its line in `cdk.endpoints`.
`tests/infrastructure/test_least_privilege.py` holds all its calls against its role.
"""

import pytest

from cdk.endpoints import Endpoint, Task
from localstack.memory.tables import PREFIX
from tests.support.every_call import ACCOUNT_NUMBER, FUNCTIONS, Need, Story, arn, story

__all__ = ["story"]

Pair = tuple[str, str]
TABLES = arn("dynamodb", f"table/{PREFIX}-")


@pytest.fixture(scope="module")
def used(story: Story) -> dict[str, set[Pair]]:
    """Return what each function needed of which table or index."""
    return {name: set(map(on_table, needs)) - {NO_TABLE} for name, needs in story.needs.items()}


NO_TABLE = ("", "")


def on_table(need: Need) -> Pair:
    """Return the action on a table and the table's name, or NO_TABLE."""
    service, _, action = need.action.partition(":")
    return (action, need.resource.removeprefix(TABLES)) if service == "dynamodb" else NO_TABLE


def allowed(function: Endpoint | Task) -> set[Pair]:
    """Return the permissions of a function."""
    return {
        (action, f"{access.table}/index/{access.index}" if access.index else str(access.table))
        for access in function.access
        for action in access.actions
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_story_calls_every_function(used: dict[str, set[Pair]], name: str) -> None:
    if name not in used:
        pytest.fail(
            f'Call story.call("{name}", …) in the story of tests/support/every_call.py.',
            pytrace=False,
        )


def test_after_every_function_no_table_has_an_account_number_to_read(story: Story) -> None:
    ending = ACCOUNT_NUMBER[-4:]

    assert ending.encode() in story.stored
    assert ACCOUNT_NUMBER.removesuffix(ending).encode() not in story.stored


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_all_that_it_does(used: dict[str, set[Pair]], name: str) -> None:
    _fail_if(name, used[name] - allowed(FUNCTIONS[name]), "uses and may not: add to")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_does_all_that_it_may(used: dict[str, set[Pair]], name: str) -> None:
    _fail_if(name, allowed(FUNCTIONS[name]) - used[name], "may and does not use: take from")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_table_is_named_twice_for_one_function(name: str) -> None:
    pairs = [
        (access.table, access.index, action)
        for access in FUNCTIONS[name].access
        for action in access.actions
    ]

    assert len(set(pairs)) == len(pairs)


def _fail_if(name: str, pairs: set[Pair], what: str) -> None:
    if pairs:
        listed = ", ".join(f"{action} on {table}" for action, table in sorted(pairs))
        module = FUNCTIONS[name].module
        pytest.fail(
            f"{listed}: {name} {what} its line in cdk/endpoints.py ({module}).", pytrace=False
        )
