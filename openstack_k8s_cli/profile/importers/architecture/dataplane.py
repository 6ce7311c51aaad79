"""The data plane: node sets, what they have in common, their services' settings, and the deployments."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.profile import paths
from openstack_k8s_cli.profile.deploychecks import SHIPPED
from openstack_k8s_cli.profile.importers.architecture import hosts, nodesets
from openstack_k8s_cli.profile.importers.architecture.example import Example, Values
from openstack_k8s_cli.profile.importers.architecture.nodesets import NodeSet
from openstack_k8s_cli.profile.importers.draft import Draft

_DEPLOYMENT = re.compile(r"edpm-.*(?:deploy|post-driver).*values.*")
_NOVA = re.compile(r"nova-.*")
_CELL = re.compile(r"cell-?(\d+)")
_CERTIFICATE = {"networks": ["ctlplane"], "issuer": "osp-rootca-issuer-internal"}
_TIME, _SSH = "timesync_ntp_servers", "edpm_sshd_allowed_ranges"


def carry(example: Example, draft: Draft, *, subnets: hosts.Subnets) -> list[NodeSet]:
    """Put the data plane of an example into the draft; give its node sets."""
    deployments = [
        each
        for each in example.values
        if _DEPLOYMENT.fullmatch(each.name) and "nodes" not in (each.data.get("nodeset") or {})
    ]
    sets = nodesets.found(example, [str(name) for each in deployments for name in _sets(each)])
    common = _common(sets, draft)
    _services(example, sets, draft)
    for each in sets:
        hosts.carry(each, draft, subnets=subnets, common=common)
    if "compute" not in {each.key for each in sets}:
        draft.set("dataplane.nodesets.compute", None)
    _deployments(deployments, sets, draft)
    return sets


def _sets(values: Values) -> Sequence[Any]:
    return values.data.get("nodeSets") or get(values.data, "deployment", "spec", "nodeSets") or ()


def _common(sets: Sequence[NodeSet], draft: Draft) -> dict[str, Any]:
    """Say once what all hosts have alike: account, time servers, who may reach sshd; give these variables."""
    users = {get(each.data, "nodeset", "ansible", "ansibleUser") for each in sets} - {None}
    if len(users) == 1:
        draft.set("dataplane.user", users.pop())
    found: dict[str, Any] = {}
    for key in (_TIME, _SSH):
        given = [each.variables[key] for each in sets if key in each.variables]
        if given and all(each == given[0] for each in given):
            found[key] = given[0]
    if _SSH in found:
        draft.set("dataplane.sshRanges", found[_SSH])
    if _TIME in found and all(isinstance(each, dict) and set(each) == {"hostname"} for each in found[_TIME]):
        draft.set("dataplane.ntp", [each["hostname"] for each in found[_TIME]])
    else:
        found.pop(_TIME, None)
    return found


def _services(example: Example, sets: Sequence[NodeSet], draft: Draft) -> None:
    """Say the services that the operators do not bring: those of the example, those that stand for nova, and their settings."""
    given = {str(body["metadata"]["name"]): body for body in example.services}
    for index, found in enumerate(sets):
        maps = list(_maps(found, f"-{index + 1}" if index else "", draft))
        unknown = [each for each in found.services if each not in SHIPPED]
        for name in unknown:
            if name in given:
                _own(name, given[name], draft)
            elif _NOVA.fullmatch(name):
                _nova(name, maps, draft)
        lost = [each for each in unknown if each not in given and not _NOVA.fullmatch(each)]
        for name in lost:
            draft.lose(
                f"service {name}", "what it runs is not among the values", f"`dataplane.ownServices.{name}`"
            )
        if lost:
            left = [each for each in found.services if each not in lost]
            found.data = {**found.data, "nodeset": {**found.data["nodeset"], "services": left}}


def _maps(found: NodeSet, suffix: str, draft: Draft) -> Iterator[str]:
    """Say the ConfigMaps with nova's settings on hosts; give their names."""
    nova = found.data.get("nova") or {}
    for path, name, key in (
        (("ceph", "conf"), "ceph-nova", "03-ceph-nova.conf"),
        (("compute", "conf"), "cpu-pinning-nova", "25-cpu-pinning-nova.conf"),
        (("pci", "conf"), "sriov-nova", "03-sriov-nova.conf"),
    ):
        text = get(nova, *path)
        if text:
            draft.set(paths.write(("dataplane", "configMaps", f"{name}{suffix}", key)), text)
            yield f"{name}{suffix}"
    if found.data.get("nova-extra-config"):
        draft.set("dataplane.novaConfig", found.data["nova-extra-config"])


