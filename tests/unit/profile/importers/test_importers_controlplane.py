"""The control plane's variables and targets."""

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile.importers.samples import PREFIX, SAMPLES
from tests.fakes import importing

DEPLOYED = ("openstack_deploy",)
OWN = "kind: OpenStackControlPlane\nmetadata: {name: mine}\nspec: {dns: {enabled: true}}\n"


@pytest.mark.parametrize("suffix", SAMPLES)
def test_every_sample_becomes_a_valid_profile(suffix: str) -> None:
    """Its name, and whether it is on the isolated networks."""
    text = f"OPENSTACK_CTLPLANE=config/samples/{PREFIX}{suffix}.yaml\n"
    found = importing.values(text, DEPLOYED)["controlplane"]

    assert (found["name"], found["isolation"]) == (SAMPLES[suffix].name, SAMPLES[suffix].isolated)


@pytest.mark.parametrize(
    ("text", "name", "replicas"),
    [
        ("GALERA_REPLICAS=1\n", "openstack-galera-network-isolation", 1),
        ("GALERA_REPLICAS=13\n", "openstack-galera-network-isolation-3replicas", 3),
        ("NETWORK_ISOLATION=false\n", "openstack-galera", 1),
        ("NETWORK_ISOLATION=false\nGALERA_REPLICAS=3\n", "openstack-galera-3replicas", 3),
        ("DBSERVICE=mariadb\n", "openstack-network-isolation", 1),
        ("DBSERVICE=mariadb\nNETWORK_ISOLATION=false\n", "openstack-basic", 1),
    ],
)
def test_variables_select_a_sample(text: str, name: str, replicas: int) -> None:
    """As install_yamls' Makefile does it."""
    found = importing.values(text, DEPLOYED)["controlplane"]

    assert (found["name"], found["galera"]["replicas"]) == (name, replicas)
    assert found["services"]["rabbitmq"]["replicas"] == replicas


def test_samples_leave_networks_to_a_designate_that_is_off() -> None:
    """Without isolation as well, as install_yamls applies it."""
    plane = importing.values("NETWORK_ISOLATION=false\nGALERA_REPLICAS=3\n", DEPLOYED)["controlplane"]
    pool = "metallb.universe.tf/address-pool"

    assert plane["services"]["designate"]["enabled"] is False
    assert plane["spec"]["designate"]["template"]["designateMdns"] == {"networkAttachments": ["designate"]}
    assert plane["spec"]["telemetry"]["template"]["logging"]["annotations"][pool] == "internalapi"


def test_an_unknown_sample_is_not_carried_over() -> None:
    """It is said once, with the nearest one."""
    (lost,) = importing.outcome(f"OPENSTACK_CTLPLANE=config/samples/{PREFIX}_galerra.yaml\n", DEPLOYED).lost

    assert f"{PREFIX}_galera.yaml" in lost.instead


def test_a_resource_of_ones_own_is_read() -> None:
    """With what install_yamls puts into every resource over it."""
    text = "OPENSTACK_CR=my.yaml\nSTORAGE_REQUEST=20G\nOPENSTACK_NEUTRON_CUSTOM_CONF=n.conf\n"
    found = importing.values(text, DEPLOYED, {"my.yaml": OWN, "n.conf": "[a]\n"})["controlplane"]

    assert (found["name"], found["from"]["spec"]) == ("mine", {"dns": {"enabled": True}})
    assert found["spec"]["galera"]["templates"]["openstack"] == {"storageRequest": "20G"}
    assert found["spec"]["neutron"]["template"]["customServiceConfig"] == "[a]\n"
    assert found["spec"]["ovn"]["template"]["ovnController"]["nicMappings"] == {"datacentre": "ospbr"}


ADDRESSED = """\
kind: OpenStackControlPlane
metadata: {name: mine}
spec:
  dns:
    - metallb.universe.tf/address-pool: ctlplane
      metallb.universe.tf/loadBalancerIPs: 192.168.122.80
    - metallb.universe.tf/address-pool: internalapi
      metallb.universe.tf/loadBalancerIPs: 172.17.0.85
    - metallb.universe.tf/address-pool: mine
      metallb.universe.tf/loadBalancerIPs: 10.0.0.1
"""


@pytest.mark.parametrize(
    ("text", "addresses", "servers"),
    [
        ("", ["192.168.122.80", "172.17.0.85", "10.0.0.1"], ["192.168.122.1"]),
        (
            "NETWORK_ISOLATION_IPV4=false\nNETWORK_ISOLATION_IPV6=true\n",
            ["fd00:aaaa::80", "fd00:bbbb::85", "10.0.0.1"],
            ["fd00:aaaa::1"],
        ),
        (
            "NETWORK_ISOLATION_IPV6=true\n",
            ["fd00:aaaa::80,192.168.122.80", "fd00:bbbb::85,172.17.0.85", "10.0.0.1"],
            ["fd00:aaaa::1", "192.168.122.1"],
        ),
        (
            "NETWORK_ISOLATION_USE_DEFAULT_NETWORK=false\n",
            ["172.16.1.80", "172.17.0.85", "10.0.0.1"],
            ["172.16.1.1"],
        ),
    ],
)
def test_a_resource_of_ones_own_follows_the_networks(
    text: str, addresses: list[str], servers: list[str]
) -> None:
    """Services get addresses of the families that are on, in the networks of their pools."""
    found = importing.values(f"OPENSTACK_CR=my.yaml\n{text}", DEPLOYED, {"my.yaml": ADDRESSED})
    controlplane = found["controlplane"]

    written = [each["metallb.universe.tf/loadBalancerIPs"] for each in controlplane["from"]["spec"]["dns"]]
    assert written == addresses
    assert controlplane["spec"]["dns"]["template"]["options"] == [{"key": "server", "values": servers}]


def test_what_is_no_control_plane_is_refused() -> None:
    """The variable and the file are named."""
    with pytest.raises(OskError) as caught:
        importing.outcome("OPENSTACK_CR=my.yaml\n", DEPLOYED, {"my.yaml": "kind: Secret\n"})

    assert "`OPENSTACK_CR`" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OVNCONTROLLER_NMAP=false\n", {"nicMappings": None}),
        (
            "NETWORK_ISOLATION=false\nOVNCONTROLLER_NMAP=true\nNNCP_BRIDGE=br\n",
            {"nicMappings": {"datacentre": "br"}},
        ),
    ],
)
def test_bridges_are_mapped_where_it_was_said(text: str, expected: object) -> None:
    """Against what the isolation would give."""
    found = importing.values(text)["controlplane"]["spec"]["ovn"]["template"]["ovnController"]

    assert found == expected


def test_neutrons_snippet_comes_from_its_file() -> None:
    """The text is in the profile, not the file's name."""
    found = importing.values("OPENSTACK_NEUTRON_CUSTOM_CONF=n.conf\n", files={"n.conf": "[ovn]\n"})

    assert found["controlplane"]["services"]["neutron"]["config"] == "[ovn]\n"
