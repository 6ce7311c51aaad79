"""What is said of deployments that are chosen: a sentence for each node set."""

from collections.abc import Iterable, Iterator, Mapping

from openstack_k8s_cli.dataplane import records
from openstack_k8s_cli.dataplane.records import Record
from openstack_k8s_cli.dataplane.wanted import NodeSet, Wanted
from openstack_k8s_cli.model.objects import Body

_NAMED = 3
"""Hosts that a note names; more are counted."""


def waits(running: Iterable[Body]) -> Iterator[str]:
    """Say what is waited for."""
    for each in running:
        yield f"{each['metadata']['name']} still runs, and does what is wanted"


def notes(made: Iterable[Body], wanted: Wanted, record: Record) -> Iterator[str]:
    """Say what runs where, and why."""
    for body in made:
        purpose = records.purpose_of(body)
        for name, share in (purpose.shares if purpose else {}).items():
            services = list(share.services)
            nodeset = next(each for each in wanted.nodesets if each.name == name)
            what = "all services" if tuple(services) == nodeset.services else ", ".join(services)
            yield f"{name}: {what} on {_hosts(share.hosts, nodeset)}{_why(share.hosts, record.get(name, {}))}"


def _hosts(hosts: Mapping[str, str], nodeset: NodeSet) -> str:
    if len(hosts) > _NAMED:
        return f"{'all ' if len(hosts) == len(nodeset.hosts) else ''}{len(hosts)} hosts"
    return ", ".join(hosts)


def _why(hosts: Iterable[str], done: Mapping[str, Mapping[str, str]]) -> str:
    hosts = list(hosts)
    new = sum(host not in done for host in hosts)
    if new == len(hosts):
        return ""
    return f" ({new} of them new)" if new else " (it ran there before, with something else or not to its end)"
