"""What `osk host network` does: networks of libvirt are listed, made and taken away."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.cli import printing, questions
from openstack_k8s_cli.cli.labs import Lab
from openstack_k8s_cli.dataplane.labs import nat64
from openstack_k8s_cli.dataplane.labs.looks import Sight, differences
from openstack_k8s_cli.dataplane.labs.networks import Net
from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.model.events import Event, Warned
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import machines
from openstack_k8s_cli.workflows.labs.nets import Nets
from openstack_k8s_cli.workflows.labs.routers import Router
from openstack_k8s_cli.workflows.telling import Task, Told

_NONE = "-"


def rows(lab: Lab) -> list[dict[str, Any]]:
    """Say how the networks are, and those that are left over, and the router."""
    nets = Nets.of(lab.there, lab.values)
    sight = nets.look()
    if sight.libvirt:
        raise OskError(looks.silent(sight.libvirt, sight.user), exit_code=ExitCode.REFUSED)
    found = [
        {
            "network": each.name,
            "state": str(nets.state(each, sight)),
            "bridge": each.bridge,
            "forward": each.forward,
            "addresses": list(each.addresses),
            "differences": list(differences(each, sight.networks[each.name]))
            if each.name in sight.networks
            else [],
            "machines": list(sight.attached.get(each.name, ())),
        }
        for each in nets.nets
    ]
    for name in nets.leftover(sight):
        there = sight.networks[name]
        found.append(
            {
                "network": name,
                "state": "leftover",
                "bridge": there.bridge,
                "forward": there.forward,
                "addresses": sorted(there.addresses),
                "differences": [],
                "machines": list(sight.attached.get(name, ())),
            }
        )
    return found


def text(found: Sequence[Mapping[str, Any]]) -> str:
    """Give the table."""
    heads = ("NETWORK", "STATE", "BRIDGE", "FORWARD", "ADDRESSES", "MACHINES")
    lines = [
        (
            each["network"],
            each["state"],
            each["bridge"],
            each["forward"],
            ", ".join(each["addresses"]) or _NONE,
            ", ".join(each["machines"]) or _NONE,
        )
        for each in found
    ]
    return printing.table(lines, heads=heads)


def create(lab: Lab, words: Sequence[str], *, dry: bool) -> Iterator[Event]:
    """Make networks that are not there; with NAT64's the router, too."""
    nets = Nets.of(lab.there, lab.values)
    names = nets.named(words)
    chosen = [each for each in nets.nets if each.name in names]
    sight = nets.look()
    nets.check(sight, chosen)
    router = _router(lab, names, sight)
    if router:
        router.check(names)
    yield from _warned(chosen, sight)
    tasks = [Task("create", lambda: _made(nets, chosen, sight, dry=dry))]
    if router:
        tasks.append(Task("router", lambda: router.create(dry=dry)))
    story = lab.story("dataplane/networks", tasks)
    hosts = any(machines.of(each) for each in lab.values["dataplane"]["nodesets"].values())
    yield from story.events(after=("osk hosts create",) if hosts and not dry else ())


def _router(lab: Lab, names: Sequence[str], sight: Sight) -> Router | None:
    """Give NAT64's, where its network is among those that are meant."""
    wanted = lab.values["labs"]["nat64"]
    if not wanted or wanted["network"] not in names:
        return None
    machine = nat64.router(wanted, lab.name, tuple(wanted["forwarders"]) or sight.resolvers)
    return Router(lab.making("nat64", [machine]), machine)


def _warned(chosen: Sequence[Net], sight: Sight) -> Iterator[Event]:
    """Say of networks that are there what the profile says otherwise by now."""
    for each in chosen:
        there = sight.networks.get(each.name)
        for different in differences(each, there) if there and there.profile else ():
            how = f"osk host network delete {each.name} && osk host network create {each.name}"
            said = f"{each.name} stays as it is: {different}. To make it anew: {how}"
            yield Warned(SystemClock().now(), said)


def _made(nets: Nets, chosen: Sequence[Net], sight: Sight, *, dry: bool) -> Iterator[Told]:
    missing = nets.missing(sight, chosen)
    if missing and not dry:
        yield from nets.create(missing)
    for each in chosen:
        if each not in missing:
            yield Told(each.name, "it is there already", "ok")
        elif dry:
            yield Told(each.name, f"it would be made: it is {nets.state(each, sight)}", "ok")


def delete(lab: Lab, words: Sequence[str], *, dry: bool, force: bool, yes: bool) -> Iterator[Event]:
    """Take networks away that osk made, with NAT64's the router."""
    nets = Nets.of(lab.there, lab.values)
    sight = nets.look()
    if sight.libvirt:
        raise OskError(looks.silent(sight.libvirt, sight.user), exit_code=ExitCode.REFUSED)
    names = nets.named(words, nets.leftover(sight))
    doomed = nets.doomed(names, sight, named=bool(words))
    router = _router(lab, doomed, sight)
    if not force:
        nets.refuse_used(doomed, router.without(sight) if router else sight)
    if doomed and not dry:
        questions.confirm(f"Delete {', '.join(doomed)} on {lab.there.place}?", yes=yes)

    def gone() -> Iterator[Told]:
        yield from nets.delete(doomed, sight, dry=dry)
        for name in names:
            if name not in doomed:
                yield Told(name, "it stays: osk did not make it", "ok")

    tasks = [Task("delete", gone)]
    if router:
        tasks.insert(0, Task("router", lambda: router.delete(dry=dry)))
    yield from lab.story("dataplane/networks", tasks).events()