def _nova(name: str, maps: Sequence[str], draft: Draft) -> None:
    """Say a service that is nova with settings of its own, or in a cell of its own."""
    cell = _CELL.search(name)
    secrets = [
        {"secret": f"nova-cell{cell[1] if cell else 1}-compute-config"},
        {"secret": "nova-migration-ssh-key"},
    ]
    at = f"dataplane.ownServices.{name}"
    draft.set(f"{at}.type", "nova")
    draft.set(f"{at}.playbook", "osp.edpm.nova")
    draft.set(f"{at}.sources", [*({"configMap": each} for each in maps), *secrets])
    draft.set(f"{at}.certificates.default", _CERTIFICATE)


def _own(name: str, body: Body, draft: Draft) -> None:
    """Say a service as the example has it."""
    spec = dict(body.get("spec") or {})
    spec.pop("label", None)
    at = f"dataplane.ownServices.{name}"
    sources = []
    for each in spec.pop("dataSources", None) or ():
        kind, key = ("configMapRef", "configMap") if "configMapRef" in each else ("secretRef", "secret")
        optional = {"optional": True} if each[kind].get("optional") else {}
        sources.append({key: each[kind]["name"], **optional})
    draft.set(f"{at}.sources", sources)
    for key, place in (
        ("edpmServiceType", "type"),
        ("playbook", "playbook"),
        ("playbookContents", "contents"),
        ("role", "role"),
        ("caCerts", "ca"),
    ):
        if key in spec:
            draft.set(f"{at}.{place}", spec.pop(key))
    draft.set(f"{at}.spec", spec)


def _deployments(given: Sequence[Values], sets: Sequence[NodeSet], draft: Draft) -> None:
    """Say the deployments in their order; a single one with its own name."""
    found: dict[str, tuple[str, Values, list[str]]] = {}
    for each in sorted(given, key=lambda each: (not _is_early(each), _is_late(each))):
        wanted = [one.key for one in sets if one.resource in _sets(each)] or _near(each, sets, len(given))
        roles = {one.role for one in sets if one.key in wanted}
        usual = "edpm-deployment" if "compute" in roles or not roles else f"{min(roles)}-deploy"
        name = str(get(each.data, "deployment", "name") or usual)
        found[name] = (name, each, wanted)
    for name, each, wanted in found.values():
        at = (
            "dataplane.deployment"
            if len(found) == 1
            else f"dataplane.deployments.{name.removeprefix('edpm-deployment-')}"
        )
        draft.set(f"{at}.name", name)
        if each.data.get("servicesOverride"):
            draft.set(f"{at}.services", each.data["servicesOverride"])
        if each.data.get("ansibleExtraVars"):
            draft.set(f"{at}.spec.ansibleExtraVars", each.data["ansibleExtraVars"])
        if len(found) > 1 and 0 < len(wanted) < len(sets):
            draft.set(f"{at}.nodesets", wanted)


def _near(values: Values, sets: Sequence[NodeSet], count: int) -> list[str]:
    """Give the node sets that a deployment without names of any is for: all, unless several have folders of their own."""
    if count == 1 or len(sets) <= 1:
        return [each.key for each in sets]
    return [nodesets.of(values, sets).key]


def _is_early(values: Values) -> bool:
    return "pre" in values.place or "networker" in values.place


def _is_late(values: Values) -> bool:
    return "post" in values.place or "post" in values.name or "provider" in values.place
