"""Values files of the validated architectures into a draft: the networks, and which files are taken."""

from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.problems import OskError
from tests.unit.profile.importers.examples import (
    HOSTS,
    draft,
    hosts,
    imported,
    loaded,
    lost,
    networks,
    objects,
    replaced,
    services,
    values,
)

LINK = '{"type": "bridge", "bridge": "octbr", "ipam": {"range": "172.23.0.0/24", "range_start": "172.23.0.30", "range_end": "172.23.0.70", "routes": [{"dst": "172.24.0.0/16", "gw": "172.23.0.150"}]}}'


def test_a_draft_says_only_what_its_base_does_not() -> None:
    """What the profile under all architectures says of networks is not said again."""
    found = draft({**networks(), **hosts()})

    assert ["architectures/base"] == found["extends"]
    assert {"default": "enp9s0"} == found["platform"]["nics"]
    assert "workers" not in found["platform"]
    assert {"cidr": ["10.1.0.0/24"], "vlan": 120, "mtu": 1400} == found["networks"]["internalapi"]
    assert {"slices": {"hosts": ["100-120"]}} == found["networks"]["ctlplane"]
    assert "lab.example" == found["networks"]["defaults"]["domain"]


def test_networks_that_an_example_is_without_are_taken_out() -> None:
    """A network of the base that the values do not have is not in the cloud."""
    found = loaded({**networks(), **hosts()})

    assert {"ctlplane", "internalapi"} == {
        name for name in found["networks"] if name not in {"defaults", "isolation", "policies"}
    }
    assert ["ctlplane", "internalapi"] == found["dataplane"]["networks"]


def test_addresses_of_the_services_inside_follow() -> None:
    """The addresses that MetalLB is asked for are said as numbers in their networks."""
    bus = "  rabbitmq: {endpoint_annotations: {metallb.universe.tf/address-pool: internalapi, metallb.universe.tf/loadBalancerIPs: 10.1.0.86}}\n"
    found = loaded({**networks(bus), **hosts()})

    assert "ctlplane[81]" == found["controlplane"]["addresses"]["dns"]
    assert "internalapi[82]" == found["controlplane"]["addresses"]["api"]
    assert "internalapi[86]" == found["controlplane"]["addresses"]["rabbitmq"]


def test_a_class_of_volumes_is_said_everywhere() -> None:
    """The class holds for images and metrics too, which have it from the base once more."""
    plane = objects({**networks(), **services("  glance: {}\n"), **hosts()})[
        "OpenStackControlPlane openstack/controlplane"
    ]

    assert "fast" == plane["spec"]["storageClass"]
    assert "fast" == plane["spec"]["glance"]["template"]["storage"]["storageClass"]


def test_a_network_with_anothers_addresses_is_left_out() -> None:
    """Two networks cannot have the same addresses: the second is not carried over, and that is said."""
    external = "  external: {subnets: [{name: subnet1, cidr: 192.168.122.0/24, allocationRanges: [{start: 192.168.122.201, end: 192.168.122.250}]}]}\n"
    files = {**networks(external), **hosts()}

    assert "its addresses are those of ctlplane" == lost(files)["network-values: external"]
    assert "external" not in loaded(files)["networks"]


def test_a_bridge_over_a_vlan_is_carried_over() -> None:
    """What pods are attached to by a bridge gets the bridge on its VLAN, without addresses of the nodes."""
    octavia = f"  octavia: {{vlan: 77, base_iface: enp9s0, mtu: 1500, net-attach-def: '{LINK}'}}\n"
    found = loaded({**networks(octavia), **hosts()})["networks"]["octavia"]
    [route] = found["attachment"]["routes"]

    assert (77, "octbr", False) == (found["vlan"], found["bridge"], found["nodes"])
    assert ("172.24.0.0/16", ".150", ["30-70"]) == (
        route["destination"],
        route["gateway"],
        found["slices"]["pods"],
    )


def test_another_card_gets_a_role() -> None:
    """A card that is not that of ctlplane is named once, and networks say its role."""
    provider = '  datacentre: {net-attach-def: \'{"type": "host-device", "device": "enp8s0"}\'}\n'
    found = loaded({**networks(provider), **hosts()})

    assert {"default": "enp9s0", "provider": "enp8s0"} == found["platform"]["nics"]
    assert ("provider", False, "host-device") == (
        found["networks"]["datacentre"]["nic"],
        found["networks"]["datacentre"]["interface"],
        found["networks"]["datacentre"]["attachment"]["type"],
    )


