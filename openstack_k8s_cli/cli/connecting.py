"""Which cluster a session is about, and what that adds to the profile."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.adapters.tunnels import Tunnels
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.cli import tunnelled
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.rehearsal import layer, lifecycle
from openstack_k8s_cli.workflows import facts, refusals


@dataclass(frozen=True, slots=True)
class Connection:
    """A cluster that answers."""

    cluster: Cluster
    name: str
    """For people: context, rehearsal or address."""
    overlays: tuple[Source, ...]
    """Layers that this cluster puts over any profile."""
    bearer: Callable[[], str] = str
    """Gives the token of the login; empty: it has none."""


def connect(scope: Scope, context: str | None, environment: Mapping[str, str]) -> Connection:
    """Connect to the cluster of the options; `context` is the profile's, which an option overrides."""
    if scope.rehearsal:
        found = kubernetes.connect(str(lifecycle.kubeconfig(scope.rehearsal)), None)
        return Connection(found, f"rehearsal {scope.rehearsal}", named_layers(scope), lambda: found.bearer)
    chosen = scope.context or context
    try:
        found = kubernetes.connect(scope.kubeconfig, chosen)
    except OskError as error:
        raise tunnelled.explained(error, Tunnels(environment)) from error
    name = _rehearsal_at(found.server) if refusals.reading(lambda: facts.marker(found)) else None
    layers = (_layer(name),) if name else ()
    return Connection(found, chosen or found.server, layers, lambda: found.bearer)


def named_layers(scope: Scope) -> tuple[Source, ...]:
    """Give the layer of the rehearsal cluster that the options name, if any."""
    if not scope.rehearsal:
        return ()
    _refuse_two(scope)
    return (_layer(scope.rehearsal),)


def _rehearsal_at(server: str) -> str | None:
    """Name the rehearsal cluster of this machine that serves at an address."""
    for name in lifecycle.names():
        with suppress(OskError):  # of one that is still starting
            if server in lifecycle.kubeconfig(name).read_text():
                return name
    return None


def _layer(name: str) -> Source:
    """Give the layer that a rehearsal cluster puts over any profile."""
    return layer.layer(name, lifecycle.kubeconfig(name).parent)


def _refuse_two(scope: Scope) -> None:
    if scope.kubeconfig or scope.context:
        problem = Problem(
            code="OSK1007",
            summary="--rehearsal names one cluster, --kubeconfig or --context another",
            advice=(Advice("Leave one of them out"),),
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)
