"""What `osk host` makes: which networks are meant, what stays, and the router that goes with its network."""

from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli.dataplane.labs import bmaas, looks, nat64, networks
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.dataplane.making import Making
from openstack_k8s_cli.workflows.labs.metal import Metal
from openstack_k8s_cli.workflows.labs.nets import Nets
from openstack_k8s_cli.workflows.labs.routers import Router
from tests.fakes.ansible import FakeAnsible
from tests.unit.dataplane import machines
from tests.unit.dataplane.labs import DEFAULT, probe
from tests.unit.dataplane.machines import values

LAB = ("labs.nat64={}", "labs.networks={net-iso: {}, net-two: {}}")


def nets(output: str = "", *sets: str) -> tuple[Nets, FakeAnsible]:
    """Have a hypervisor tell something."""
    ansible = FakeAnsible({"hypervisor": output})
    filled = values(*(sets or LAB))
    return Nets.of(Hypervisor(ansible, filled["dataplane"]["hypervisor"]), filled), ansible


def refused(caught: pytest.ExceptionInfo[OskError]) -> tuple[str, int]:
    """Give the code of the problem and of the exit."""
    return caught.value.problems[0].code, caught.value.exit_code


def test_networks_go_by_names_and_patterns() -> None:
    """Without a word all of them are meant; what means none is a refusal with the nearest name."""
    work, _ = nets()
    with pytest.raises(OskError) as strange:
        work.named(["net-tow"])
    with pytest.raises(OskError) as empty:
        nets("", "platform.provider=existing")[0].named([])

    assert ("net-iso", "net-two", "default", "nat64") == work.named([])
    assert ("net-iso", "net-two", "old") == work.named(["net-*", "old"], ["old"])
    assert [("OSK1322", ExitCode.USAGE)] * 2 == [refused(strange), refused(empty)]
    assert "`net-two`" in strange.value.problems[0].advice[0].text


def test_only_what_is_not_there_is_made() -> None:
    """By texts that Ansible takes nothing in for its own."""
    mine = networks.wanted(values(*LAB))
    work, ansible = nets(probe(mine[:1], [DEFAULT]))
    missing = work.missing(work.look(), work.nets)
    assert [] == list(work.create(missing))
    forms = ansible.asked[-1].inventory["all"]["children"]["networks"]["hosts"]

    assert ["net-two", "nat64"] == [*forms]
    assert "<name>nat64</name>" in b64decode(forms["nat64"]["osk_network"]["xml"]).decode()


def test_what_is_not_osks_stays() -> None:
    """Others' networks are left out, and a refusal where they are named; those that the profile has no more go."""
    old = replace(networks.wanted(values(*LAB))[0], name="old")
    work, _ = nets(probe([old], [DEFAULT]))
    sight = work.look()
    with pytest.raises(OskError) as caught:
        work.doomed(["default"], sight, named=True)

    assert ("old",) == work.leftover(sight)
    assert ("old",) == work.doomed(["old", "default"], sight, named=False)
    assert ("OSK1320", ExitCode.REFUSED) == refused(caught)


def test_a_network_that_machines_run_in_stays() -> None:
    """They are named; the router is none of them."""
    work, _ = nets()
    output = probe(
        work.nets, more=["attached net-iso vm-1", "attached net-iso vm-2", "attached nat64 nat64-router"]
    )
    sight = looks.read(output)
    with pytest.raises(OskError) as caught:
        work.refuse_used(["net-iso", "net-two"], sight)
    work.refuse_used(["nat64"], router(output).without(sight))

    assert ("OSK1323", ExitCode.REFUSED) == refused(caught)
    assert "vm-1, vm-2" in caught.value.problems[0].summary


