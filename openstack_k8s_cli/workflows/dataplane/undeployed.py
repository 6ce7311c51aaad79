"""Hosts that only the profile has yet: before they are deployed, nothing can be done on them."""

from collections.abc import Iterable, Mapping, Sequence

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.reaching import Known
from openstack_k8s_cli.workflows.world import World

_FEW = 5


def nodesets(world: World) -> Mapping[str, Body]:
    """Read the node sets that are in the cluster, by name; raises ClusterError."""
    listed = lookups.listed(world.cluster, kinds.GROUP, kinds.NODESET, world.namespace)
    return {str(each["metadata"]["name"]): each for each in listed}


def hosts_of(nodeset: Body) -> frozenset[str]:
    """Give the short names of a node set's hosts."""
    nodes = get(nodeset, "spec", "nodes") or {}
    return frozenset(short(str((node or {}).get("hostName") or key)) for key, node in nodes.items())


def parted(world: World, hosts: Iterable[Known]) -> tuple[list[Known], list[Known]]:
    """Part those that are in the node sets of the cluster from those that are not yet; raises ClusterError."""
    there = {name: hosts_of(body) for name, body in nodesets(world).items()}
    known = list(hosts)
    standing = [each for each in known if each.host in there.get(each.nodeset, ())]
    return standing, [each for each in known if each not in standing]


def left_out(world: World, hosts: Sequence[Known], names: Iterable[str] = ()) -> tuple[list[Known], str]:
    """Give the hosts that are deployed, and a word on the others; raises OskError where one of these is named, or none is left."""
    standing, new = parted(world, hosts)
    named = {short(each) for each in names}
    asked = [each for each in new if each.host in named]
    if asked or not standing:
        raise _refused(asked or new)
    return standing, said(new)


def said(new: Sequence[Known]) -> str:
    """Say which are left out; empty: none."""
    if not new:
        return ""
    return f"{_named(new)} {'is' if len(new) == 1 else 'are'} not deployed yet, and left out"


def _named(hosts: Sequence[Known]) -> str:
    return some(len(hosts), "host") if len(hosts) > _FEW else ", ".join(each.host for each in hosts)


def _refused(new: Sequence[Known]) -> OskError:
    what = "is" if len(new) == 1 else "are"
    summary = f"{_named(new)} {what} in the profile only: the cluster's node sets do not have {'it' if len(new) == 1 else 'them'}"
    advice = Advice("Deploy first", "osk deploy dataplane")
    problem = Problem("OSK1225", summary, new[0].host if new else None, None, (advice,))
    return OskError(problem, exit_code=ExitCode.REFUSED)
