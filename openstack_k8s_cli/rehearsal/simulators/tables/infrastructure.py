"""What a control plane makes before its services: DNS, message buses, databases, caches, OVN."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import objects
from openstack_k8s_cli.rehearsal.simulators.objects import namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Makes
from openstack_k8s_cli.rehearsal.simulators.tables import certificates, releases
from openstack_k8s_cli.rehearsal.simulators.world import View

_DEFAULT_ON = frozenset(
    [
        "dns",
        "galera",
        "rabbitmq",
        "memcached",
        "ovn",
        "keystone",
        "placement",
        "glance",
        "cinder",
        "neutron",
        "nova",
        "swift",
        "barbican",
        "telemetry",
    ]
)


def is_on(body: Body, section: str) -> bool:
    """Tell whether a section of the control plane is enabled; one that is left out is not."""
    found = get(body, "spec", section)
    if found is None:
        return False
    enabled = found.get("enabled")
    return bool(enabled) if enabled is not None else section in _DEFAULT_ON


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the infrastructure."""

    section: str
    word: str
    """In the names of its condition."""
    makes: Makes
    """Certificates and resources."""
    named: bool = True
    """Their own words are passed on."""
    suffix: str = "Ready"

    def resources(self, body: Body, view: View) -> Iterator[Body]:
        """Give what must be ready."""
        return (
            each for each in self.makes(body, view) if not each["apiVersion"].startswith("cert-manager.io")
        )


def _dns(body: Body, view: View) -> Iterator[Body]:
    spec = get(body, "spec", "dns", "template") or {}
    image = {"containerImage": releases.image(body, view, "dns", "infraDnsmasqImage")}
    yield objects.custom(
        "network.openstack.org", "DNSMasq", "dns", namespace=namespace_of(body), spec=image | spec
    )


def _templates(body: Body, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = get(body, "spec", section, "templates") or {}
    for name, template in sorted(found.items()):
        yield name, {key: value for key, value in template.items() if value != ""}


def _tls(name: str) -> dict[str, Any]:
    return {"tls": {"secretName": f"cert-{name}", "caBundleSecretName": certificates.BUNDLE}}


def _databases(body: Body, view: View) -> Iterator[Body]:
    for name, template in _templates(body, "galera"):
        certificate = f"galera-{name}-svc"
        yield certificates.of_endpoint(body, certificate, f"{name}", f"*.{name}-galera")
        spec = {
            "secret": get(body, "spec", "secret"),
            "storageClass": get(body, "spec", "storageClass"),
            "containerImage": releases.image(body, view, "galera", "mariadbImage"),
            **_tls(certificate),
            **template,
        }
        yield objects.custom("mariadb.openstack.org", "Galera", name, namespace=namespace_of(body), spec=spec)


def _buses(body: Body, view: View) -> Iterator[Body]:
    own = view.serves("rabbitmq.com", "RabbitmqCluster")
    image = releases.image(body, view, "rabbitmq", "rabbitmqImage")
    for name, template in _templates(body, "rabbitmq"):
        certificate = f"{name}-svc"
        spec = dict(template)
        storage = {"storage": "10Gi", "storageClassName": get(body, "spec", "storageClass")}
        spec["persistence"] = storage | (spec.get("persistence") or {})
        if certificates.is_pod_level(body):
            yield certificates.of_endpoint(body, certificate, name, f"*.{name}-nodes")
        if own:
            spec["tls"] = {"secretName": f"cert-{certificate}", "caSecretName": f"cert-{certificate}"}
            spec.pop("containerImage", None)
            spec["image"] = image
            yield objects.custom(
                "rabbitmq.com", "RabbitmqCluster", name, namespace=namespace_of(body), spec=spec
            )
        else:
            spec |= {"containerImage": image} | _tls(certificate)
            yield objects.custom(
                "rabbitmq.openstack.org", "RabbitMq", name, namespace=namespace_of(body), spec=spec
            )


def _caches(body: Body, view: View) -> Iterator[Body]:
    for name, template in _templates(body, "memcached"):
        spec = {
            "containerImage": releases.image(body, view, "memcached", "infraMemcachedImage"),
            "replicas": 1,
            **template,
        }
        if certificates.is_pod_level(body):
            yield certificates.of_endpoint(body, f"{name}-svc", name, f"*.{name}")
            spec |= _tls(f"{name}-svc")
        yield objects.custom(
            "memcached.openstack.org", "Memcached", name, namespace=namespace_of(body), spec=spec
        )


def _side(section: dict[str, Any]) -> str:
    return "Sb" if section.get("dbType") == "SB" else "Nb"


def _networks(body: Body, view: View) -> Iterator[Body]:
    template = get(body, "spec", "ovn", "template") or {}
    namespace, group = namespace_of(body), "ovn.openstack.org"
    pods = certificates.is_pod_level(body)
    names = [*sorted(template.get("ovnDBCluster") or {}), "ovnnorthd", "ovncontroller"]
    if pods:
        for name in [*names, "neutron"]:
            yield certificates.of_endpoint(body, f"{name}-ovndbs", name, authority="ovn")
    for name, section in sorted((template.get("ovnDBCluster") or {}).items()):
        spec = {
            "containerImage": releases.image(body, view, "ovn", f"ovn{_side(section)}DbclusterImage"),
            "storageClass": get(body, "spec", "storageClass"),
        }
        spec |= {key: value for key, value in section.items() if value != ""}
        spec |= _tls(f"{name}-ovndbs") if pods else {}
        yield objects.custom(group, "OVNDBCluster", name, namespace=namespace, spec=spec)
    images = {
        "containerImage": releases.image(body, view, "ovn", "ovnNorthdImage"),
        "ovnContainerImage": releases.image(body, view, "ovn", "ovnControllerImage"),
        "ovsContainerImage": releases.image(body, view, "ovn", "ovnControllerOvsImage"),
    }
    for kind, key in (("OVNNorthd", "ovnNorthd"), ("OVNController", "ovnController")):
        section = template.get(key) or {}
        if kind == "OVNController" and not section.get("nicMappings"):
            continue  # as many as there are nics to map: none
        spec = images | section | (_tls(f"{kind.lower()}-ovndbs") if pods else {})
        yield objects.custom(group, kind, kind.lower(), namespace=namespace, spec=spec)


STEPS = (
    Step("dns", "DNS", _dns, suffix="ReadyCondition"),
    Step("rabbitmq", "RabbitMQ", _buses, named=False),
    Step("galera", "MariaDB", _databases),
    Step("memcached", "Memcached", _caches),
    Step("ovn", "OVN", _networks),
)
