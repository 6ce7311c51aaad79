"""Services that node sets and deployments run: there, and once each."""

import difflib
from collections.abc import Iterator

from openstack_k8s_cli.profile.deploychecks import SHIPPED
from openstack_k8s_cli.validation.lint.objects import DEPLOYMENT, NODE_SET, SERVICE, Found, Objects, texts

_LISTS = {NODE_SET: "services", DEPLOYMENT: "servicesOverride"}


def check(objects: Objects) -> Iterator[Found]:
    """Find services that neither ship nor are in the set, and services listed twice."""
    for kind, key in _LISTS.items():
        for item in objects.every(kind):
            known = {*SHIPPED} | objects.names(SERVICE, item.id.namespace)
            seen: set[str] = set()
            for path, name in texts(item, "spec", key):
                if name in seen:
                    yield Found("OSK0846", item, path, f"the service `{name}` is listed twice")
                seen.add(name)
                if name not in known:
                    near = difflib.get_close_matches(name, known, n=1)
                    hint = f"; did you mean `{near[0]}`?" if near else ""
                    message = f"no OpenStackDataPlaneService `{name}` ships or is here{hint}"
                    yield Found("OSK0840", item, path, message)
