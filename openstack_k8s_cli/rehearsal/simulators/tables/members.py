"""The services of a control plane: which custom resource each section becomes, its certificates and routes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.rehearsal.simulators import objects
from openstack_k8s_cli.rehearsal.simulators.objects import namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Makes
from openstack_k8s_cli.rehearsal.simulators.tables import certificates, filling, releases
from openstack_k8s_cli.rehearsal.simulators.world import View

ROUTE = "route.openshift.io"


@dataclass(frozen=True, slots=True)
class Member:
    """One section of the control plane's spec."""

    section: str
    word: str
    """In the names of its conditions."""
    kind: str
    name: str
    exposed: tuple[str, ...] = ()
    """What has a route to its public Service."""
    tls: tuple[tuple[str, ...], ...] = ()
    """Where in its spec the certificates of its APIs are named."""
    image: str = ""
    """The field of its image in the OpenStackVersion; empty: `SECTIONAPIImage`."""

    @property
    def group(self) -> str:
        return f"{self.section}.openstack.org"

    def runs(self, body: Body, view: View) -> str:
        """Give the image that it runs now."""
        return releases.image(body, view, self.section, self.image or f"{self.section}APIImage")


MEMBERS = (
    Member("keystone", "KeystoneAPI", "KeystoneAPI", "keystone", ("keystone",), ((),)),
    Member("placement", "PlacementAPI", "PlacementAPI", "placement", ("placement",), ((),)),
    Member("glance", "Glance", "Glance", "glance", ("glance-default",)),
    Member("cinder", "Cinder", "Cinder", "cinder", ("cinder",), (("cinderAPI",),)),
    Member("neutron", "Neutron", "NeutronAPI", "neutron", ("neutron",), ((),)),
    Member("nova", "Nova", "Nova", "nova", ("nova", "nova-novncproxy-cell1"), (("apiServiceTemplate",),)),
    Member("heat", "Heat", "Heat", "heat", ("heat-api", "heat-cfnapi")),
    Member("ironic", "Ironic", "Ironic", "ironic", ("ironic",)),
    Member("manila", "Manila", "Manila", "manila", ("manila",), (("manilaAPI",),)),
    Member("horizon", "Horizon", "Horizon", "horizon", ("horizon",), image="horizonImage"),
    Member("telemetry", "Telemetry", "Telemetry", "telemetry", image="ceilometerCentralImage"),
    Member("barbican", "Barbican", "Barbican", "barbican", ("barbican",), (("barbicanAPI",),)),
    Member("redis", "Redis", "Redis", "", image="infraRedisImage"),
    Member("octavia", "Octavia", "Octavia", "octavia", ("octavia",), (("octaviaAPI",),)),
    Member("designate", "Designate", "Designate", "designate", ("designate",)),
    Member("swift", "Swift", "Swift", "swift", ("swift",), (("swiftProxy",),), "swiftProxyImage"),
)
"""In the order of openstack-operator's reconciler."""


_NOVA = {
    "api": "novaAPIImage",
    "compute": "novaComputeImage",
    "conductor": "novaConductorImage",
    "metadata": "novaAPIImage",
    "novncproxy": "novaNovncImage",
    "scheduler": "novaSchedulerImage",
}


def makes(member: Member) -> Makes:
    """Make a service's certificates and its resource."""

    def make(body: Body, view: View) -> Iterator[Body]:
        yield from _certificates(member, body)
        yield from resources(member)(body, view)

    return make


def resources(member: Member) -> Makes:
    """Make a service's resource, or one for each template."""

    def make(body: Body, view: View) -> Iterator[Body]:
        section = get(body, "spec", member.section) or {}
        if not member.name:
            for name, template in sorted((section.get("templates") or {}).items()):
                spec = {"containerImage": member.runs(body, view), **template}
                yield objects.custom(member.group, member.kind, name, namespace=namespace_of(body), spec=spec)
            return
        name = section.get("serviceName") or member.name if section.get("uniquePodNames") else member.name
        spec = _spec(member, body, view, section.get("template") or {})
        yield objects.custom(member.group, member.kind, name, namespace=namespace_of(body), spec=spec)

    return make


def routes(member: Member) -> Makes:
    """Make the routes to a service's public endpoints, where the cluster has such a thing."""

    def make(body: Body, view: View) -> Iterator[Body]:
        if not view.serves(ROUTE, "Route"):
            return
        namespace = namespace_of(body)
        for each in member.exposed:
            name = f"{each}-public" if each != "horizon" else each
            spec = {
                "host": f"{name}-{namespace}.apps-crc.testing",
                "to": {"kind": "Service", "name": f"{each}-public", "weight": 100},
                "tls": {"termination": "reencrypt", "insecureEdgeTerminationPolicy": "Redirect"},
                "wildcardPolicy": "None",
            }
            yield objects.custom(
                ROUTE, "Route", name, namespace=namespace, version="v1", spec=spec, labels={"service": each}
            )

    return make


def _certificates(member: Member, body: Body) -> Iterator[Body]:
    if not certificates.is_pod_level(body):
        return
    for each in member.exposed:
        for side in ("internal", "public"):
            yield certificates.of_endpoint(body, f"{each}-{side}-svc", f"{each}-{side}")


def _spec(member: Member, body: Body, view: View, template: dict[str, Any]) -> dict[str, Any]:
    given = {
        "secret": get(body, "spec", "secret"),
        "databaseInstance": "openstack",
        "memcachedInstance": "memcached",
        "rabbitMqClusterName": "rabbitmq",
        "storageClass": get(body, "spec", "storageClass"),
        "containerImage": member.runs(body, view),
        **{
            f"{each}ContainerImageURL": releases.image(body, view, "nova", field)
            for each, field in _NOVA.items()
        },
    }
    spec = filling.filled(member.kind, template, given)
    if member.section == "glance":
        storage = {"storageClass": get(body, "spec", "storageClass")}
        spec["storage"] = storage | (spec.get("storage") or {})
    if certificates.is_pod_level(body):
        for path in member.tls:
            spec = _with_tls(spec, path, _tls(member))
    return spec


def _tls(member: Member) -> dict[str, Any]:
    sides = {side: {"secretName": f"cert-{member.exposed[0]}-{side}-svc"} for side in ("internal", "public")}
    return {"api": sides, "caBundleSecretName": certificates.BUNDLE}


def _with_tls(spec: dict[str, Any], path: tuple[str, ...], tls: dict[str, Any]) -> dict[str, Any]:
    if not path:
        return spec | {"tls": tls}
    return spec | {path[0]: _with_tls(spec.get(path[0]) or {}, path[1:], tls)}