@pytest.mark.parametrize(
    ("machine", "command"), [("vm-1", "osk hosts delete"), ("crc", "osk crc network detach")]
)
def test_what_helps_a_network_that_is_used(machine: str, command: str) -> None:
    """CRC has a card there that can be taken out."""
    work, _ = nets()
    sight = looks.read(probe(work.nets, more=[f"attached net-iso {machine}"]))

    with pytest.raises(OskError) as caught:
        work.refuse_used(["net-iso"], sight)

    assert command == caught.value.problems[0].advice[0].command


def router(output: str, *resolvers: str, ansible: FakeAnsible | None = None) -> Router:
    """Give the router of a profile."""
    filled: Any = values(*LAB)
    machine = nat64.router(filled["labs"]["nat64"], "crc", resolvers)
    known = ansible or FakeAnsible({"hypervisor": output})
    return Router(Making(known, "crc_labs", filled["dataplane"]["hypervisor"], (machine,)), machine)


def test_the_router_of_nat64() -> None:
    """It needs a name server to ask, and is made once: a network that is about to be made is not missing to it."""
    good = machines.probe()
    ansible = FakeAnsible({"hypervisor": good})
    found = router(good, "192.0.2.53", ansible=ansible)
    found.check(["nat64"])
    would = list(found.create(dry=True))
    played = len(ansible.asked)
    list(found.create(dry=False))
    there = machines.probe(more="domain nat64-router")
    with pytest.raises(OskError) as deaf:
        router(good).check(["nat64"])
    with pytest.raises(OskError) as foreign:
        router(there, "192.0.2.53").check(["nat64"])

    assert (["it would be made"], 2) == ([each.task for each in would], played)
    assert "create.yaml" in ansible.asked[-1].playbook
    assert ("OSK1325", "OSK1187") == (refused(deaf)[0], refused(foreign)[0])
    assert [] == list(router(there, "192.0.2.53").delete(dry=False))


def metal(output: str) -> tuple[Metal, FakeAnsible]:
    """Give two bare machines of a profile, on a hypervisor that tells something."""
    ansible = FakeAnsible({"hypervisor": output})
    filled = values("labs.bmaas={count: 2}")
    wanted, there = filled["labs"]["bmaas"], filled["dataplane"]["hypervisor"]
    making = Making(ansible, "crc_bmaas", {**there, "boards": wanted["boards"]}, bmaas.bare(wanted, "crc"))
    return Metal(making, Nets(Hypervisor(ansible, there), "crc", (bmaas.network(wanted, "crc"),))), ansible


def test_bare_machines_that_are_there() -> None:
    """They are made no second time; those that the profile has no more go with the others, and others' machines stay."""
    wanted = values("labs.bmaas={count: 3}")["labs"]["bmaas"]
    bare = bmaas.bare(wanted, "crc")
    machines_there = machines.probe(*bare, state="shut off", profile="crc_bmaas", own=wanted["boards"])
    work, ansible = metal(f"{machines_there}\n{probe([bmaas.network(wanted, 'crc')])}")
    sight, found = work.look()
    work.check(sight, found)
    told = [*work.network(sight, dry=False), *work.create(found, None, dry=False)]
    foreign, _ = metal(machines.probe(more="domain bmaas-0"))

    assert ["crc-bmaas", "bmaas-0", "bmaas-1"] == [each.host for each in told]
    assert ({"ok"}, 1) == ({each.outcome for each in told}, len(ansible.asked))
    assert ["bmaas-0", "bmaas-1", "bmaas-2"] == [*work.doomed(found)]
    assert ["bmaas-1"] == [*foreign.doomed(foreign.look()[1])]


def test_bare_machines_that_would_be_made() -> None:
    """A dry run says so and runs nothing but the look; a network that is not there yet does not stand in the way."""
    work, ansible = metal(machines.probe())
    sight, found = work.look()
    work.check(sight, found)
    told = [*work.network(sight, dry=True), *work.create(found, None, dry=True)]

    assert ["it would be made", *["it would be made: it is missing"] * 2] == [each.task for each in told]
    assert (1, {}) == (len(ansible.asked), found.made)
    assert ["there is nothing left of it"] == [each.task for each in work.delete(found, dry=True)]
