"""Fields that a profile's release has and the schemas at hand, which are of an older one, do not."""

from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.validation.catalogue import RULES
from openstack_k8s_cli.validation.findings import Finding

_CODE = "OSK0810"


def judged(findings: Iterable[Finding], values: Mapping[str, Any]) -> list[Finding]:
    """Put one warning in the place of all unknown fields that the profile's release is known to have."""
    found = list(findings)
    named = {name for name, there in (values.get("fields") or {}).items() if there}
    newer = [each for each in found if each.code == "OSK0801" and each.path[-1] in named]
    if not newer:
        return found
    names = ", ".join(sorted({str(each.path[-1]) for each in newer}))
    release = values.get("release")
    message = f"the schemas do not know fields of release `{release}`, so these are not checked: {names}"
    warning = Finding(_CODE, RULES[_CODE].severity, None, (), message, "schemas")
    return [warning, *(each for each in found if each not in newer)]
