"""What ran on hosts that have left is forgotten: if they come again, all of it has to run there anew."""

from collections.abc import Collection
from dataclasses import replace

from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import kinds, records
from openstack_k8s_cli.dataplane.records import PURPOSE
from openstack_k8s_cli.workflows.dataplane import knowledge
from openstack_k8s_cli.workflows.dataplane.knowledge import Kept


def forget(cluster: Cluster, profile: str, namespace: str, hosts: Collection[str]) -> None:
    """Take hosts, by their short names, out of the record and of what live deployments prove; raises ClusterError."""
    knowledge.repeated(lambda: _forget(cluster, profile, namespace, hosts))


def _forget(cluster: Cluster, profile: str, namespace: str, hosts: Collection[str]) -> Kept:
    kept = knowledge.read(cluster, profile, namespace)
    resource = cluster.resource(kinds.GROUP, kinds.DEPLOYMENT)
    for each in kept.live if resource else ():
        purpose = records.purpose_of(each)
        slim = records.without(purpose, hosts) if purpose else None
        if resource and slim and slim != purpose:
            patch = {"metadata": {"annotations": {PURPOSE: slim.written()}}}
            cluster.merge(resource, namespace, each["metadata"]["name"], patch)
    record = {
        nodeset: {host: done for host, done in known.items() if host.partition(".")[0] not in hosts}
        for nodeset, known in kept.record.items()
    }
    if record != kept.stored:
        knowledge.store(cluster, replace(kept, record=record), profile)
    return kept
