"""Lets MiniStack update a nested stack.

When it updates one, it forgets the attributes of every resource that did not change. So the next
resource that refers to such an attribute, as a role does to the ARN of its log group, fails the
update. A test deploys and updates a nested stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners

Attributes = Mapping[str, Any]


def keep_attributes() -> None:
    """Let the update of a nested stack remember what it knows of each resource."""
    update = provisioners._update_resource  # noqa: SLF001 - there is no public way

    def remembering(  # noqa: PLR0917 - MiniStack's own signature
        kind: str,
        physical_id: str,
        old: Attributes,
        new: Attributes,
        stack: str,
        logical_id: str = "",
        attributes: Attributes | None = None,
    ) -> tuple[str, Attributes]:
        known = attributes or _attributes_of(stack, logical_id)
        updated_id, updated = update(kind, physical_id, old, new, stack, logical_id, known)
        return updated_id, {**known, **updated} if updated_id == physical_id else updated

    provisioners._update_resource = remembering  # noqa: SLF001


def _attributes_of(stack: str, logical_id: str) -> Attributes:
    resources = cloudformation._stacks.get(stack, {}).get("_resources", {})  # noqa: SLF001
    attributes: Attributes = resources.get(logical_id, {}).get("Attributes") or {}
    return attributes
