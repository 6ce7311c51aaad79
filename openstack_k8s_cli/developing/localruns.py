"""How an operator runs on a workstation: its command, its environment, and where its webhooks are.

Upstream's `make run` is the model: no leader election, no webhooks where another operator has them, ports of its own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openstack_k8s_cli.model.objects import Body, get

_MAINS = ("cmd/main.go", "main.go")
"""Programs of checkouts, the older place last."""
_FOLDERS: Mapping[str, str] = MappingProxyType(
    {"OPERATOR_TEMPLATES": "templates", "OPERATOR_SERVICES": "config/services"}
)
"""Variables that name folders of the image, and the same in a checkout."""
_MANAGER = "manager"
COMPILER = "go"
WEBHOOKS = 9443
"""The port at which operators serve them where nothing else is said."""
CERTIFICATES = "k8s-webhook-server/serving-certs"
"""Where controller-runtime looks for a certificate, below the folder for temporary files."""
FILES = (*_MAINS, *_FOLDERS.values())
"""What of a checkout decides."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Local ports."""

    metrics: int
    health: int
    profiling: int
    webhooks: int = 0
    """0: none are served."""


@dataclass(frozen=True, slots=True)
class Place:
    """A checkout on this machine."""

    folder: str
    """As an absolute path."""
    has: frozenset[str]
    """Which of FILES are there."""


def environment(
    deployment: Body, place: Place, ports: Ports, *, kubeconfig: str, temporary: str = ""
) -> dict[str, str]:
    """Give the variables of the deployed container, with what is different on a workstation over them.

    `temporary` is a folder with the certificate of webhooks, where operators look for one by themselves (CERTIFICATES).
    """
    here = {name: f"{place.folder}/{folder}" for name, folder in _FOLDERS.items() if folder in place.has}
    return {
        **deployed(deployment),
        **here,
        "ENABLE_WEBHOOKS": "true" if ports.webhooks else "false",
        "WATCH_NAMESPACE": "",
        "KUBECONFIG": kubeconfig,
        "METRICS_PORT": str(ports.metrics),
        "HEALTH_PORT": str(ports.health),
        "PPROF_PORT": str(ports.profiling),
        **({"WEBHOOK_PORT": str(ports.webhooks), "TMPDIR": temporary} if ports.webhooks else {}),
    }


def deployed(deployment: Body) -> dict[str, str]:
    """Give the variables of an operator's container that have a value of their own."""
    containers = get(deployment, "spec", "template", "spec", "containers") or ()
    manager = next((each for each in containers if each.get("name") == _MANAGER), None)
    named = get(manager or {}, "env") or ()
    return {each["name"]: str(each.get("value") or "") for each in named if "valueFrom" not in each}


def main(place: Place) -> str:
    """Give the file that a checkout's program begins in; empty: there is none that is known."""
    return next((each for each in _MAINS if each in place.has), "")


def build(file: str, program: str) -> tuple[str, ...]:
    """Give the command that compiles it."""
    return (COMPILER, "build", "-o", program, f"./{file}")


def options(ports: Ports) -> tuple[str, ...]:
    """Give the options that it is run with."""
    webhooks = ("-webhook-bind-address", str(ports.webhooks)) if ports.webhooks not in {0, WEBHOOKS} else ()
    return (
        *("-metrics-bind-address", f"127.0.0.1:{ports.metrics}"),
        *("-health-probe-bind-address", f"127.0.0.1:{ports.health}"),
        *webhooks,
    )


def leases(bodies: Collection[Body], pods: Collection[str]) -> tuple[Body, ...]:
    """Find the leases that pods which are gone have left as held."""
    return tuple(
        each
        for each in bodies
        if any(str(get(each, "spec", "holderIdentity") or "").startswith(f"{pod}_") for pod in pods)
    )


def freed(lease: Body) -> Body:
    """Give a lease back on behalf of a leader that is gone, as one does that ends in order."""
    return {**lease, "spec": {**lease["spec"], "holderIdentity": "", "leaseDurationSeconds": 1}}
