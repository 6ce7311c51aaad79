"""The certificates that openstack-operator asks for: four authorities, and one for each endpoint."""

from collections.abc import Iterator

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal.simulators import objects
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Lack
from openstack_k8s_cli.rehearsal.simulators.world import View

CERT_MANAGER = "cert-manager.io"
AUTHORITIES = ("public", "internal", "libvirt", "ovn")
BUNDLE = "combined-ca-bundle"


def authorities(body: Body, _view: View) -> Iterator[Body]:
    """Make the issuers, their certificates and the bundle of them all."""
    namespace = namespace_of(body)
    yield _issuer("selfsigned-issuer", namespace, {"selfSigned": {}}, {})
    for each in AUTHORITIES:
        name = f"rootca-{each}"
        labels = {f"osp-rootca-issuer-{each}": ""}
        authority = objects.certificate(name, namespace, "selfsigned-issuer")
        authority["spec"] |= {"isCA": True, "commonName": name, "secretName": name, "duration": "87600h0m0s"}
        del authority["spec"]["dnsNames"]
        yield authority
        yield _issuer(name, namespace, {"ca": {"secretName": name}}, labels)
    yield objects.secret(BUNDLE, namespace, {"tls-ca-bundle.pem": "rehearsal\n"}, labels={BUNDLE: ""})


def _issuer(name: str, namespace: str, spec: dict[str, object], labels: dict[str, str]) -> Body:
    return objects.custom(
        CERT_MANAGER, "Issuer", name, namespace=namespace, version="v1", spec=spec, labels=labels
    )


def authorities_issued(body: Body, view: View) -> Lack | None:
    """Need every authority's certificate and issuer."""
    if not view.serves(CERT_MANAGER, "Issuer"):
        return Lack()
    for each in AUTHORITIES:
        for kind in ("Certificate", "Issuer"):
            if not _issued(body, view, kind, f"rootca-{each}"):
                return Lack()
    return None


def _issued(body: Body, view: View, kind: str, name: str) -> bool:
    there = view.get(in_namespace(body, CERT_MANAGER, kind, name))
    found = condition(there or {}, "Ready")
    return found is not None and found.get("status") == "True"


def of_endpoint(body: Body, name: str, *hosts: str, authority: str = "internal") -> Body:
    """Give the certificate of an endpoint; its Secret is `cert-NAME`."""
    namespace = namespace_of(body)
    names = [f"{host}.{namespace}.svc" for host in hosts]
    return objects.certificate(name, namespace, f"rootca-{authority}", *names, labels={"service": name[:63]})


def is_pod_level(body: Body) -> bool:
    """Tell whether services between themselves speak TLS."""
    return get(body, "spec", "tls", "podLevel", "enabled") is not False
