"""What a function's role allows, with every reference of the template followed to an ARN."""

from typing import Any

from tests.infrastructure.synthesized import Synthesized, of_type
from tests.support.every_call import ACCOUNT

REGION = "us-east-1"
PARAMETERS = {"AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::Region": REGION}


def statements_of(synthesized: Synthesized, name: str) -> list[dict[str, Any]]:
    """Return the statements of a role's only policy, with lists where one value may stand alone.

    A key's ARN has its alias for its id: `key` for the tables', `fields`, `seals`.
    """
    [policy] = synthesized.role(name)["Properties"]["Policies"]
    statements = _resolved(
        synthesized, synthesized.template_of(name), policy["PolicyDocument"]["Statement"]
    )
    lists = ("Action", "Resource")
    return [
        {key: _as_list(value) if key in lists else value for key, value in statement.items()}
        for statement in statements
    ]


def granted(synthesized: Synthesized, name: str) -> set[tuple[str, str]]:
    """Return each action that a function is allowed, with the ARN of what it is allowed on."""
    return {
        (action, resource)
        for statement in statements_of(synthesized, name)
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def allowed_by(synthesized: Synthesized, name: str, service: str) -> set[tuple[str, str]]:
    """Return what a function is allowed of one service."""
    return {pair for pair in granted(synthesized, name) if pair[0].startswith(f"{service}:")}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resolved(synthesized: Synthesized, template: dict[str, Any], value: Any) -> Any:
    """Return a part of a template as CloudFormation would fill it in."""

    def follow(part: Any) -> Any:
        return _resolved(synthesized, template, part)

    match value:
        case {"Fn::ImportValue": exported}:
            output = synthesized.state["Outputs"][exported.partition(":")[2]]
            return _resolved(synthesized, synthesized.state, output["Value"])
        case {"Fn::GetAtt": [logical_id, "Arn"]}:
            return _arn_of(template, logical_id)
        case {"Ref": parameter}:
            return PARAMETERS[parameter]
        case {"Fn::Join": [separator, parts]}:
            return separator.join(map(follow, parts))
        case dict():
            return {key: follow(part) for key, part in value.items()}
    return [follow(part) for part in value] if isinstance(value, list) else value


def _arn_of(template: dict[str, Any], logical_id: str) -> str:
    resource = template["Resources"][logical_id]
    match resource["Type"]:
        case "AWS::KMS::Key":
            return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{_alias_of(template, logical_id)}"
        case "AWS::Logs::LogGroup":
            name = resource["Properties"]["LogGroupName"]
            return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"
        case unknown:
            raise AssertionError(f"a policy names the ARN of a {unknown}")


def _alias_of(template: dict[str, Any], key_id: str) -> str:
    """Return the last word of a key's alias; that of the tables is the stage's own name."""
    [alias] = [
        it["Properties"]["AliasName"]
        for it in of_type(template, "AWS::KMS::Alias").values()
        if it["Properties"]["TargetKeyId"] == {"Fn::GetAtt": [key_id, "Arn"]}
    ]
    *_, last = str(alias).removeprefix("alias/novapay-").partition("-")
    return last or "key"
