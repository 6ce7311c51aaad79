"""What the operators of the platform make of their own resources: NMState, MetalLB, cert-manager and its certificates.

KWOK's stages could make other objects too, but look up every kind of the server for each: seconds, with the kinds here.
"""

import datetime as dt
import ipaddress
from collections.abc import Iterator, Sequence
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.rehearsal.simulators import needs, objects, operators
from openstack_k8s_cli.rehearsal.simulators.conditions import Shown
from openstack_k8s_cli.rehearsal.simulators.objects import in_namespace, name_of, namespace_of
from openstack_k8s_cli.rehearsal.simulators.rows import Condition, Makes, Row
from openstack_k8s_cli.rehearsal.simulators.world import View

METALLB, FRR_NAMESPACE = "metallb.io", "openshift-frr-k8s"
_TYPES = ("Available", "Upgradeable", "Progressing", "Degraded")
_CERT_MANAGER_PARTS = {
    "cert-manager": "cert-manager",
    "cert-manager-cainjector": "cainjector",
    "cert-manager-webhook": "webhook",
}


def _operand_shows(_body: Body, shown: Sequence[Shown]) -> list[Shown]:
    """Give the conditions of OLM's operands: one of them True, its reason its own name."""
    true = "Available" if shown[0].status == "True" else "Progressing"
    if shown[0].reason == "Error":
        true = "Degraded"
    return [Shown(each, "True" if each == true else "False", each, shown[0].message if each == true else "") for each in _TYPES]  # fmt: skip


def _operand(api_version: str, kind: str, operator: str, *, makes: Makes, source: str) -> Row:
    group, _, version = api_version.partition("/")
    return Row(
        group=group,
        version=version,
        kind=kind,
        operator=operator,
        source=source,
        conditions=(
            Condition(type="Available", makes=(makes,), needs=(needs.rolled_out(makes),), takes=0.8),
        ),
        generation=False,
        worst_as_ready=False,
        shows=_operand_shows,
    )


def _nmstate(_body: Body, _view: View) -> Iterator[Body]:
    labels = {"app": "kubernetes-nmstate", "component": "kubernetes-nmstate-webhook"}
    handler = {"app": "kubernetes-nmstate", "component": "kubernetes-nmstate-handler"}
    yield objects.deployment("nmstate-webhook", "openshift-nmstate", labels)
    yield objects.daemon_set("nmstate-handler", "openshift-nmstate", handler)


def _metallb(body: Body, view: View) -> Iterator[Body]:
    namespace = namespace_of(body)
    yield objects.deployment("controller", namespace, {"app": "metallb", "component": "controller"})
    yield objects.daemon_set("speaker", namespace, {"app": "metallb", "component": "speaker"})
    if view.all(METALLB, "BGPPeer", namespace):
        yield from _frr(view)


def _frr(view: View) -> Iterator[Body]:
    """Make FRR-K8s, and what the speakers tell it.

    In life the cluster's network operator makes it with the first MetalLB, and keeps it; here it comes with the first
    peer, so that a cloud without BGP leaves nothing.
    """
    yield objects.made("v1", "Namespace", FRR_NAMESPACE, namespace="")
    yield objects.daemon_set("frr-k8s", FRR_NAMESPACE, {"app": "frr-k8s"})
    for node in view.all("", "Node"):
        chosen = {"matchLabels": {"kubernetes.io/hostname": name_of(node)}}
        spec = {"nodeSelector": chosen, "bgp": {}}
        name = f"metallb-{name_of(node)}"
        yield objects.custom(
            "frrk8s.metallb.io", "FRRConfiguration", name, namespace=FRR_NAMESPACE, spec=spec
        )


