"""Objects that are not the deployment's alone."""

from collections.abc import Iterator

from openstack_k8s_cli.validation.lint.objects import Found, Objects

_SHARED = {
    ("", "Node"): "deleting it takes the node out of the cluster",
    ("", "Namespace"): "deleting it deletes all that is in it",
    ("", "PersistentVolume"): "deleting it may delete data",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): "deleting it deletes every object of its kind",
    ("operator.openshift.io", "DNS"): "it is the cluster's own",
    ("operator.openshift.io", "Network"): "it is the cluster's own",
    ("operator.openshift.io", "IngressController"): "it is the cluster's own",
    ("metal3.io", "Provisioning"): "it is the cluster's own",
}
_CONFIG = "config.openshift.io"


def check(objects: Objects) -> Iterator[Found]:
    """Find objects that must outlive the deployment; what osk renders itself it takes down with care."""
    if objects.own:
        return
    for item in {each.id: each for each in objects.items}.values():
        why = _SHARED.get((item.id.group, item.id.kind))
        if item.id.group == _CONFIG:
            why = "it is the cluster's own"
        if why:
            yield Found("OSK0863", item, (), f"must not be deleted together with the deployment: {why}")
