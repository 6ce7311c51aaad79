"""A cluster and a plan that fit each other, to be put out of order."""

from dataclasses import replace
from typing import Any

from openstack_k8s_cli import plan
from openstack_k8s_cli.checking.seen import Seen
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.steps import Action, Layer, Manifest, Origin, Step

NMSTATE, METALLB = "nmstate.io/v1", "metallb.io/v1beta1"
CORE = "core.openstack.org/v1beta1"
ADMISSION = "admissionregistration.k8s.io/v1"
OLM = "operators.coreos.com/v1alpha1"
CONFIG = "config.openshift.io/v1"
WORKER = {"node-role.kubernetes.io/worker": ""}


def body(kind: str, name: str, namespace: str = "", *, api: str = "v1", **rest: Any) -> Body:
    """Make an object."""
    meta: Body = {"name": name, **({"namespace": namespace} if namespace else {})}
    meta |= rest.pop("metadata", {})
    return {"apiVersion": api, "kind": kind, "metadata": meta, **rest}


def conditions(**states: str) -> Body:
    """Make a status of conditions."""
    return {"conditions": [{"type": kind, "status": state} for kind, state in states.items()]}


def node(name: str, *, cpu: str = "8", memory: str = "32Gi", **states: str) -> Body:
    """Make a worker."""
    status = conditions(**{"Ready": "True", **states})
    status |= {"allocatable": {"cpu": cpu, "memory": memory}, "nodeInfo": {"kubeletVersion": "v1.33.1"}}
    return body("Node", name, metadata={"labels": WORKER}, status=status)


def policy(name: str, nic: str = "eth1", host: str = "one", **rest: Any) -> Body:
    """Make a policy of one interface."""
    wanted = {"interfaces": [{"name": "br", "mtu": 9000}, {"name": nic, **rest.pop("interface", {})}]}
    selector = {"kubernetes.io/hostname": host}
    spec = {"nodeSelector": selector, "desiredState": wanted}
    return body("NodeNetworkConfigurationPolicy", name, api=NMSTATE, spec=spec, **rest)


def state(name: str, *interfaces: Body) -> Body:
    """Make what a node tells of its interfaces."""
    return body(
        "NodeNetworkState",
        name,
        api="nmstate.io/v1beta1",
        status={"currentState": {"interfaces": interfaces}},
    )


def pool(name: str, *addresses: str, namespace: str = "metallb-system") -> Body:
    """Make a pool."""
    return body("IPAddressPool", name, namespace, api=METALLB, spec={"addresses": list(addresses)})


def subscription(name: str, namespace: str = "operators", **more: Any) -> Body:
    """Make a Subscription."""
    spec = {"name": name, "source": "redhat-operators", "sourceNamespace": "openshift-marketplace"}
    return body("Subscription", name, namespace, api=OLM, spec=spec, **more)


def catalog(said: str = "READY") -> Body:
    """Make a catalog."""
    told = {"connectionState": {"lastObservedState": said}}
    return body("CatalogSource", "redhat-operators", "openshift-marketplace", api=OLM, status=told)


def storage_class(name: str, provisioner: str = "example.org/csi", *, default: bool = False) -> Body:
    """Make a class."""
    notes = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    api = "storage.k8s.io/v1"
    return body("StorageClass", name, api=api, metadata={"annotations": notes}, provisioner=provisioner)


def volume(name: str, size: str = "20Gi", phase: str = "Available") -> Body:
    """Make a volume of the class that makes none."""
    spec = {"storageClassName": "local", "capacity": {"storage": size}}
    return body("PersistentVolume", name, spec=spec, status={"phase": phase})


def webhook(group: str = "core.openstack.org", service: str = "hooks", **more: Any) -> Body:
    """Make a webhook's configuration."""
    asked = {"service": {"namespace": "elsewhere", "name": service}}
    rule = {"apiGroups": [group], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["*"]}
    hook = {"name": "v.example.org", "clientConfig": asked, "rules": [rule | more.pop("rule", {})], **more}
    return body("ValidatingWebhookConfiguration", "hooks", api=ADMISSION, webhooks=[hook])


def definition(**changed: Any) -> Body:
    """Make the definition of pools."""
    spec = {
        "group": "metallb.io",
        "names": {"kind": "IPAddressPool"},
        "versions": [{"name": "v1beta1", "served": True}],
    }
    api = "apiextensions.k8s.io/v1"
    return body("CustomResourceDefinition", "ipaddresspools.metallb.io", api=api, spec=spec) | changed


PLANNED = (
    subscription("metallb-operator"),
    policy("eth1-one"),
    pool("mine", "192.168.122.80-192.168.122.90"),
    body(
        "OpenStackControlPlane",
        "cp",
        "openstack",
        api=CORE,
        spec={
            "storageClass": "local",
            "galera": {"templates": {"openstack": {"storageRequest": "10Gi"}}},
            "rabbitmq": {"templates": {"rabbitmq": {}}},
        },
    ),
)

THERE: dict[str, tuple[Body, ...]] = {
    "Node": (node("one"),),
    "Pod": (),
    "APIService": (body("APIService", "v1.apps", status=conditions(Available="True")),),
    "StorageClass": (storage_class("local", "kubernetes.io/no-provisioner"),),
    "PersistentVolume": (volume("one"), volume("two")),
    "CatalogSource": (catalog(),),
    "Subscription": (),
    "ClusterServiceVersion": (),
    "CustomResourceDefinition": (definition(),),
    "ValidatingWebhookConfiguration": (webhook(),),
    "MutatingWebhookConfiguration": (),
    "Endpoints": (body("Endpoints", "hooks", "elsewhere", subsets=[{"addresses": [{"ip": "10.0.0.1"}]}]),),
    "Secret": ({"metadata": {"name": "pull-secret"}, "registries": ("registry.redhat.io",)},),
    "ClusterOperator": (body("ClusterOperator", "dns", api=CONFIG, status=conditions(Available="True")),),
    "Network": (
        body(
            "Network",
            "cluster",
            api=CONFIG,
            status={"networkType": "OVNKubernetes", "clusterNetworkMTU": 1400},
        ),
    ),
    "NodeNetworkState": (state("one", {"name": "eth1", "type": "ethernet", "state": "up", "mtu": 9000}),),
    "NodeNetworkConfigurationPolicy": (),
    "IPAddressPool": (),
    "DNS": (body("DNS", "default", status=conditions(Degraded="False")),),
}


def made_plan(*bodies: Body) -> plan.Plan:
    """Plan to apply these objects."""
    steps = [
        Step(
            f"networks/c{at}/main",
            Layer.NETWORKS,
            f"networks/c{at}",
            Action.APPLY,
            (Manifest(id_of(each), each["apiVersion"], each, f"networks/c{at}", Origin("c.yaml.j2", 0)),),
        )
        for at, each in enumerate(bodies)
    ]
    return plan.build(steps, profile="lab")


FACTS = Facts(
    provider="existing",
    flavour="openshift",
    workers=("one",),
    nics={"one": "eth1"},
    capabilities=frozenset({"olm", "marketplace", "scc", "routes"}),
    operators=frozenset(),
    version="4.18.3",
)


def seen(
    *,
    planned: tuple[Body, ...] = PLANNED,
    facts: Facts = FACTS,
    more: dict[str, Any] | None = None,
    **kinds: Any,
) -> Seen:
    """See the cluster, with other objects of some kinds."""
    found = Seen(facts, made_plan(*planned), {}, THERE | kinds, here=1000.0, there=1000.4, denied=())
    return replace(found, **(more or {}))
