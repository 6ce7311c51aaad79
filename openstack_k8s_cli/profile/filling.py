"""Defaults that follow from other values: what is left out in a profile and still has a value in its end."""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import hostfilling, servicefilling
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.schema import Profile
from openstack_k8s_cli.profile.sections.operators import SOURCES
from openstack_k8s_cli.profile.sections.platform import CAPABILITIES
from openstack_k8s_cli.profile.sections.subnets import Subnet
from openstack_k8s_cli.profile.services import Kinds

_VOLUMES_OF_ONE = 12
"""What a control plane with one copy of everything gets by; its claims are fewer, so that kept ones fit beside."""


def values(profile: Profile, kinds: Kinds) -> dict[str, Any]:
    """Give a profile as plain values, spelled as in the YAML, with every default filled in."""
    plain: dict[str, Any] = profile.model_dump(by_alias=True)
    _platform(plain["platform"])
    _sources(plain["operators"]["sources"], SOURCES[plain["platform"]["flavour"]])
    _racks(plain)
    _networks(plain["networks"])
    servicefilling.fill(plain, kinds)
    _storage(plain)
    hostfilling.dataplane(plain)
    plain["secrets"] = {
        name: {key: _secret(each) for key, each in keys.items()} for name, keys in plain["secrets"].items()
    }
    for hook in plain["hooks"].values():
        hook["env"] = {key: _secret(each) for key, each in hook["env"].items()}
    return plain


def _platform(platform: dict[str, Any]) -> None:
    if platform["capabilities"] is None:
        platform["capabilities"] = list(CAPABILITIES[platform["flavour"]])


def _sources(sources: dict[str, Any], known: Mapping[str, Mapping[str, str]]) -> None:
    for name, source in sources.items():
        own = source["catalog"] is not None
        for key, value in known[name].items():
            if source[key] is None and not (own and key == "image"):
                source[key] = value


def _networks(networks: dict[str, Any]) -> None:
    defaults = networks["defaults"]
    for name, network in networks_of(networks).items():
        entry = dict(network)
        entry["mtu"] = entry["mtu"] or defaults["mtu"]
        entry["domain"] = entry["domain"] or f"{name}.{defaults['domain']}"
        entry["slices"] = {part: entry["slices"][part] or given for part, given in defaults["slices"].items()}
        entry["title"] = entry["title"] or name
        networks[name] = entry


def _racks(plain: dict[str, Any]) -> None:
    """Put each rack's subnets into their networks, and let everything else that BGP leaves out follow."""
    bgp, networks = plain["bgp"], plain["networks"]
    if bgp is None:
        return
    bgp["peerAsn"] = bgp["peerAsn"] or bgp["asn"]
    bgp["backend"] = bgp["backend"] or ("frrK8s" if "frrK8s" in plain["platform"]["capabilities"] else "frr")
    if bgp["pools"] is None:
        bgp["pools"] = [name for name, each in networks_of(networks).items() if each["vips"]]
    for rack in bgp["racks"].values():
        for name, cidr in rack["cidrs"].items():
            if name in networks_of(networks):
                given = networks[name]["subnets"].get(rack["subnet"]) or Subnet().model_dump(by_alias=True)
                networks[name]["subnets"][rack["subnet"]] = {**given, "cidr": given["cidr"] or cidr}


def _storage(plain: dict[str, Any]) -> None:
    local = plain["storage"]["local"]
    if local and local["volumes"] == "auto":
        copies = max(plain["controlplane"]["replicas"], plain["controlplane"]["galera"]["replicas"], 1)
        nodes = max(len(plain["platform"]["workers"]), 1)
        local["volumes"] = max(
            _VOLUMES_OF_ONE, -(-(_VOLUMES_OF_ONE + servicefilling.further(plain)) * copies // nodes)
        )


def _secret(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return SecretText(value.get_secret_value())
    return {key: each for key, each in value.items() if each is not None}