def test_an_attachment_to_an_interface_that_no_node_has_is_lost() -> None:
    """Pods cannot be attached to what is not there; the hosts keep the network."""
    mgmt = '  storagemgmt: {subnets: [{name: subnet1, cidr: 172.20.0.0/24, vlan: 23, allocationRanges: [{start: 172.20.0.100, end: 172.20.0.250}]}], base_iface: enp9s0, iface: storagemgmt, vlan: 23, net-attach-def: \'{"type": "macvlan", "master": "storagemgmt"}\'}\n'
    files = {**networks(mgmt), **hosts()}

    assert (
        "no node has the interface storagemgmt" == lost(files)["network-values: storagemgmt: net-attach-def"]
    )
    assert (False, True) == tuple(
        loaded(files)["networks"]["storagemgmt"][key] for key in ("attached", "hosts")
    )


def test_subnets_behind_a_router_are_said_once() -> None:
    """Where each subnet's routes lead to all others by the same number, the router says them."""

    def subnet(index: int, *others: int) -> str:
        routes = ", ".join(f"{{destination: 10.9.{each}.0/24, nexthop: 10.9.{index}.1}}" for each in others)
        return f"{{name: subnet{index}, cidr: 10.9.{index}.0/24, allocationRanges: [{{start: 10.9.{index}.100, end: 10.9.{index}.200}}], routes: [{routes}]}}"

    leaves = f"  leaf: {{subnets: [{subnet(1, 2)}, {subnet(2, 1)}]}}\n"
    found = loaded({**networks(leaves), **hosts()})["networks"]["leaf"]

    assert ".1" == found["router"]
    assert {"subnet1": ["10.9.1.0/24"], "subnet2": ["10.9.2.0/24"]} == {
        name: each["cidr"] for name, each in found["subnets"].items()
    }
    assert ["100-200"] == found["subnets"]["subnet2"]["hosts"]


def test_a_name_that_two_subnets_have_is_mended() -> None:
    """The second subnet of a name gets the next one, and the report says so."""
    twice = "  leaf: {subnets: [{name: subnet1, cidr: 10.9.1.0/24}, {name: subnet1, cidr: 10.9.2.0/24}]}\n"
    files = {**networks(twice), **hosts()}

    assert {"subnet1", "subnet2"} == set(loaded(files)["networks"]["leaf"]["subnets"])
    assert "network-values: leaf: subnet1" in lost(files)


def test_routes_of_nodes_go_to_the_networks_that_they_leave_by() -> None:
    """A route is said at the network of its interface; one of no network is lost."""
    routes = "  routes: {config: [{destination: 10.7.0.0/16, next-hop-address: 192.168.122.1, next-hop-interface: ospbr, metric: 150}, {destination: 10.8.0.0/16, next-hop-address: 1.2.3.4, next-hop-interface: eth7, metric: 150}]}\n"
    files = {**networks(routes), **hosts()}
    found = loaded(files)["networks"]

    assert [("10.7.0.0/16", ".1")] == [
        (each["destination"], each["gateway"]) for each in found["ctlplane"]["nodeRoutes"]
    ]
    assert {"metric": 150} == found["policies"]["route"]
    assert "no network has the interface" == lost(files)["network-values: routes: 10.8.0.0/16 by eth7"]


def test_nodes_out_of_order_keep_their_addresses() -> None:
    """Addresses that do not follow each other are said one by one."""
    files = replaced(("10.1.0.11", "10.1.0.19"))
    found = objects(files)["NodeNetworkConfigurationPolicy master-1"]["spec"]["desiredState"]["interfaces"]

    assert ["10.1.0.19"] == [
        one["ip"] for each in found if each["name"] == "internalapi" for one in each["ipv4"]["address"]
    ]


def test_networks_of_ipv6_are_carried_over() -> None:
    """Addresses of IPv6 count in their own digits."""
    files = replaced(("10.1.0.0/24", "fd00:1::0/64"), ("10.1.0.", "fd00:1::"))
    found = loaded(files)["networks"]["internalapi"]

    assert ["fd00:1::/64"] == found["cidr"]
    assert (["30-70"], ["80-90"], ["100-250"]) == tuple(
        found["slices"][key] for key in ("pods", "vips", "hosts")
    )
    assert "NodeNetworkConfigurationPolicy master-2" in objects(files)


def test_addresses_of_services_elsewhere_get_a_network_of_their_own() -> None:
    """A pool that is not in its network becomes one that is for services only, and their addresses are in it."""
    files = replaced(("192.168.122.8", "192.168.125.8"), ("192.168.122.90", "192.168.125.90"))
    found = loaded(files)

    assert (["192.168.125.0/24"], True, False) == tuple(
        found["networks"]["ctlplanevips"][key] for key in ("cidr", "vips", "attached")
    )
    assert "ctlplanevips[81]" == found["controlplane"]["addresses"]["dns"]


def test_a_folder_without_values_is_refused() -> None:
    """Where no file holds values, that is said."""
    with pytest.raises(OskError) as caught:
        imported({"a.yaml": "kind: Kustomization\n"})

    assert "OSK0133" == caught.value.problems[0].code


