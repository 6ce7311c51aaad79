"""That profiles imported from install_yamls render: every variable that is carried over, with another value than its default."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.profile.importers import mapping
from openstack_k8s_cli.profile.importers.rules import Fate
from tests.fakes import importing
from tests.unit.render import rendered

FLOW = mapping.README_FLOW
FILES = {
    "cr.yaml": "kind: OpenStackControlPlane\nmetadata: {name: mine}\nspec: {secret: x}\n",
    "cluster.yaml": "kind: CephCluster\nmetadata: {name: mine}\nspec: {mon: {count: 1}}\n",
    "snippet.conf": "[DEFAULT]\ndebug = true\n",
}
SIX = "NETWORK_ISOLATION_IPV4=false\nNETWORK_ISOLATION_IPV6=true\n"
LISTED = Path(__file__).parent / "imported.txt"


def _carried() -> set[str]:
    """Name the variables that have a place in a profile."""
    return {
        name
        for rules in mapping.RULES.values()
        for rule in rules
        if rule.fate is Fate.CARRIED and not rule.place.startswith("osk ")
        for name in rule.variables
    }


def _groups() -> dict[str, tuple[str, list[str]]]:
    """Give the lines and the targets of each group."""
    _, *parts = LISTED.read_text(encoding="utf-8").split("\n[")
    found = {}
    for part in parts:
        head, _, lines = part.partition("\n")
        name, _, targets = head.partition("] ")
        named = [each for target in targets.split() for each in (FLOW if target == "flow" else (target,))]
        found[name] = ("".join(map(_spread, lines.split())), named)
    return found


def _spread(line: str) -> str:
    """Give a line for every variable that ends as this one says."""
    end, _, value = line.removeprefix("*").partition("=")
    names = sorted(name for name in _carried() if name.endswith(end)) if line.startswith("*") else [end]
    return "".join(f"{name}={value}\n" for name in names)


GROUPS = _groups()


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_carried_over_renders(group: str) -> None:
    """A profile that an import gives loads, and makes objects."""
    lines, targets = GROUPS[group]

    assert len(rendered.manifests(rendered.of(importing.values(lines, targets, FILES)))) > 10


def test_every_variable_is_in_a_group() -> None:
    """One that is added here is rendered as well; files of a service's own resource are only named."""
    lines = "".join(lines for lines, _ in GROUPS.values())
    given = {line.partition("=")[0] for line in lines.splitlines()}
    files = {name for name in _carried() if name.endswith("_CR")}

    assert _carried() - given - files - {name.removesuffix("_CR") for name in files} == set()


def objects(lines: str, targets: Sequence[str]) -> dict[str, Body]:
    """Give what an import's profile renders, by `Kind namespace/name`."""
    values = importing.values(lines, targets)
    return {name: each.body for name, each in rendered.manifests(rendered.of(values)).items()}


def test_microshift_gets_its_operators_as_install_yamls_brings_them() -> None:
    """By OLM: the variable says only how a namespace is selected there."""
    usual, found = (objects(lines, FLOW) for lines in ("", "MICROSHIFT=1\n"))

    assert list(found) == list(usual)


def test_a_pool_with_letters_is_the_services_pool() -> None:
    """The name server's address is announced by the pool that it lies in."""
    found = objects(f"{SIX}METALLB_IPV6_POOL=fd00:aaaa::a0-fd00:aaaa::af\n", FLOW)
    plane = next(body for name, body in found.items() if name.startswith("OpenStackControlPlane "))

    annotations = plane["spec"]["dns"]["template"]["override"]["service"]["metadata"]["annotations"]
    assert (
        annotations["metallb.universe.tf/address-pool"],
        annotations["metallb.universe.tf/loadBalancerIPs"],
    ) == ("ctlplane", "fd00:aaaa::a0")


def test_nodes_without_policies_have_no_interfaces_made() -> None:
    """NMState stays as it was asked for; without isolation, policies bring it."""
    off, on = (
        {name.partition(" ")[0] for name in objects(lines, FLOW)}
        for lines in ("INSTALL_NNCP=false\n", "NETWORK_ISOLATION=false\nINSTALL_NNCP=true\n")
    )
    both = {"NMState", "NodeNetworkConfigurationPolicy"}

    assert (off & both, on & both) == ({"NMState"}, both)


def test_an_older_sample_has_no_message_bus_of_the_newer_kind() -> None:
    """Rating names it in the words of its release."""
    found = objects(
        "OPENSTACK_CTLPLANE=core_v1beta1_openstackcontrolplane_galera_network_isolation_fr1.yaml\n", FLOW
    )
    plane = next(body for name, body in found.items() if name.startswith("OpenStackControlPlane "))

    rating = plane["spec"]["telemetry"]["template"]["cloudkitty"]
    assert (rating.get("rabbitMqClusterName"), "messagingBus" in rating) == ("rabbitmq", False)
