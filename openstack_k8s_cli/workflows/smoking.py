"""Does the cloud work? A server with a floating address and a volume, made through the client's pod and taken away again."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from ipaddress import IPv4Address, IPv4Network
from typing import Any
from uuid import uuid4

from openstack_k8s_cli.apply.lease import Leases
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.apply.ports import Cluster, ClusterError
from openstack_k8s_cli.apply.records import make_namespace
from openstack_k8s_cli.model.clock import Clock
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import addresses
from openstack_k8s_cli.workflows import clouds, refusals
from openstack_k8s_cli.workflows.clients import Client
from openstack_k8s_cli.workflows.telling import Story, Task, Told
from openstack_k8s_cli.workflows.world import World

NAME = "osk-smoke"
"""What all that it makes is called; only such things are taken away."""
IMAGE = "https://github.com/cirros-dev/cirros/releases/download/0.6.2/cirros-0.6.2-x86_64-disk.img"
_DIGEST = "07e44a73e54c94d988028515403c1ed762055e01b83a767edf3c2b387f78ce00"
_FILE = f"/tmp/{NAME}.img"  # noqa: S108  # in the client's pod, which has no other place
_PUBLIC, _PRIVATE = f"{NAME}-public", f"{NAME}-private"
_CIDR = "192.168.0.0/24"
_POOL = 50
_PAUSE, _PATIENCE = 3.0, 300.0


class Work(StrEnum):
    """What the lease is on."""

    SMOKE = "smoke"


@dataclass(frozen=True, slots=True)
class Outside:
    """Where floating addresses come from: a network that is there, or one that is made for it."""

    network: str = ""
    """The one that is there; empty: it is made."""
    physical: str = "datacentre"
    cidr: str = ""
    gateway: str = ""
    pool: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for."""

    outside: Outside
    image: str = ""
    """An image of the cloud; empty: CirrOS is fetched."""
    volume: bool = True
    keep: bool = False
    scale: float = 1.0
    """Of all patience."""


def outside(values: Mapping[str, Any], *, network: str = "", physical: str = "datacentre") -> Outside:
    """Take what is free in ctlplane behind all that the profile has there; raises OskError where nothing is."""
    if network:
        return Outside(network)
    plane = values["networks"].get("ctlplane") or {"cidr": [], "slices": {}, "gateway": []}
    cidr = next((each for each in plane["cidr"] if ":" not in each), None)
    if cidr is None:
        raise _no_room("ctlplane has no IPv4")
    slices = [each for several in plane["slices"].values() for each in addresses.of_family(several, 4)]
    last = max(IPv4Address(end) for _, end in addresses.span(plane, slices, family=4))
    first, top = last + 1, IPv4Network(cidr).broadcast_address - 1
    if first > top:
        raise _no_room(f"{cidr} is given out to its end")
    pool = (str(first), str(min(top, first + _POOL - 1)))
    gateway = next(
        (addresses.address(plane, each, networks=values["networks"], family=4) for each in plane["gateway"]),
        "",
    )
    return Outside("", physical, cidr, gateway, pool)


