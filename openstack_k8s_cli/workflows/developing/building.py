"""An image is built, pushed to where the cluster finds it, and named as the cluster knows it."""

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.developing import building
from openstack_k8s_cli.developing.building import Registry
from openstack_k8s_cli.developing.ports import Images
from openstack_k8s_cli.model.objects import ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import effects
from openstack_k8s_cli.workflows.developing.effects import Wanted

_ROUTE = ObjectId("route.openshift.io", "Route", "openshift-image-registry", "default-route")
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


def built(images: Images, registry: Registry, name: str, folder: str) -> str:
    """Build the image of a folder and push it; give its name in the cluster. Raises OskError."""
    made = images.build(folder)
    called = f"{name}:{building.tag(made)}"
    images.push(made, f"{registry.push}/{called}", registry)
    return f"{registry.pull}/{called}"


def streams(cluster: Cluster, registry: Registry, name: str) -> tuple[Wanted, ...]:
    """Give what a push is about to make in the cluster's own registry, so that it goes with the entry; raises OskError."""
    if not registry.pull.startswith(building.INSIDE):
        return ()
    meta = {"name": name, "namespace": registry.pull.rpartition("/")[2]}
    body = {"apiVersion": "image.openshift.io/v1", "kind": building.STREAM, "metadata": meta}
    wanted = effects.wanted(body, made=True)
    there = refusals.reading(lambda: effects.read(cluster, wanted.object))
    return () if there else (wanted,)


def _refused(code: str, summary: str, subject: str, *advice: Advice) -> OskError:
    return OskError(Problem(code, summary, subject, None, advice), exit_code=ExitCode.REFUSED)
