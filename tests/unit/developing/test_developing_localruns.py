"""How an operator runs on a workstation."""

from dataclasses import replace

from openstack_k8s_cli.developing import localruns
from openstack_k8s_cli.developing.localruns import Place, Ports
from openstack_k8s_cli.model.objects import Body

PORTS = Ports(metrics=5001, health=5002, profiling=5003)
SERVING = Ports(5001, 5002, 5003, webhooks=9443)


def place(*has: str) -> Place:
    """Have a checkout."""
    return Place("/src/nova-operator", frozenset(has))


def deployment() -> Body:
    """Give one as the init operator makes it, with a sidecar."""
    env = [
        {"name": "LEASE_DURATION", "value": "30"},
        {"name": "RELATED_IMAGE_NOVA_API_IMAGE_URL_DEFAULT", "value": "quay.io/x:1"},
        {"name": "ENABLE_WEBHOOKS", "value": "true"},
        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "EMPTY"},
    ]
    containers = [{"name": "proxy", "env": [{"name": "PROXY"}]}, {"name": "manager", "env": env}]
    return {"spec": {"template": {"spec": {"containers": containers}}}}


def test_the_environment_is_the_deployed_ones_and_the_workstations_over_it() -> None:
    """What comes from the pod itself is left out; the checkout's folders take the place of the image's."""
    found = localruns.environment(deployment(), place("templates"), PORTS, kubeconfig="/run/kubeconfig")

    assert {
        "LEASE_DURATION": "30",
        "RELATED_IMAGE_NOVA_API_IMAGE_URL_DEFAULT": "quay.io/x:1",
        "EMPTY": "",
        "OPERATOR_TEMPLATES": "/src/nova-operator/templates",
        "ENABLE_WEBHOOKS": "false",
        "WATCH_NAMESPACE": "",
        "KUBECONFIG": "/run/kubeconfig",
        "METRICS_PORT": "5001",
        "HEALTH_PORT": "5002",
        "PPROF_PORT": "5003",
    } == found


def test_one_that_serves_webhooks_is_told_where() -> None:
    """By variables, and by an option where the port is not the usual one; it finds its certificate by itself."""
    here = place("main.go", "config/services")
    found = localruns.environment(deployment(), here, SERVING, kubeconfig="k", temporary="/private")
    line, other = (" ".join(localruns.options(each)) for each in (SERVING, replace(SERVING, webhooks=9444)))

    assert ("true", "9443", "/private") == tuple(
        found[each] for each in ("ENABLE_WEBHOOKS", "WEBHOOK_PORT", "TMPDIR")
    )
    assert "/src/nova-operator/config/services" == found["OPERATOR_SERVICES"]
    assert "webhook" not in line
    assert other.endswith(" -webhook-bind-address 9444")


def test_the_program_is_the_checkouts_on_local_ports_only() -> None:
    """As `make run` has it, without leader election; nobody from outside reaches its metrics."""
    file = localruns.main(place("cmd/main.go", "main.go"))

    assert ("go", "build", "-o", "/private/manager", "./cmd/main.go") == localruns.build(
        file, "/private/manager"
    )
    assert (
        *("-metrics-bind-address", "127.0.0.1:5001", "-health-probe-bind-address", "127.0.0.1:5002"),
    ) == localruns.options(PORTS)


def test_a_folder_without_a_program_has_none() -> None:
    """A command has to be given."""
    assert "" == localruns.main(place("templates"))


def test_a_lease_of_a_pod_that_is_gone_is_freed_and_no_other() -> None:
    """A leader is its pod's name and a number; that of another operator may begin alike."""
    held, other = ({"spec": {"holderIdentity": each}} for each in ("nova-op-1_uuid", "nova-op-12_uuid"))

    (found,) = localruns.leases([held, other], ["nova-op-1"])

    assert {"spec": {"holderIdentity": "", "leaseDurationSeconds": 1}} == localruns.freed(found)
