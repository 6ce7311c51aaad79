"""Storage classes of a control plane."""

from collections import Counter
from collections.abc import Iterator

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.validation.lint import placeholders
from openstack_k8s_cli.validation.lint.objects import CONTROL_PLANE, Found, Objects, leaves


def check(objects: Objects) -> Iterator[Found]:
    """Find volumes that ask for a class of their own, and classes that are not there where some are."""
    known = objects.names("StorageClass")
    for item in objects.every(CONTROL_PLANE):
        asked = [
            (path, name)
            for path, name in leaves(get(item.body, "spec"), ("spec",))
            if path[-1] in {"storageClass", "storageClassName"} and isinstance(name, str) and name
        ]
        counted = Counter(name for _, name in asked)
        usual = get(item.body, "spec", "storageClass") or next(iter(counted), None)
        for path, name in asked:
            if placeholders.has(name):
                continue
            if known and name not in known:
                yield Found("OSK0848", item, path, f"there is no StorageClass `{name}` here")
            elif name != usual and counted[name] == 1:
                message = f"only this one asks for `{name}`; the control plane's class is `{usual}`"
                yield Found("OSK0845", item, path, message)
