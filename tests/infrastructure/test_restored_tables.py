"""The functions can be pointed at restored tables, and no stack holds on to a table."""

import json

import pytest

from cdk.endpoints import ENDPOINTS, TASKS
from tests.infrastructure.roles import allowed_by
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

FUNCTIONS = [it.name for it in ENDPOINTS if not it.is_simulation] + [it.name for it in TASKS]


def test_no_other_stack_imports_a_table_so_each_can_be_replaced(dev: Synthesized) -> None:
    tables = of_type(dev.state, "AWS::DynamoDB::Table")
    exported = json.dumps(dev.state["Outputs"])

    assert not [table for table in tables if table in exported]


def test_the_state_stack_keeps_the_original_tables(dev: Synthesized, restored: Synthesized) -> None:
    assert restored.state == dev.state


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_of_restored_tables_and_may_use_no_other(
    dev: Synthesized, restored: Synthesized, name: str
) -> None:
    told = restored.function(name)["Properties"]["Environment"]["Variables"]

    assert told["TABLE_PREFIX"] == "novapay-dev-restored"
    assert allowed_by(restored, name, "dynamodb") == {
        (action, table.replace("novapay-dev-", "novapay-dev-restored-"))
        for action, table in allowed_by(dev, name, "dynamodb")
    }


def test_throttles_are_watched_on_restored_tables(restored: Synthesized) -> None:
    watched = json.dumps(restored.operations)

    for table in restored.properties("AWS::DynamoDB::Table"):
        original = table["TableName"]
        assert f'"{original}"' not in watched
        assert f'"{original.replace("novapay-dev", "novapay-dev-restored")}"' in watched
