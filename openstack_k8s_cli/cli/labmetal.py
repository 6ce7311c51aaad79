"""What `osk host bmaas` does: bare machines that the cloud's own users take, by Ironic."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from openstack_k8s_cli.cli import questions
from openstack_k8s_cli.cli.labs import Lab
from openstack_k8s_cli.dataplane.labs import bmaas
from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.workflows.labs.metal import Metal
from openstack_k8s_cli.workflows.labs.nets import PAGE, Nets
from openstack_k8s_cli.workflows.telling import Task

_PASSWORD = "labs.bmaas.boards.password"  # noqa: S105  # where it stands


def _metal(lab: Lab) -> Metal:
    wanted = lab.values["labs"]["bmaas"]
    making = lab.making("bmaas", bmaas.bare(wanted, lab.name), wanted["boards"])
    return Metal(making, Nets(lab.there, lab.name, (bmaas.network(wanted, lab.name),)))


def _password(lab: Lab) -> SecretText:
    if lab.values["labs"]["bmaas"]["boards"]["password"] is None:
        advice = (
            Advice("Say where it is", f"osk profile set {_PASSWORD} '{{env: BMC_PASSWORD}}'"),
            Advice(
                "A file will do as well", f"osk profile set {_PASSWORD} '{{file: ~/.bmc-password}}'", PAGE
            ),
        )
        problem = Problem(
            "OSK1326", "The management boards of the bare machines have no password", _PASSWORD, None, advice
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    return lab.work.secrets.resolve(_PASSWORD)


def up(lab: Lab, *, dry: bool) -> Iterator[Event]:
    """Make what is not there."""
    metal = _metal(lab)
    sight, found = metal.look()
    metal.check(sight, found)
    password = _password(lab) if metal.missing(found) and not dry else None
    tasks = [
        Task("network", lambda: metal.network(sight, dry=dry)),
        Task("create", lambda: metal.create(found, password, dry=dry)),
    ]
    yield from lab.story("dataplane/bmaas", tasks).events(after=() if dry else tuple(following(lab.values)))


def following(values: Mapping[str, Any]) -> Iterator[str]:
    """Say what follows: CRC's card in the network, where the profile wants one, and the machines' list."""
    platform, network = values["platform"], values["labs"]["bmaas"]["network"]
    for role, card in platform["crc"]["interfaces"].items():
        if platform["provider"] == "crc" and card["network"] == network:
            yield f"osk crc network attach {role}"
    yield "osk host bmaas nodes"


def down(lab: Lab, *, dry: bool, force: bool, yes: bool) -> Iterator[Event]:
    """Take it all away."""
    metal = _metal(lab)
    sight, found = metal.look()
    if found.libvirt:
        raise OskError(looks.silent(found.libvirt, found.user), exit_code=ExitCode.REFUSED)
    doomed = metal.doomed(found)
    networks = metal.nets.doomed(metal.names, sight, named=False)
    if not force:
        others = {
            name: tuple(each for each in at if each not in doomed) for name, at in sight.attached.items()
        }
        metal.nets.refuse_used(networks, replace(sight, attached=others))
    if not dry:
        what = ", ".join((*doomed, *networks))
        questions.confirm(f"Delete {what} on {lab.there.place}, disks and all?", yes=yes)
    tasks = [
        Task("delete", lambda: metal.delete(found, dry=dry)),
        Task("network", lambda: metal.nets.delete(networks, sight, dry=dry)),
    ]
    yield from lab.story("dataplane/bmaas", tasks).events()


def nodes(lab: Lab) -> dict[str, Any]:
    """Give what `openstack baremetal create` takes."""
    return bmaas.nodes(lab.values["labs"]["bmaas"], lab.name, _password(lab).reveal())