def test_files_of_a_second_cloud_and_of_later_steps_are_left_out() -> None:
    """A profile is one cloud, as it is deployed: what else is in the folder is said, with what to do."""
    files = {
        **networks(),
        **hosts(),
        "control-plane2/nncp/values.yaml": values("network-values", "  bridgeName: other\n"),
        "control-plane/scaledown/service-values.yaml": values("service-values", "  heat: {enabled: true}\n"),
        "topology/spread.yaml": "kind: Topology\nmetadata: {name: spread}\nspec: {}\n",
    }
    found = lost(files)

    assert "it is a second cloud's" == found["control-plane2/nncp/values.yaml"]
    assert (
        "it is for a cloud that is up, to take a part away"
        == found["control-plane/scaledown/service-values.yaml"]
    )
    assert "no section of a profile makes it" == found["Topology spread (topology/spread.yaml)"]


def test_one_stage_of_an_example_is_an_example() -> None:
    """A folder with hosts alone, or services alone, gives a profile that is whole with what is under it."""
    assert 2 == loaded(hosts())["dataplane"]["nodesets"]["compute"]["count"]
    assert {} == loaded(services("  heat: {enabled: true}\n"))["dataplane"]["nodesets"]
    assert "OpenStackControlPlane openstack/controlplane" in objects(services("  heat: {enabled: true}\n"))


def test_of_two_files_for_one_thing_the_one_nearer_to_the_top_holds() -> None:
    """What comes at the end of a deployment stands over what it began with."""
    files = {
        **hosts(HOSTS),
        **services("  heat: {enabled: true}\n  horizon: {enabled: true}\n"),
        "service-values.yaml": values("service-values", "  horizon: {enabled: false}\n"),
    }
    found = loaded(files)["controlplane"]["services"]

    assert (True, False) == (found["heat"]["enabled"], found["horizon"]["enabled"])


def test_a_bus_for_each_service() -> None:
    """A message bus with an address of its own is there, and the service that it is named after is on it."""
    bus = "  rabbitmq-cinder: {endpoint_annotations: {metallb.universe.tf/address-pool: internalapi, metallb.universe.tf/loadBalancerIPs: 10.1.0.88}}\n"
    found = loaded({**networks(bus), **hosts()})["controlplane"]

    assert ("rabbitmq-cinder", "internalapi[88]") == (
        found["services"]["cinder"]["bus"],
        found["addresses"]["rabbitmq-cinder"],
    )


def test_addresses_of_hosts_that_are_services_too_stay_with_these() -> None:
    """Where a pool is in the hosts' range, the range is cut, and the report says so."""
    more = "  names: {subnets: [{name: subnet1, cidr: 172.34.0.0/24, allocationRanges: [{start: 172.34.0.100, end: 172.34.0.250}]}], lb_addresses: [172.34.0.100-172.34.0.120]}\n"
    files = {**networks(more), **hosts()}
    found = loaded(files)["networks"]["names"]["slices"]

    assert (["100-120"], ["121-250"]) == (found["vips"], found["hosts"])
    assert "network-values: names: allocationRanges" in lost(files)


@pytest.mark.parametrize(("name", "how"), [("nowhere", "is not there"), ("draft.yaml", "is a file")])
def test_an_example_that_is_no_folder(tmp_path: Path, name: str, how: str) -> None:
    """The path as it was given, and what is wrong with it."""
    (tmp_path / "draft.yaml").touch()
    with pytest.raises(OskError, match=how) as caught:
        files.values_in(tmp_path / name)

    assert ("OSK0133", str(tmp_path / name)) == (
        caught.value.problems[0].code,
        caught.value.problems[0].subject,
    )


def test_a_folder_of_many_examples(tmp_path: Path) -> None:
    """Each has a README, and is named; the folder is refused before any file is read. One example is taken, with its stages."""
    for name in ("dt/one", "dt/one/control-plane", "dt/two", "common"):
        (tmp_path / "examples" / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "examples" / name / "README.md").write_text("# An example")
        (tmp_path / "examples" / name / "values.yaml").write_bytes(b"\xff")
    (tmp_path / "README.md").write_text("# All of them")
    found = {}
    for folder in ("", "examples/dt", "examples/dt/two/.."):
        with pytest.raises(OskError) as caught:
            files.values_in(tmp_path / folder)
        found[folder] = (caught.value.problems[0].code, caught.value.problems[0].detail)
    (tmp_path / "examples/dt/one/values.yaml").write_text("a: 1")
    (tmp_path / "examples/dt/one/control-plane/values.yaml").write_text("b: 2")

    assert ("OSK1340", "examples/common, examples/dt/one, examples/dt/two") == found[""]
    assert ("OSK1340", "one, two") == found["examples/dt"]
    assert {"values.yaml", "control-plane/values.yaml"} == {*files.values_in(tmp_path / "examples/dt/one")}