@dataclass(slots=True)
class Smoke:
    """The test, step by step."""

    cluster: Cluster
    clock: Clock
    namespace: str
    wishes: Wishes
    address: str = ""
    """The floating one."""

    def tasks(self) -> Sequence[Task]:
        """Give the steps."""
        volume = (Task("volume", self._volume),) if self.wishes.volume else ()
        clean = () if self.wishes.keep else (Task("clean", self._clean, always=True),)
        return (
            Task("before", self._clean),
            Task("image", self._image),
            Task("flavor", self._flavor),
            Task("networks", self._networks),
            Task("server", self._server),
            Task("address", self._address),
            Task("ping", self._ping),
            *volume,
            *clean,
        )

    def alone(self, world: World, options: Options) -> Iterator[Event]:
        """Run it as the only one on this cloud: two would take away each other's things. Raises OskError.

        What one left that was killed the next one takes away, as soon as its lease has run out.
        """
        leases = Leases(self.cluster, self.clock, options, uuid4().hex, world.loaded.name)
        refusals.reading(lambda: _begun(leases))
        tasks = [replace(each, work=_fenced(leases, each.work)) for each in self.tasks()]
        try:
            yield from Story(world, options, "cloud/smoke", tasks).events(after=("the cloud works",))
        finally:
            with suppress(ClusterError):
                leases.drop([Work.SMOKE])
            leases.release()

    @property
    def client(self) -> Client:
        """The cloud's client."""
        return Client(self.cluster, self.namespace)

    def _image(self) -> Iterator[Told]:
        if self.wishes.image:
            self.client.ask("image", "show", self.wishes.image)
            yield Told(self.wishes.image, "is there", "ok")
            return
        fetch = f"curl -fsSL --retry 3 -o {_FILE} {IMAGE} && echo '{_DIGEST}  {_FILE}' | sha256sum -c --quiet"
        self._in_pod(
            fetch, "The image cannot be fetched", Advice("Name one of the cloud's", "osk smoke --image NAME")
        )
        words = ("--disk-format", "qcow2", "--container-format", "bare", "--file", _FILE)
        self.client.ask("image", "create", *words, NAME)
        self._in_pod(
            f"rm -f {_FILE}", "The image's file cannot be removed", Advice("Look at the pod", "osk status")
        )
        self._await("image", lambda: self._show("image", NAME), {"active"}, {"killed", "deleted"})
        yield Told(NAME, "image is active")

    def _flavor(self) -> Iterator[Told]:
        self.client.ask("flavor", "create", "--ram", "512", "--vcpus", "1", "--disk", "1", NAME)
        yield Told(NAME, "flavor with 512 MB, 1 CPU, 1 GB")

    def _networks(self) -> Iterator[Told]:
        own = self.wishes.outside
        self.client.ask("network", "create", _PRIVATE)
        self.client.ask("subnet", "create", "--network", _PRIVATE, "--subnet-range", _CIDR, _PRIVATE)
        yield Told(_PRIVATE, f"network {_CIDR}")
        if not own.network:
            kind = ("--provider-network-type", "flat", "--provider-physical-network", own.physical)
            self.client.ask("network", "create", "--external", *kind, _PUBLIC)
            pool = ("--allocation-pool", f"start={own.pool[0]},end={own.pool[1]}", "--no-dhcp")
            gateway = ("--gateway", own.gateway or "none")
            self.client.ask(
                "subnet", "create", "--network", _PUBLIC, "--subnet-range", own.cidr, *pool, *gateway, _PUBLIC
            )
            yield Told(_PUBLIC, f"network {own.cidr} on {own.physical}, {own.pool[0]}-{own.pool[1]}")
        self.client.ask("router", "create", NAME)
        self.client.tell("router", "set", "--external-gateway", self._public, NAME)
        self.client.tell("router", "add", "subnet", NAME, _PRIVATE)
        yield Told(NAME, f"router between {_PRIVATE} and {self._public}")
        self.client.ask("security", "group", "create", NAME)
        self.client.ask("security", "group", "rule", "create", "--protocol", "icmp", NAME)
        yield Told(NAME, "security group that lets pings in")

    @property
    def _public(self) -> str:
        return self.wishes.outside.network or _PUBLIC

    def _server(self) -> Iterator[Told]:
        given = ("--image", self.wishes.image or NAME, "--flavor", NAME, "--network", _PRIVATE)
        self.client.ask("server", "create", *given, "--security-group", NAME, NAME)
        found = self._await("server", lambda: self._show("server", NAME), {"ACTIVE"}, {"ERROR"})
        host = found.get("OS-EXT-SRV-ATTR:hypervisor_hostname") or found.get("hypervisor_hostname")
        yield Told(NAME, "server is ACTIVE", message=f"on {host}" if host else "")

    def _address(self) -> Iterator[Told]:
        made = self.client.ask("floating", "ip", "create", "--tag", NAME, self._public)
        self.address = str(made["floating_ip_address"])
        self.client.tell("server", "add", "floating", "ip", NAME, self.address)
        yield Told(NAME, f"floating address {self.address}")

    def _ping(self) -> Iterator[Told]:
        began = self.clock.monotonic()
        command = ("ping", "-c", "4", "-W", "2", self.address)
        while (ran := self.cluster.exec(self.namespace, clouds.CLIENT_POD, command)).exit_code:
            if self.clock.monotonic() - began > _PATIENCE * self.wishes.scale / 2:
                said = (ran.stdout + ran.stderr).strip()
                why = Advice(
                    "Look at agents and chassis, and at the way from the pod to the network",
                    "osk dataplane status",
                )
                raise _failed(f"{self.address} does not answer", said, why, self.wishes)
            self.clock.sleep(_PAUSE)
        yield Told(self.address, "answers from the client's pod", "ok")

    def _volume(self) -> Iterator[Told]:
        def now() -> Mapping[str, Any]:
            return self._show("volume", NAME)

        self.client.ask("volume", "create", "--size", "1", NAME)
        self._await("volume", now, {"available"}, {"error"})
        yield Told(NAME, "volume of 1 GB is available")
        self.client.tell("server", "add", "volume", NAME, NAME)
        self._await("volume", now, {"in-use"}, {"error", "error_attaching"})
        yield Told(NAME, "volume is attached")
        self.client.tell("server", "remove", "volume", NAME, NAME)
        self._await("volume", now, {"available"}, {"error", "error_detaching"})
        yield Told(NAME, "volume is detached")

    def _clean(self) -> Iterator[Told]:
        """Take away what is called so; in an order in which nothing holds the next."""
        for found in self._listed("server", "--all-projects"):
            self.client.tell("server", "delete", "--wait", found)
            yield Told(NAME, "server is deleted")
        for each in self.client.ask("floating", "ip", "list", "--tags", NAME):
            self.client.tell("floating", "ip", "delete", str(each["ID"]))
            yield Told(str(each["Floating IP Address"]), "floating address is released")
        for found in self._listed("volume") if self.wishes.volume else ():
            look = partial(self._show, "volume", found)
            self._await("volume", look, {"available", "error"}, set())
            self.client.tell("volume", "delete", found)
            yield Told(NAME, "volume is deleted")
        yield from self._without_networks()
        if not self.wishes.image:
            for found in self._listed("image"):
                self.client.tell("image", "delete", found)
                yield Told(NAME, "image is deleted")

    def _without_networks(self) -> Iterator[Told]:
        for found in self._listed("router"):
            self.client.tell("router", "unset", "--external-gateway", found)
            for port in self.client.ask("port", "list", "--router", found):
                self.client.tell("router", "remove", "port", found, str(port["ID"]))
            self.client.tell("router", "delete", found)
            yield Told(NAME, "router is deleted")
        for kind, names in (("network", {_PRIVATE, _PUBLIC}), ("security group", {NAME}), ("flavor", {NAME})):
            for found in self._listed(kind, names=names):
                self.client.tell(*kind.split(), "delete", found)
                yield Told(NAME, f"{kind} is deleted")

    def _listed(
        self, kind: str, *words: str, names: frozenset[str] | set[str] = frozenset({NAME})
    ) -> list[str]:
        found = self.client.ask(*kind.split(), "list", *words)
        return [str(each["ID"]) for each in found if each["Name"] in names]

    def _show(self, kind: str, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.client.ask(kind, "show", name)
        return found

    def _await(
        self, kind: str, look: Callable[[], Mapping[str, Any]], good: set[str], bad: set[str]
    ) -> Mapping[str, Any]:
        began = self.clock.monotonic()
        while (found := look())["status"] not in good:
            late = self.clock.monotonic() - began > _PATIENCE * self.wishes.scale
            if found["status"] in bad or late:
                fault = found.get("fault") or {}
                said = str(fault.get("message") or "") if isinstance(fault, Mapping) else str(fault)
                why = Advice("See which hosts and services are up", "osk dataplane status")
                raise _failed(
                    f"The {kind} is {found['status']}, not {' or '.join(sorted(good))}",
                    said,
                    why,
                    self.wishes,
                )
            self.clock.sleep(_PAUSE)
        return found

    def _in_pod(self, script: str, summary: str, advice: Advice) -> None:
        ran = self.cluster.exec(self.namespace, clouds.CLIENT_POD, ("sh", "-c", script))
        if ran.exit_code:
            raise _failed(summary, (ran.stderr or ran.stdout).strip(), advice, self.wishes)


def _begun(leases: Leases) -> None:
    make_namespace(leases.cluster)
    leases.acquire([Work.SMOKE])


def _fenced(
    leases: Leases, work: Callable[[], Iterable[Told | Event]]
) -> Callable[[], Iterable[Told | Event]]:
    def fenced() -> Iterator[Told | Event]:
        leases.fence(Work.SMOKE)
        yield from work()

    return fenced


def _failed(summary: str, said: str, advice: Advice, wishes: Wishes) -> OskError:
    keep = () if wishes.keep else (Advice("Leave everything there to look at it", "osk smoke --keep"),)
    problem = Problem("OSK1160", summary, NAME, said or None, (advice, *keep))
    return OskError(problem, exit_code=ExitCode.FAILED)


def _no_room(why: str) -> OskError:
    advice = Advice("Name an external network that the cloud has", "osk smoke --external NAME")
    problem = Problem(
        "OSK1161", f"There is no room for floating addresses: {why}", "networks.ctlplane", None, (advice,)
    )
    return OskError(problem, exit_code=ExitCode.USAGE)
