"""An image is built, pushed to where the cluster finds it, and named as the cluster knows it.

The ImageStream that a push goes to is made before it, with a label: the next build knows it for osk's, whatever ended
the command before an entry had it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from openstack_k8s_cli.apply.labels import PREFIX
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.developing import building
from openstack_k8s_cli.developing.building import Registry
from openstack_k8s_cli.developing.entries import Effect
from openstack_k8s_cli.developing.ports import Images
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import effects
from openstack_k8s_cli.workflows.developing.effects import Wanted

_ROUTE = ObjectId("route.openshift.io", "Route", "openshift-image-registry", "default-route")
_LABEL, _BUILT = f"{PREFIX}dev", "build"
_AUTHORITY = ObjectId("", "ConfigMap", "openshift-config-managed", "default-ingress-cert")
_EXPOSE = (
    "oc patch configs.imageregistry.operator.openshift.io/cluster --type merge "
    '-p \'{"spec":{"managementState":"Managed","defaultRoute":true}}\''
)


def own(cluster: Cluster, namespace: str, token: str) -> Registry:
    """Find the cluster's own registry, with the folder whose images the namespace's pods may pull; raises OskError."""
    route = refusals.reading(lambda: effects.read(cluster, _ROUTE))
    host = get(route or {}, "status", "ingress", 0, "host") or get(route or {}, "spec", "host")
    if not host:
        advice = (
            Advice("Open it, on OpenShift, OKD and CRC", _EXPOSE),
            Advice("Or push to another one, with `--registry HOST/PATH`"),
        )
        raise _refused(
            "OSK1427", "The cluster's own registry is not open to the outside", str(_ROUTE), *advice
        )
    if not token:
        advice = (
            Advice("Log in by name and password", "oc login"),
            Advice("Or push to another registry, with `--registry HOST/PATH`"),
        )
        summary = "The login has no token that the cluster's registry would take: it is a certificate"
        raise _refused("OSK1426", summary, str(host), *advice)
    authority = refusals.reading(lambda: effects.read(cluster, _AUTHORITY))
    ca = get(authority or {}, "data", "ca-bundle.crt")
    return Registry(f"{host}/{namespace}", f"{building.INSIDE}/{namespace}", ca, token)


def built(
    cluster: Cluster, images: Images, registry: Registry, name: str, folder: str
) -> tuple[str, tuple[Wanted, ...]]:
    """Build the image of a folder and push it.

    Give its name in the cluster, and what the push made there, which goes with the entry. Raises OskError.
    """
    made = images.build(folder)
    called = f"{name}:{building.tag(made)}"
    with streams(cluster, registry, name) as wishes:
        images.push(made, f"{registry.push}/{called}", registry)
    return f"{registry.pull}/{called}", wishes


@contextmanager
def streams(cluster: Cluster, registry: Registry, name: str) -> Iterator[tuple[Wanted, ...]]:
    """Have an ImageStream in the cluster's own registry, and push to it within the block; raises OskError.

    Gives it where it is osk's, also of an earlier build; a new one goes again with what fails within the block.
    """
    if not registry.pull.startswith(building.INSIDE):
        yield ()
        return
    meta = {"name": name, "namespace": registry.pull.rpartition("/")[2], "labels": {_LABEL: _BUILT}}
    body: Body = {"apiVersion": "image.openshift.io/v1", "kind": building.STREAM, "metadata": meta}
    wanted = effects.wanted(body, made=True)
    there = refusals.reading(lambda: effects.read(cluster, wanted.object))
    if there is not None:
        yield (wanted,) if get(there, "metadata", "labels", _LABEL) == _BUILT else ()
        return
    refusals.reading(lambda: cluster.create(body))
    try:
        yield (wanted,)
    except BaseException:
        effects.put_back(cluster, Effect(wanted.object, wanted.api_version, was_there=False), {}, again=False)
        raise


def _refused(code: str, summary: str, subject: str, *advice: Advice) -> OskError:
    return OskError(Problem(code, summary, subject, None, advice), exit_code=ExitCode.REFUSED)
