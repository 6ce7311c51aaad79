"""Defaults that follow from other values: what is left out in a profile and still has a value in its end."""

from typing import Any

from pydantic import SecretStr

from openstack_k8s_cli.model.secrets import SecretText
from openstack_k8s_cli.profile import hostfilling, origins, servicefilling
from openstack_k8s_cli.profile.addresses import networks_of
from openstack_k8s_cli.profile.schema import Profile
from openstack_k8s_cli.profile.sections.operators import Single
from openstack_k8s_cli.profile.sections.platform import CAPABILITIES
from openstack_k8s_cli.profile.sections.subnets import Subnet
from openstack_k8s_cli.profile.sections.tests import KINDS as TEST_KINDS
from openstack_k8s_cli.profile.sections.tests import Test
from openstack_k8s_cli.profile.services import Kinds

_REGISTRY = "quay.io/openstack-k8s-operators"
_PACKAGES = {"baremetal": "openstack-baremetal", "rabbitmq": "rabbitmq-cluster"}
"""Of services whose operators go by another name."""
_FOR_A_PERSON = {"stall": "12h", "total": "24h"}
"""How long a step waits for someone's approval."""
_VOLUMES_OF_ONE = 12
"""What a control plane with one copy of everything gets by; its claims are fewer, so that kept ones fit beside."""


def values(profile: Profile, kinds: Kinds) -> dict[str, Any]:
    """Give a profile as plain values, spelled as in the YAML, with every default filled in."""
    plain: dict[str, Any] = profile.model_dump(by_alias=True)
    _platform(plain["platform"])
    for name in servicefilling.operators(plain, kinds):
        plain["operators"]["single"].setdefault(name, dict.fromkeys(Single.model_fields))
    _operators(plain)
    _racks(plain)
    _networks(plain["networks"])
    _policies(plain["networks"]["policies"], plain)
    servicefilling.fill(plain, kinds)
    _storage(plain, profile)
    _ceph(plain)
    if plain["mirror"]:
        plain["mirror"] |= {key: _secret(plain["mirror"][key]) for key in ("ca", "auth")}
    hostfilling.dataplane(plain)
    boards = plain["labs"]["bmaas"]["boards"]
    boards["password"] = _secret(boards["password"])
    _tests(plain)
    plain["secrets"] = {
        name: {key: _secret(each) for key, each in keys.items()} for name, keys in plain["secrets"].items()
    }
    for hook in plain["hooks"].values():
        hook["env"] = {key: _secret(each) for key, each in hook["env"].items()}
    return plain


def _platform(platform: dict[str, Any]) -> None:
    if platform["capabilities"] is None:
        platform["capabilities"] = list(CAPABILITIES[platform["flavour"]])


def _operators(plain: dict[str, Any]) -> None:
    operators, platform = plain["operators"], plain["platform"]
    version = origins.version(platform["version"])
    for name, source in operators["sources"].items():
        row = origins.known(name, platform["flavour"], version)
        operators["sources"][name] = origins.filled(source, row)
    for name, single in operators["single"].items():
        package = single["package"] or f"{_PACKAGES.get(name, name)}-operator"
        single["package"] = package
        if single["index"] is None:
            single["address"] = single["address"] or operators["openstack"]["address"]
        single["given"] = single["index"] is not None
        single["index"] = single["index"] or f"{_REGISTRY}/{package}-index:latest"
        single["channel"] = single["channel"] or operators["openstack"]["channel"]
    if operators["openstack"]["approval"] == "manual":
        for step in ("operators/openstack-operator/operator", "operators/single/operator"):
            plain["timeouts"]["steps"].setdefault(step, _FOR_A_PERSON)
    netobserv = operators["optional"]["netobserv"]
    netobserv["namespace"] = netobserv["namespace"] or operators["optional"]["loki"]["namespace"]


def _networks(networks: dict[str, Any]) -> None:
    defaults = networks["defaults"]
    for name, network in networks_of(networks).items():
        entry = dict(network)
        entry["mtu"] = entry["mtu"] or defaults["mtu"]
        entry["domain"] = entry["domain"] or f"{name}.{defaults['domain']}"
        entry["slices"] = {part: entry["slices"][part] or given for part, given in defaults["slices"].items()}
        entry["title"] = entry["title"] or name
        networks[name] = entry


def _policies(policies: dict[str, Any], plain: dict[str, Any]) -> None:
    if policies["enabled"] is None:
        policies["enabled"] = bool(plain["networks"]["isolation"] or plain["bgp"])


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


def _storage(plain: dict[str, Any], profile: Profile) -> None:
    local, lvms = plain["storage"]["local"], plain["storage"]["lvms"]
    if lvms and not local and "class_" not in profile.storage.model_fields_set:
        plain["storage"]["class"] = f"lvms-{lvms['deviceClass']}"
    if local and local["volumes"] == "auto":
        copies = max(plain["controlplane"]["replicas"], plain["controlplane"]["galera"]["replicas"], 1)
        nodes = max(len(plain["platform"]["workers"]), 1)
        local["volumes"] = max(
            _VOLUMES_OF_ONE, -(-(_VOLUMES_OF_ONE + servicefilling.further(plain)) * copies // nodes)
        )


def _ceph(plain: dict[str, Any]) -> None:
    """Let the values of Ceph's Secret be found where those of all Secrets are."""
    ceph = plain["storage"]["ceph"]
    if ceph and ceph["conf"] is not None:
        keys = plain["secrets"].setdefault(ceph["secret"], {})
        keys.setdefault("ceph.conf", ceph["conf"])
        keys.setdefault(f"ceph.client.{ceph['user']}.keyring", ceph["keyring"])
        ceph["conf"], ceph["keyring"] = _secret(ceph["conf"]), _secret(ceph["keyring"])


def _tests(plain: dict[str, Any]) -> None:
    """Have a test of each kind, and name the kinds and resources of all."""
    given = plain["tests"]
    default = Test().model_dump(by_alias=True)
    plain["tests"] = {**{name: dict(default) for name in TEST_KINDS}, **given}
    for name, test in plain["tests"].items():
        test["kind"] = test["kind"] or (name if name in TEST_KINDS else None)
        test["name"] = test["name"] or f"{name}-tests"


def _secret(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return SecretText(value.get_secret_value())
    return {key: each for key, each in value.items() if each is not None}
