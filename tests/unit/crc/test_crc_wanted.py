"""What a profile wants of CRC, by what it says and what it renders to."""

from functools import cache
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.crc.sizing import Sizes, least
from openstack_k8s_cli.crc.wanted import Source, Wanted, wanted
from openstack_k8s_cli.workflows import planning
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.profiles import over, problems


@cache
def _catalogue() -> Catalogue:
    return components.parse(files.catalogue())


@cache
def _wanted(crc: str = "{}", more: str = "", traits: str = "crc") -> Wanted:
    loaded = over(f"platform: {{crc: {crc}}}\n{more}", extends=traits)
    plan = planning.offline(loaded, _catalogue(), Target())
    return wanted(loaded.values, plan.manifests)


def test_the_default_profile_wants_what_upstream_advises() -> None:
    """25600 MiB are what install_yamls asks for; network isolation takes the network mode system."""
    found = _wanted()

    assert (found.preset, found.network_mode, found.gateway) == ("openshift", "system", True)
    assert found.sizes.memory == 25600
    assert found.sizes.cpus > least("openshift").cpus
    assert found.registries == ("quay.io", "registry.redhat.io")


def test_the_second_interface_has_the_nodes_address() -> None:
    """The one of the control plane's network among them."""
    (found,) = _wanted().interfaces

    assert (found.network, found.mac) == ("default", "52:54:00:11:11:10")
    assert "192.168.122.10" in found.addresses


def test_sizes_follow_from_what_the_profile_requests() -> None:
    """More replicas, more memory; monitoring takes its own."""
    plain, more, monitored = (
        _wanted(),
        _wanted(more="controlplane: {replicas: 3}\n"),
        _wanted("{monitoring: true}"),
    )

    assert more.sizes.memory > plain.sizes.memory
    assert more.sizes.disk > plain.sizes.disk
    assert monitored.sizes.memory - plain.sizes.memory == 14336 - 10752
    assert monitored.settings["enable-cluster-monitoring"] == "true"


def test_sizes_that_are_written_are_taken_as_they_are() -> None:
    """In crc's own units."""
    found = _wanted("{cpus: 12, memory: 32Gi, disk: 100Gi}")

    assert (found.sizes, found.exact) == (Sizes(12, 32768, 100), frozenset({"cpus", "memory", "disk"}))


def test_without_networks_on_the_nodes_the_network_mode_is_crcs_own() -> None:
    """Then there is no second interface either; what is written is so."""
    plain = _wanted(more="networks: {isolation: false}\n")
    written = _wanted("{networkMode: user}")

    assert (plain.network_mode, plain.interfaces) == ("user", ())
    assert (written.network_mode, written.interfaces) == ("user", ())
    assert _wanted("{interface: {enabled: false}}").interfaces == ()
    assert [each.network for each in _wanted("{interface: {network: net-iso}}").interfaces] == ["net-iso"]


def test_further_interfaces_and_disks_are_those_of_the_profile() -> None:
    """An address that is not written follows from the role; each network has the command that makes it."""
    crc = "{interfaces: {bgp1: {network: l41, mac: '52:54:00:11:11:11'}, baremetal: {network: crc-bmaas}}, disks: {rook: {}, old: {size: 500Mi}}}"
    found = _wanted(crc)

    assert [(each.role, each.network, each.maker) for each in found.interfaces] == [
        ("default", "default", "osk host network create"),
        ("baremetal", "crc-bmaas", "osk host bmaas up"),
        ("bgp1", "l41", "osk host network create"),
    ]
    assert [each.mac for each in found.interfaces][1:] == ["52:b8:df:32:ea:e4", "52:54:00:11:11:11"]
    assert [(each.name, each.size) for each in found.disks] == [("old", 1), ("rook", 100)]


def test_bgp_brings_the_cards_of_both_leaves() -> None:
    """As install_yamls attaches them, and as `platform.nics` names them in the node."""
    found = {each.role: (each.network, each.mac) for each in _wanted(traits="crc, bgp").interfaces}

    assert found["bgp1"] == ("l41-host-1", "52:54:00:11:11:11")
    assert found["bgp2"] == ("l42-host-1", "52:54:00:11:11:12")


def test_the_preset_follows_the_flavour_and_okd_needs_no_pull_secret() -> None:
    """Not even one that is named."""
    found = _wanted("{preset: okd, pullSecret: ~/pull.json}")

    assert (found.preset, found.pull_secret, found.registries) == ("okd", None, ())
    assert found.settings["pull-secret-file"] is None


def test_proxies_and_bundle_become_settings() -> None:
    """Those that are not given are unset."""
    found = _wanted(
        "{bundle: /b.crcbundle, proxy: {https: 'http://p:3128', no: [.lab, 10.0.0.0/8], caFile: ~/ca.pem}}"
    )

    assert {name: found.settings[name] for name in ("bundle", "http-proxy", "https-proxy", "no-proxy")} == {
        "bundle": "/b.crcbundle",
        "http-proxy": None,
        "https-proxy": "http://p:3128",
        "no-proxy": ".lab,10.0.0.0/8",
    }
    assert found.settings["proxy-ca-file"] == "~/ca.pem"


def test_the_program_comes_from_the_mirror_or_from_where_the_profile_says() -> None:
    """With its checksum in the second case, and by the list beside it in the first."""
    digest = "0" * 64

    latest, release = _wanted().source, _wanted("{version: 2.62.0}").source
    own = _wanted(
        f"{{version: 2.62.0, download: {{url: 'https://here/crc.tar.xz', sha256: '{digest}'}}}}"
    ).source

    assert latest == Source(
        "https://mirror.openshift.com/pub/openshift-v4/clients/crc/latest/crc-linux-amd64.tar.xz", None
    )
    assert release
    assert "/crc/2.62.0/" in release.url
    assert own == Source("https://here/crc.tar.xz", digest)


@pytest.mark.parametrize(
    "crc",
    [
        "{proxy: {http: 'http://user:word@proxy:3128'}}",
        f"{{download: {{url: 'https://here/crc.tar.xz', sha256: '{'0' * 64}'}}}}",
        "{download: {url: 'https://here/crc.tar.xz'}, version: 2.62.0}",
        f"{{version: 2.62.0, download: {{url: 'https://user:word@here/c.tar.xz', sha256: '{'0' * 64}'}}}}",
        "{bundle: 'https://user:word@here/own.crcbundle'}",
        "{memory: 25600}",
        "{preset: podman}",
        "{interfaces: {bgp1: {network: l41, mac: '52:54:00:11:11:10'}}}",
        "{interfaces: {default: {network: l41}}}",
        "{disks: {ROOK: {}}}",
    ],
)
def test_what_cannot_be_is_refused(crc: str) -> None:
    """A login in an address, which a command line would show; a download without version or checksum; memory without unit; cards that are one; names."""
    found: Any = problems(f"platform: {{crc: {crc}}}\n")

    assert found
    assert all("word" not in str(each) for each in found)
