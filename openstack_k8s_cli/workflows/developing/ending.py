"""Ends entries with the layer that they are of, and says what they mean for an update."""

from collections.abc import Iterable, Iterator

from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.developing import telling
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.developing import resetting, store

_IN_THE_WAY = frozenset({Kind.RUN, Kind.INDEX, Kind.BUNDLE})
"""What an update cannot go past: an operator that does not run in the cluster, another catalog."""


def end(cluster: Cluster, entries: Iterable[Entry]) -> Iterator[str]:
    """Put back what entries did besides the profile's part, which goes anyway, and erase them; tells of each."""
    for entry in reversed(tuple(entries)):
        try:
            resetting.put_back(cluster, (entry,), again=False)
            store.erase(cluster, entry)
        except (OskError, ClusterError) as error:
            yield f"development state could not be taken back, {telling.line(entry)}: {error}"
        else:
            yield f"development state ends: {telling.line(entry)}"


def check_update(entries: Iterable[Entry]) -> None:
    """Refuse an update that could not come to its end; raises OskError."""
    found = [each for each in entries if each.kind in _IN_THE_WAY]
    if found:
        problem = Problem(
            "OSK1404",
            "An update needs the operators of the release, and development state is in its way",
            detail="; ".join(map(telling.line, found)),
            advice=(Advice("Take it back first", "osk dev reset"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
