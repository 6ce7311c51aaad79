"""The control plane."""

import difflib
from collections.abc import Mapping
from typing import Any

from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Rule, Target, by, to
from openstack_k8s_cli.profile.importers.samples import PREFIX, SAMPLES, Sample
from openstack_k8s_cli.profile.importers.settings import Settings
from openstack_k8s_cli.profile.importers.subjects import ctlplane
from openstack_k8s_cli.profile.sources import Source

_HOME = "controlplane"
_KIND = "OpenStackControlPlane"
_CHOICES = ("OPENSTACK_CTLPLANE", "GALERA_REPLICAS", "DBSERVICE")
_ADDRESS, _POOL = "metallb.universe.tf/loadBalancerIPs", "metallb.universe.tf/address-pool"
_DEFAULT_PREFIX = "192.168.122."
_IN_CLONE = "openstack-operator/config/samples/"


def _sample(settings: Settings, draft: Draft) -> None:
    """Carry over which sample is deployed, unless it is a file of one's own."""
    if _own(settings):
        return
    path = settings["OPENSTACK_CR"] or settings["OPENSTACK_CTLPLANE"]
    stem = path.strip().rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
    sample = SAMPLES.get(stem.removeprefix(PREFIX)) if stem.startswith(PREFIX) else None
    if sample is None:
        near = difflib.get_close_matches(stem, [PREFIX + suffix for suffix in SAMPLES], n=1)
        instead = f"the sample `{near[0]}.yaml`" if near else "`controlplane.from: FILE` with the file itself"
        draft.lose("OPENSTACK_CTLPLANE", f"osk does not know the sample `{path}`", instead)
        return
    _put(sample, settings, draft)


def _chosen(settings: Settings, draft: Draft) -> None:
    """Carry over the sample that other variables select."""
    if not settings.has(*_CHOICES):
        _sample(settings, draft)


def _put(sample: Sample, settings: Settings, draft: Draft) -> None:
    draft.set(f"{_HOME}.name", sample.name)
    for each in sample.values:
        draft.set(_HOME, each)
    draft.set("fields", sample.fields)
    if sample.isolated != settings.true("NETWORK_ISOLATION"):
        draft.set(f"{_HOME}.isolation", sample.isolated)
    if not sample.isolated and not settings.true("OVNCONTROLLER_NMAP"):
        draft.set(f"{_HOME}.spec.ovn.template.ovnController", {})


def _own(settings: Settings) -> bool:
    return settings.has("OPENSTACK_CR") and _IN_CLONE not in settings["OPENSTACK_CR"]


def _resource(settings: Settings, draft: Draft) -> None:
    """Carry over a resource of one's own, with what install_yamls puts into every one."""
    text = settings.file("OPENSTACK_CR") if _own(settings) else None
    if text is None:
        return
    if settings["NETWORK_ISOLATION_USE_DEFAULT_NETWORK"].strip() == "false":
        text = text.replace(_DEFAULT_PREFIX, settings["NNCP_CTLPLANE_IP_ADDRESS_PREFIX"].strip() + ".")
    document = parse(Source(settings["OPENSTACK_CR"], text)).values
    if document.get("kind") != _KIND or not isinstance(document.get("spec"), dict):
        message = f"`{settings['OPENSTACK_CR']}` holds no {_KIND}"
        raise ValueError(message)
    six = ctlplane.six_prefixes(settings)
    both = settings.true("NETWORK_ISOLATION_IPV4")
    draft.set(f"{_HOME}.from", _moved(document, six, both=both) if six else document)
    draft.set(f"{_HOME}.name", (document.get("metadata") or {}).get("name"))
    spec = f"{_HOME}.spec"
    draft.set(f"{spec}.secret", settings["SECRET"])
    draft.set(f"{spec}.storageClass", settings["STORAGE_CLASS"].strip('"'))
    for cluster in ("openstack", "openstack-cell1"):
        draft.set(f"{spec}.galera.templates.{cluster}.storageRequest", settings["STORAGE_REQUEST"])
    servers = [settings["NNCP_DNS_SERVER_IPV6"]] if six else []
    servers += [settings["NNCP_DNS_SERVER"]] if both else []
    if servers:
        draft.set(f"{spec}.dns.template.options", [{"key": "server", "values": servers}])
    if settings.true("OVNCONTROLLER_NMAP"):
        _mapped(settings, draft)


def _moved(value: Any, prefixes: Mapping[str, str], *, both: bool) -> Any:
    """Give services addresses of IPv6 in the networks of their pools, as the last number of theirs says."""
    if isinstance(value, list):
        return [_moved(each, prefixes, both=both) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _moved(each, prefixes, both=both) for key, each in value.items()}
    four, prefix = found.get(_ADDRESS), prefixes.get(str(found.get(_POOL)))
    if isinstance(four, str) and prefix and ":" not in four and "," not in four:
        six = prefix + four.strip().rpartition(".")[2]
        found[_ADDRESS] = f"{six},{four.strip()}" if both else six
    return found


def _mapped(settings: Settings, draft: Draft) -> None:
    draft.set(f"{_HOME}.spec.ovn.template.ovnController.nicMappings.datacentre", settings["NNCP_BRIDGE"])


def _mappings(settings: Settings, draft: Draft) -> None:
    """Carry over whether the bridges are mapped, where it is not what the isolation says."""
    mapped = settings.true("OVNCONTROLLER_NMAP")
    if mapped == settings.true("NETWORK_ISOLATION") or _own(settings):
        return
    if mapped:
        _mapped(settings, draft)
    else:
        draft.set(f"{_HOME}.spec.ovn.template.ovnController.nicMappings", None)


def _neutron(settings: Settings, draft: Draft) -> None:
    snippet = settings.file("OPENSTACK_NEUTRON_CUSTOM_CONF")
    if snippet and _own(settings):
        draft.set(f"{_HOME}.spec.neutron.template.customServiceConfig", snippet)
    elif snippet:
        draft.set(f"{_HOME}.services.neutron.config", snippet)


RULES: tuple[Rule, ...] = (
    to("STORAGE_REQUEST", "controlplane.galera.storage"),
    by(
        _sample,
        *_CHOICES,
        place="controlplane",
        note="each selects a sample; the profile has what that one has other than the default. GALERA_REPLICAS: any value with a 3 in it means 3",
    ),
    by(
        _resource,
        "OPENSTACK_CR",
        place="controlplane.from",
        note="the file is read at the import; or name it there",
    ),
    by(_mappings, "OVNCONTROLLER_NMAP", place="controlplane.spec.ovn.template.ovnController.nicMappings"),
    by(_neutron, "OPENSTACK_NEUTRON_CUSTOM_CONF", place="controlplane.services.neutron.config"),
)

TARGETS: tuple[Target, ...] = (
    Target(("openstack_deploy_prep",), "osk render --layer controlplane"),
    Target(
        ("openstack_deploy",),
        "osk deploy controlplane",
        brings=("input", "netconfig_deploy", "openstack_deploy_prep"),
        carry=_chosen,
    ),
    Target(("openstack_wait_deploy",), "osk deploy controlplane", brings=("openstack_deploy",)),
    Target(("openstack_deploy_cleanup",), "osk teardown controlplane"),
)
