"""Using a cloud that is up: its client, its addresses, its credentials.

keystone-operator writes ConfigMap `openstack-config` (clouds.yaml) and Secret `openstack-config-secret`
(secure.yaml); openstack-operator runs the Pod `openstackclient` and makes the Route `horizon`.
"""

from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster, Ran
from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

CLIENT_POD = "openstackclient"


def openstack(
    cluster: Cluster, namespace: str, arguments: tuple[str, ...], *, stdin: Iterable[bytes] | None = None
) -> Ran:
    """Run `openstack ARGUMENTS` in the client pod; arguments, stdin and exit status are passed through."""
    pod = _read(cluster, "", "Pod", namespace, CLIENT_POD)
    ready = condition(pod, "Ready")
    if ready is None or ready.get("status") != "True":
        raise _missing(f"Pod {namespace}/{CLIENT_POD}", "is there but not ready")
    return cluster.exec(namespace, CLIENT_POD, ("openstack", *arguments), stdin=stdin)


def clouds_yaml(cluster: Cluster, namespace: str) -> tuple[str, str]:
    """Give clouds.yaml and secure.yaml as the cloud's own operators wrote them; the second holds a password."""
    config = _read(cluster, "", "ConfigMap", namespace, "openstack-config")
    secret = _read(cluster, "", "Secret", namespace, "openstack-config-secret")
    return str(get(config, "data", "clouds.yaml") or ""), _decoded(secret, "secure.yaml")


def environment(
    clouds: Mapping[str, Any], secure: Mapping[str, Any], *, cloud: str = "default"
) -> dict[str, str]:
    """Turn the parsed clouds.yaml and secure.yaml into OS_ variables."""
    entry = merged(get(clouds, "clouds", cloud) or {}, get(secure, "clouds", cloud) or {})
    auth = entry.pop("auth", {})
    return {f"OS_{name.upper()}": str(value) for name, value in sorted({**entry, **auth}.items())}


def horizon(cluster: Cluster, namespace: str) -> str:
    """Give the dashboard's address."""
    if _is_off(cluster, namespace):
        problem = Problem(
            code="OSK0421",
            summary="This cloud has no dashboard: horizon is off in its OpenStackControlPlane",
            subject=f"Namespace {namespace}",
            advice=(Advice("Switch it on, and keep it in the profile", "osk deploy service horizon --save"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    route = _read(cluster, "route.openshift.io", "Route", namespace, "horizon")
    host = get(route, "spec", "host")
    if not host:
        raise _missing(f"Route {namespace}/horizon", "has no host yet")
    return f"https://{host}"


def _is_off(cluster: Cluster, namespace: str) -> bool:
    there = lookups.listed(cluster, "core.openstack.org", "OpenStackControlPlane", namespace)
    return bool(there) and not any(get(each, "spec", "horizon", "enabled") for each in there)


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Put one document over another, mapping by mapping, as clients do with secure.yaml."""
    found = dict(base)
    for name, value in over.items():
        both = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = merged(found[name], value) if both else value
    return found


def _decoded(secret: Body, key: str) -> str:
    return b64decode(get(secret, "data", key) or "").decode()


def _read(cluster: Cluster, group: str, kind: str, namespace: str, name: str) -> Body:
    body = lookups.find(cluster, ObjectId(group, kind, namespace, name))
    if body is None:
        raise _missing(f"{kind} {namespace}/{name}", "is not there")
    return body


def _missing(subject: str, why: str) -> OskError:
    problem = Problem(
        code="OSK0420",
        summary=f"The cloud is not ready for use: {subject} {why}",
        subject=subject,
        advice=(
            Advice("See what is still missing", "osk status"),
            Advice("Deploy the control plane, or wait for it", "osk deploy controlplane"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
