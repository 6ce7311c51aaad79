"""Fields that a profile's release has and the schemas at hand, which are of an older one, do not."""

from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.validation.catalogue import RULES
from openstack_k8s_cli.validation.findings import Finding

_CODE = "OSK0810"


def divided(findings: Iterable[Finding], values: Mapping[str, Any]) -> tuple[list[Finding], tuple[str, ...]]:
    """Take out all unknown fields that the profile's release is known to have, and name them."""
    named = {name for name, there in (values.get("fields") or {}).items() if there}
    found = list(findings)
    newer = [each for each in found if each.code == "OSK0801" and each.path[-1] in named]
    kept = [each for each in found if each not in newer]
    return kept, tuple(sorted({str(each.path[-1]) for each in newer}))


def judged(findings: Iterable[Finding], values: Mapping[str, Any]) -> list[Finding]:
    """Put one warning in the place of all unknown fields that the profile's release is known to have."""
    kept, unchecked = divided(findings, values)
    if not unchecked:
        return kept
    message = f"the schemas do not know fields of release `{values.get('release')}`, so these are not checked: {', '.join(unchecked)}"
    return [Finding(_CODE, RULES[_CODE].severity, None, (), message, "schemas"), *kept]
