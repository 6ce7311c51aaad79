"""Another catalog for the OpenStack operator: an index image, one that is served somewhere, or one made of a single bundle.

It is a CatalogSource of its own beside the profile's, named by what it serves: OLM keeps what a catalog said for a
while under its name, and would install from there what the earlier image of the same CatalogSource had.
A bundle is served as `operator-sdk run bundle` does it, by a pod with opm that makes a file-based catalog of it.
"""

import hashlib
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.model.objects import Body

SERVED = "grpc://"
"""How a catalog is named that is served already."""
CHANNEL = "osk-dev"
"""The one channel of a catalog that is made of a bundle."""
OPM = "quay.io/operator-framework/opm:latest"
_PORT = 50051
"""Where OLM asks catalogs, by gRPC."""
_CATALOG = "/catalog"
_LABEL = "osk.openstack.org/bundle"
_UNPRIVILEGED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def values(kind: Kind, reference: str, namespace: str, channel: str | None = None) -> dict[str, Any]:
    """Give the fragment of a profile that takes the operator from there."""
    chosen = channel or (CHANNEL if kind is Kind.BUNDLE else None)
    source: dict[str, Any] = {"source": name(reference), "sourceNamespace": namespace, "version": None}
    return {"operators": {"openstack": source | ({"channel": chosen} if chosen else {})}}


def name(reference: str) -> str:
    """Name the CatalogSource of what serves it."""
    return f"osk-dev-{hashlib.sha256(reference.encode()).hexdigest()[:8]}"


def objects(kind: Kind, reference: str, namespace: str, package: str, *, opm: str = OPM) -> Iterator[Body]:
    """Make the CatalogSource, and before it what serves a bundle."""
    meta = {"name": name(reference), "namespace": namespace}
    if kind is Kind.BUNDLE:
        yield _deployment(meta, reference, package, opm)
        yield _service(meta)
        served = {"address": f"{meta['name']}.{namespace}.svc:{_PORT}"}
    elif reference.startswith(SERVED):
        served = {"address": reference.removeprefix(SERVED)}
    else:
        served = {"image": reference}
    spec = {"sourceType": "grpc", "displayName": "osk dev", **served}
    yield {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "CatalogSource",
        "metadata": meta,
        "spec": spec,
    }


def _deployment(meta: Mapping[str, str], bundle: str, package: str, opm: str) -> Body:
    labels = {_LABEL: meta["name"]}
    common = {
        "image": opm,
        "securityContext": _UNPRIVILEGED,
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [
            {"name": "catalog", "mountPath": _CATALOG},
            {"name": "scratch", "mountPath": "/tmp"},  # noqa: S108  # the pod's own
        ],
    }
    make = {**common, "name": "make", "command": ["sh", "-ec", _script(bundle, package)]}
    serve = {
        **common,
        "name": "serve",
        "command": ["/bin/opm", "serve", _CATALOG, "-p", str(_PORT)],
        "ports": [{"name": "grpc", "containerPort": _PORT}],
        "readinessProbe": {"exec": {"command": ["grpc_health_probe", f"-addr=:{_PORT}"]}},
    }
    pod = {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "initContainers": [make],
        "containers": [serve],
        "volumes": [{"name": "catalog", "emptyDir": {}}, {"name": "scratch", "emptyDir": {}}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta,
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def _script(bundle: str, package: str) -> str:
    """Write what makes a catalog: the bundle as opm gives it, and a package with one channel that begins with it."""
    return f"""\
opm render {shlex.quote(bundle)} -o yaml > {_CATALOG}/bundle.yaml
name=$(sed -n 's/^name: //p' {_CATALOG}/bundle.yaml)
package=$(sed -n 's/^package: //p' {_CATALOG}/bundle.yaml)
if [ "$package" != {shlex.quote(package)} ]; then echo "the bundle is of package $package, not of {package}"; exit 1; fi
cat > {_CATALOG}/channel.yaml <<END
---
schema: olm.package
name: $package
defaultChannel: {CHANNEL}
---
schema: olm.channel
package: $package
name: {CHANNEL}
entries:
- name: $name
END
"""


def _service(meta: Mapping[str, str]) -> Body:
    port = {"name": "grpc", "port": _PORT, "targetPort": "grpc"}
    spec = {"selector": {_LABEL: meta["name"]}, "ports": [port]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}
