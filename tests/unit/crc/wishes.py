"""What profiles want of CRC, in tests, and a stand-in for osk's own steps around a host."""

from dataclasses import replace
from typing import Any

from openstack_k8s_cli.crc import steps
from openstack_k8s_cli.crc.sizing import Sizes
from openstack_k8s_cli.crc.wanted import Interface, Source, Wanted
from openstack_k8s_cli.workflows.workstation.local import Workstation
from tests.fakes.crc.host import FakeHost

PULL_SECRET = (
    '{"auths": {"quay.io": {"auth": "c2VjcmV0OnF1YXk="}, "registry.redhat.io": {"auth": "c2VjcmV0OnJo"}}}'
)
SECRETS = ("c2VjcmV0OnF1YXk=", "c2VjcmV0OnJo")
WANTED = Wanted(
    preset="openshift",
    network_mode="system",
    sizes=Sizes(10, 25600, 145),
    requests=Sizes(2, 11264, 0),
    settings={
        "consent-telemetry": "no",
        "disable-update-check": "true",
        "bundle": None,
        "http-proxy": None,
        "pull-secret-file": "~/pull.json",
    },
    pull_secret="~/pull.json",
    registries=("quay.io", "registry.redhat.io"),
    source=Source("https://mirror.example/crc/2.62.0/crc-linux-amd64.tar.xz", None),
    interfaces=(Interface("default", "52:54:00:11:11:10", ("172.17.0.5", "192.168.122.10")),),
)


def host(**state: Any) -> FakeHost:
    """Give a host with a pull secret."""
    found = FakeHost(**state)
    found.files.write("pull.json", PULL_SECRET)
    return found


def set_up(place: FakeHost, wanted: Wanted = WANTED, **changes: Any) -> list[str]:
    """Do what `osk crc setup --yes` does; gives what was told."""
    told: list[str] = []
    work = Workstation(place, replace(wanted, **changes))
    facts = work.look()
    work.fit(facts)
    work.set_up(steps.setup(facts, work.wanted), told.append)
    return told


def start(place: FakeHost, wanted: Wanted = WANTED, **changes: Any) -> list[str]:
    """Do what `osk crc start --yes` does, as far as the host is concerned."""
    told: list[str] = []
    work = Workstation(place, replace(wanted, **changes))
    facts = work.look()
    work.startable(facts)
    work.make(steps.start(facts, work.wanted), told.append)
    return told


def started() -> FakeHost:
    """Give a host with a cluster that runs; what was called for it is forgotten."""
    place = host()
    set_up(place)
    start(place)
    place.calls.clear()
    return place