def _cert_manager(_body: Body, view: View) -> Iterator[Body]:
    """Make what the cert-manager operator makes without being asked."""
    if not view.serves("operator.openshift.io", "CertManager"):
        return
    yield objects.made("v1", "Namespace", "cert-manager", namespace="")
    instance = view.get(ObjectId("operator.openshift.io", "CertManager", "", "cluster"))
    if instance is None:
        spec = {"managementState": "Managed"}
        made = objects.custom(
            "operator.openshift.io", "CertManager", "cluster", namespace="", version="v1alpha1", spec=spec
        )
        yield objects.unowned(made)
        return
    for name, app in _CERT_MANAGER_PARTS.items():
        made = objects.deployment(
            name, "cert-manager", {"app": app}, image="quay.io/jetstack/cert-manager:latest"
        )
        made["metadata"]["ownerReferences"] = [objects.reference(instance)]
        yield made


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    """Make the one key that signs, and serves, everything in this process."""
    return ec.generate_private_key(ec.SECP256R1())


def _pem(subject: str, issuer: str, hosts: Sequence[str], *, authority: bool) -> str:
    """Give a certificate for ten years, signed by the authority of a name."""
    start = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(each) for each in hosts]), critical=False)  # fmt: skip
    return builder.sign(_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _tls(body: Body, view: View) -> Iterator[Body]:
    """Make the certificate's Secret once; it outlives the Certificate."""
    name, namespace = str(get(body, "spec", "secretName")), namespace_of(body)
    if view.get(in_namespace(body, "", "Secret", name)) is not None:
        return
    subject = str(get(body, "spec", "commonName") or name_of(body))
    issuer = str(get(body, "spec", "issuerRef", "name"))
    authority = bool(get(body, "spec", "isCA"))
    hosts = [*(get(body, "spec", "dnsNames") or ()), *(get(body, "spec", "ipAddresses") or ())]
    values = {
        "tls.crt": _pem(subject, subject if authority else issuer, hosts, authority=authority),
        "tls.key": _key()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode(),
        "ca.crt": _pem(subject if authority else issuer, subject if authority else issuer, (), authority=True),
    }  # fmt: skip
    made = objects.secret(name, namespace, values)
    made["type"] = "kubernetes.io/tls"
    made["metadata"]["annotations"] = {"cert-manager.io/certificate-name": name_of(body)}
    yield objects.unowned(made)


def _certificate_shows(_body: Body, shown: Sequence[Shown]) -> list[Shown]:
    """Give cert-manager's Ready: False while the Secret is not there."""
    found = shown[0]
    if found.status == "True":
        return [Shown("Ready", "True", "Ready", "Certificate is up to date and has not expired")]
    if found.reason in {"Error", "BackoffLimitExceeded"}:
        return [Shown("Ready", "False", found.reason, found.message)]
    return [Shown("Ready", "False", "DoesNotExist", "Issuing certificate as Secret does not exist")]


ROWS = (
    _operand(
        "nmstate.io/v1",
        "NMState",
        operators.NMSTATE_OPERATOR,
        makes=_nmstate,
        source="kubernetes-nmstate, controllers/operator",
    ),
    _operand(
        "metallb.io/v1beta1",
        "MetalLB",
        operators.METALLB_OPERATOR,
        makes=_metallb,
        source="metallb-operator, pkg/status",
    ),
    Row(
        group="apps",
        version="v1",
        kind="Deployment",
        only=frozenset({operators.CERT_MANAGER_OPERATOR}),
        operator=operators.CERT_MANAGER_OPERATOR,
        source="cert-manager-operator, pkg/controller/deployment",
        conditions=(Condition(type="Operands", makes=(_cert_manager,)),),
        generation=False,
        worst_as_ready=False,
        speaks=False,
    ),
    Row(
        group="cert-manager.io",
        version="v1",
        kind="Certificate",
        operator=operators.CERT_MANAGER,
        source="cert-manager, pkg/controller/certificates",
        conditions=(Condition(type="Ready", takes=0.3, makes=(_tls,)),),
        generation=False,
        worst_as_ready=False,
        shows=_certificate_shows,
    ),
)
