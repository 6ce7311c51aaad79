"""The built-in profiles, and what is read from them."""

import json
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli import shipped
from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import listing, services
from openstack_k8s_cli.profile.addresses import address, networks_of, span
from openstack_k8s_cli.profile.loading import load
from openstack_k8s_cli.profile.schema import json_schema
from tests.fakes.profiles import HEAD, Texts

READER = ProfileFiles()
PROFILES = READER.built_in()
RELEASES = READER.releases()


@pytest.mark.parametrize(
    ("name", "release"),
    # Architectures are of the newest release.
    [(name, release) for name in PROFILES for release in RELEASES if "/" not in name or release == "main"],
)
def test_every_built_in_profile_loads_with_every_release(name: str, release: str) -> None:
    """Each one is valid by itself; a trait is, too."""
    loaded = load(name, sets=[f"release={release}"], reader=READER)

    assert loaded.name == name.rpartition("/")[2].replace("_", "-")  # a name for labels
    assert loaded.values["operators"]["openstack"]["index"]
    assert loaded.values["dataplane"]["services"]["compute"]


@pytest.mark.parametrize("name", PROFILES)
def test_built_in_profiles_are_short_and_say_for_whom(name: str) -> None:
    """Under 60 lines, under 80 for a whole architecture, with a summary."""
    source = READER.read(name, None)

    assert len(source.text.splitlines()) < (80 if "/" in name else 60)
    assert [each.summary for each in listing.profiles(READER) if each.name == name] != [""]


def test_bases_are_listed_before_traits() -> None:
    """What stands on its own comes first; what says nothing of a platform is a trait."""
    listed = [(each.name, each.trait) for each in listing.profiles(READER) if not each.group]

    assert listed == sorted(listed, key=lambda each: each[1])
    assert {("crc", False), ("ha", True)} <= set(listed)


def test_architectures_are_listed_apart() -> None:
    """They come last, are no traits, and what is under all of them is not listed."""
    listed = listing.profiles(READER)
    groups = [each.group for each in listed]

    assert groups == sorted(groups)
    assert {"architectures/hci"} <= {
        each.name for each in listed if each.group == "architectures" and not each.trait
    }
    assert "architectures/base" not in READER.built_in()


def test_an_architecture_is_extended_by_its_name() -> None:
    """From any folder; a name that is nearly one is answered with it, and a file is still a file."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: [architectures/hci]\n"}, beside=READER)

    assert load("lab", reader=reader).values["controlplane"]["name"] == "controlplane"
    assert READER.read("architectures/hci", "/labs/lab.yaml").name == "architectures/hci"
    for name, code in (("architectures/hcl", "OSK0103"), ("architectures/hcl.yaml", "OSK0104")):
        with pytest.raises(OskError) as caught:
            READER.read(name, None)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_a_trait_goes_over_a_base() -> None:
    """`extends: [crc, ha]` is CRC with three of everything."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: [crc, ha]\n"}, beside=READER)

    values = load("lab", reader=reader).values

    assert (values["platform"]["provider"], values["controlplane"]["galera"]["replicas"]) == ("crc", 3)
    assert values["controlplane"]["name"] == "openstack-galera-network-isolation"


@pytest.mark.parametrize("pair", ["ipv6, dualstack", "dualstack, ipv6", "ceph, hci", "hci, ceph"])
def test_traits_that_contradict_each_other_are_refused(pair: str) -> None:
    """One family and two at once make no cloud, nor Ceph in two places; the place is where the second is named."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: [crc, {pair}]\n"}, beside=READER)

    with pytest.raises(OskError) as caught:
        load("lab", reader=reader)

    [found] = caught.value.problems
    first, _, second = pair.partition(", ")
    assert (found.code, found.subject) == ("OSK0119", f"lab:4:{len(f'extends: [crc, {first}, ') + 1}")
    assert f"`{first}`" in found.summary
    assert f"`{second}`" in found.summary


@pytest.mark.parametrize("trait", ["ipv6", "dualstack", "bgp", "bgp, ipv6", "dualstack, bgp, ha"])
def test_networks_traits_combine(trait: str) -> None:
    """Each goes over a base, and with the others that it does not contradict."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: [crc, {trait}]\n"}, beside=READER)

    values = load("lab", reader=reader).values

    assert (values["bgp"] is not None) == ("bgp" in trait)
    assert [":" in cidr for cidr in values["networks"]["tenant"]["cidr"]] == (
        [True] if "ipv6" in trait else [False, True] if "dualstack" in trait else [False]
    )


