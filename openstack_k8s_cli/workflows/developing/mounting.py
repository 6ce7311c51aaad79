"""What the cluster says of a mount: where pods have a package, who may mount, and what is there of it already."""

from collections.abc import Iterable, Iterator

from openstack_k8s_cli.apply.ports import Cluster, Resource
from openstack_k8s_cli.developing import mounting
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import effects
from openstack_k8s_cli.workflows.developing.effects import Wanted

_PODS = Resource("", "v1", "Pod", "pods", namespaced=True)
_NODES = Resource("", "v1", "Node", "nodes", namespaced=False)
_FIND = "import importlib.util; print(importlib.util.find_spec('{}').submodule_search_locations[0])"


def place(cluster: Cluster, namespace: str, service: str) -> str:
    """Ask Python in a pod of a service where it has the package; raises OskError where none says it."""
    known = mounting.place(service)
    if known:
        return known
    package = mounting.PACKAGES.get(service, service)
    found = refusals.reading(lambda: next(_found(cluster, namespace, service, package), None))
    if found is None:
        example = f"/usr/lib/python3.9/site-packages/{package}"
        problem = Problem(
            "OSK1429",
            f"No pod of {service} says where it has the package {package}",
            subject=service,
            advice=(Advice(f"Name the folder in its image with `--at`, such as {example}"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    return found


def _found(cluster: Cluster, namespace: str, service: str, package: str) -> Iterator[str]:
    command = ("python3", "-c", _FIND.format(package))
    for pod in cluster.list(_PODS, namespace, labels=f"service={service}").items:
        if get(pod, "status", "phase") != "Running":
            continue
        for container in get(pod, "spec", "containers") or ():
            ran = cluster.exec(namespace, pod["metadata"]["name"], command, container=container["name"])
            said = ran.stdout.strip()
            if ran.exit_code == 0 and said.startswith("/"):
                yield said


def clients(cluster: Cluster) -> tuple[str, ...]:
    """Give the addresses of the nodes, which mount for their pods; raises OskError."""
    nodes = refusals.reading(lambda: cluster.list(_NODES).items)
    found = (
        each["address"]
        for node in nodes
        for each in get(node, "status", "addresses") or ()
        if each.get("type") == "InternalIP"
    )
    return tuple(dict.fromkeys(map(str, found)))


def wishes(cluster: Cluster, bodies: Iterable[Body]) -> tuple[Wanted, ...]:
    """Want volume and claim, and leave those of the same name as they are: they lead to the same folder."""
    return refusals.reading(lambda: tuple(_wishes(cluster, bodies)))


def _wishes(cluster: Cluster, bodies: Iterable[Body]) -> Iterator[Wanted]:
    for body in bodies:
        plain = effects.wanted(body)
        live = effects.read(cluster, plain.object)
        yield plain if live is None else effects.wanted(effects.plain(live))