@pytest.mark.parametrize("pair", ["crc, okd", "openshift, crc", "okd, openshift"])
def test_a_profile_has_one_base(pair: str) -> None:
    """A cloud is on one cluster: two bases are refused."""
    reader = Texts({"lab": f"{HEAD}name: lab\nextends: [{pair}]\n"}, beside=READER)

    with pytest.raises(OskError) as caught:
        load("lab", reader=reader)

    assert ["OSK0119"] == [each.code for each in caught.value.problems]


def plan(networks: dict[str, Any], name: str) -> tuple[Any, ...]:
    """Give a network's plan in one line: CIDR, VLAN, and the first and last address of each part it uses."""
    network = networks[name]
    used = {
        "nodes": network["interface"] and network["nodes"],
        "pods": network["attached"] and network["attachment"]["ipam"],
        "vips": network["vips"],
        "hosts": network["hosts"],
    }
    parts = {part: span(network, network["slices"][part]) for part, is_used in used.items() if is_used}
    return network["cidr"], network["vlan"], {part: [ends[0][0], ends[-1][1]] for part, ends in parts.items()}


@pytest.mark.parametrize(
    ("name", "prefix", "vlan", "parts"),
    [
        (
            "ctlplane",
            "192.168.122",
            None,
            {"nodes": (10, 29), "pods": (30, 70), "vips": (80, 90), "hosts": (100, 200)},
        ),
        (
            "internalapi",
            "172.17.0",
            20,
            {"nodes": (5, 29), "pods": (30, 70), "vips": (80, 90), "hosts": (100, 250)},
        ),
        (
            "storage",
            "172.18.0",
            21,
            {"nodes": (5, 29), "pods": (30, 70), "vips": (80, 90), "hosts": (100, 250)},
        ),
        (
            "tenant",
            "172.19.0",
            22,
            {"nodes": (5, 29), "pods": (30, 70), "vips": (80, 90), "hosts": (100, 250)},
        ),
        ("storagemgmt", "172.20.0", 23, {"nodes": (5, 29), "pods": (30, 70), "hosts": (100, 250)}),
        ("octavia", "172.23.0", 24, {"pods": (30, 70)}),
        ("designate", "172.28.0", 25, {"nodes": (5, 29), "pods": (30, 70)}),
        ("designateext", "172.50.0", 26, {"nodes": (5, 29), "pods": (30, 70), "vips": (80, 90)}),
        ("external", "10.0.0", None, {"hosts": (100, 250)}),
    ],
)
def test_crc_has_the_address_plan_of_install_yamls(
    name: str, prefix: str, vlan: int | None, parts: dict[str, tuple[int, int]]
) -> None:
    """Every network of the default flow: CIDR, VLAN, and where nodes, pods, services and hosts are in it."""
    networks = networks_of(load("crc", reader=READER).values["networks"])

    expected = {part: [f"{prefix}.{first}", f"{prefix}.{last}"] for part, (first, last) in parts.items()}
    assert plan(networks, name) == ([f"{prefix}.0/24"], vlan, expected)


def test_crc_has_the_addresses_of_install_yamls() -> None:
    """The cloud's name server, its APIs and message buses answer where install_yamls has them."""
    values = load("crc", reader=READER).values
    networks = values["networks"]

    found = {
        name: address({}, text, networks=networks)
        for name, text in values["controlplane"]["addresses"].items()
    }

    assert found == {
        "dns": "192.168.122.80",
        "api": "172.17.0.80",
        "rabbitmq": "172.17.0.85",
        "rabbitmq-cell1": "172.17.0.86",
    }


def test_crc_has_the_services_of_install_yamls() -> None:
    """The default flow deploys these, and no others."""
    services = load("crc", reader=READER).values["controlplane"]["services"]

    assert {name for name, service in services.items() if not service.get("enabled", True)} == {
        "designate",
        "heat",
        "horizon",
        "ironic",
        "manila",
        "octavia",
        "redis",
        "watcher",
    }


def test_the_json_schema_knows_the_built_in_profiles() -> None:
    """Every key that they use is in the schema that editors get, and an unknown one is not allowed."""
    schema = json_schema(services.parsed(ProfileFiles().services()))

    assert json.loads(json.dumps(schema))["additionalProperties"] is False
    assert {"networks", "controlplane", "dataplane"} <= set(schema["properties"])
    networks = schema["$defs"]["Networks"]
    assert networks["additionalProperties"] == {"$ref": "#/$defs/Network"}


def test_profiles_hold_no_python() -> None:
    """They are data: YAML files and nothing else."""
    files = [file for file in Path(shipped.profiles()).rglob("*") if file.is_file()]

    assert {file.suffix for file in files} == {".yaml"}
