"""A playbook by hand: what the operator's pods run on a node set, run from this machine with the operator's inventory."""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.dataplane import kinds, limits, playing
from openstack_k8s_cli.dataplane.playing import Ansible, Asked
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.dataplane import checking, keys, naming
from openstack_k8s_cli.workflows.world import World

_KEYS = re.compile(r'"/runner/env/ssh_key/[^"]+"')
"""Where the operator's pods have the key."""
_IN_COLLECTION = re.compile(r"([a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*)\.[a-z_][a-z0-9_]*")
_INSTALL = "ansible-galaxy collection install git+https://github.com/openstack-k8s-operators/edpm-ansible"
_ANSIBLES = frozenset("!&~:[@")
"""What makes a limit one that is for Ansible itself."""
_COLOUR = frozenset({"ANSIBLE_FORCE_COLOR", "ANSIBLE_NOCOLOR"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    nodesets: tuple[str, ...]
    """By their names in the profile or in the cluster."""
    playbook: str = ""
    service: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """Fields of dataplane.playing.Asked."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be run."""

    asked: Asked = field(repr=False)
    warnings: tuple[str, ...] = ()


def prepare(world: World, wanted: Wanted, ansible: Ansible) -> Prepared:
    """Put inventory, key and playbook together; raises OskError."""
    checking.refuse_rehearsed(world.loaded.values)
    ansible.check("A playbook by hand")
    return refusals.reading(lambda: _prepared(world, wanted, ansible))


def _prepared(world: World, wanted: Wanted, ansible: Ansible) -> Prepared:
    names = tuple(dict.fromkeys(each for name in wanted.nodesets for each in _resources(world, name)))
    bodies = [_nodeset(world, name) for name in names]
    service = _service(world, wanted.service) if wanted.service else None
    playbook = _playbook(service, wanted)
    _check_collection(playbook, ansible)
    everywhere = bool(service and get(service, "spec", "deployOnAllNodeSets"))
    said = {**_vars(service, names, everywhere=everywhere), **(wanted.asked.get("vars") or {})}
    inventory = _inventory(world, names)
    limit = _limit(str(wanted.asked.get("limit") or ""), inventory, world.loaded.values)
    asked = Asked(
        playbook,
        inventory,
        keys.needed(world.cluster, world.namespace, _key_of(bodies)),
        settings=_settings(world.cluster, world.namespace, bodies),
    )
    warnings = _warnings(service, everywhere=everywhere, limit=limit)
    return Prepared(replace(asked, **{**wanted.asked, "vars": said, "limit": limit}), warnings)


def _limit(text: str, inventory: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Take hosts by their full names, too, node sets by those of the profile, and patterns; what only Ansible reads stays."""
    words = [each.strip() for each in text.split(",") if each.strip()]
    if any(_ANSIBLES & set(each) for each in words):
        return text
    hosts = {
        str(name): (group, {str((own or {}).get("canonical_hostname") or name)})
        for group, each in inventory.items()
        for name, own in (each.get("hosts") or {}).items()
    }
    return limits.joined(naming.Names(hosts, naming.nodesets(values)).meant(words))


def _resources(world: World, name: str) -> tuple[str, ...]:
    """Find the node sets that a name means; one that only the cluster knows goes by its own."""
    values = world.loaded.values
    found = naming.resources(values, name)
    if not found and _read(world.cluster, kinds.GROUP, kinds.NODESET, world.namespace, name) is None:
        known = {each for key, names in naming.nodesets(values).items() for each in (key, *names)}
        raise OskError(naming.unknown(name, known), exit_code=ExitCode.USAGE)
    return found or (name,)


def _nodeset(world: World, name: str) -> Body:
    body = _read(world.cluster, kinds.GROUP, kinds.NODESET, world.namespace, name)
    if body is None:
        raise absent(f"OpenStackDataPlaneNodeSet {world.namespace}/{name}")
    return body


def _inventory(world: World, names: Iterable[str]) -> dict[str, Any]:
    """Read the operator's inventories, with the mark of the key in the place of the pods' file."""
    found: dict[str, Any] = {}
    for name in names:
        secret = f"dataplanenodeset-{name}"
        body = _read(world.cluster, "", "Secret", world.namespace, secret)
        encoded = get(body or {}, "data", "inventory")
        if not encoded:
            raise absent(f"Secret {world.namespace}/{secret}")
        parsed = YAML(typ="safe", pure=True).load(b64decode(encoded).decode())
        found |= json.loads(_KEYS.sub(json.dumps(playing.KEY), json.dumps(parsed, default=str)))
    return found


def absent(what: str) -> OskError:
    """Say that the cluster has not got so far."""
    advice = (
        Advice(
            "Deploy the node sets; the operator writes their inventories when they are set up",
            "osk deploy dataplane/nodesets",
        ),
        Advice("See how far they are", "osk status dataplane"),
    )
    return OskError(
        Problem("OSK1124", f"{what} is not there", what, None, advice), exit_code=ExitCode.REFUSED
    )


def _service(world: World, name: str) -> Body:
    body = _read(world.cluster, kinds.GROUP, kinds.SERVICE, world.namespace, name)
    if body is not None:
        return body
    items = lookups.listed(world.cluster, kinds.GROUP, kinds.SERVICE, world.namespace)
    known = ", ".join(sorted(each["metadata"]["name"] for each in items))
    text = (
        f"Name one of {known}"
        if known
        else "Deploy a node set; the operator brings the services with the first"
    )
    problem = Problem(
        "OSK1126",
        f"There is no service `{name}`",
        f"OpenStackDataPlaneService {world.namespace}/{name}",
        None,
        (Advice(text),),
    )
    raise OskError(problem, exit_code=ExitCode.USAGE)


def _playbook(service: Body | None, wanted: Wanted) -> str:
    """Give a service's playbook as it has it: text, name or role; or the one that is named."""
    if service is None:
        file = Path(wanted.playbook)
        return str(file.absolute()) if file.is_file() else wanted.playbook
    spec = service["spec"]
    if spec.get("playbookContents"):
        return f"{spec['playbookContents'].rstrip()}\n"
    if spec.get("playbook"):
        return str(spec["playbook"])
    return f"- hosts: \"{{{{ edpm_override_hosts | default('all') }}}}\"\n  roles:\n  - {spec.get('role')}\n"


def _check_collection(playbook: str, ansible: Ansible) -> None:
    found = None if "\n" in playbook or Path(playbook).is_file() else _IN_COLLECTION.fullmatch(playbook)
    if found and not ansible.has(found.group(1)):
        advice = Advice(
            "Install it",
            _INSTALL
            if found.group(1) == "osp.edpm"
            else f"ansible-galaxy collection install {found.group(1)}",
        )
        problem = Problem(
            "OSK1125",
            f"The playbook {playbook} is in the collection {found.group(1)}, which is not installed",
            playbook,
            None,
            (advice,),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    if not found and "\n" not in playbook and not Path(playbook).is_file():
        advice = Advice("Name a file, or a playbook of a collection such as osp.edpm.bootstrap")
        problem = Problem("OSK1125", f"There is no playbook {playbook}", playbook, None, (advice,))
        raise OskError(problem, exit_code=ExitCode.USAGE)


def _vars(service: Body | None, names: Sequence[str], *, everywhere: bool) -> dict[str, Any]:
    """Give the variables that the operator's pods get."""
    hosts = "all" if everywhere or len(names) > 1 else names[0]
    if service is None:
        return {"edpm_override_hosts": hosts}
    kind = get(service, "spec", "edpmServiceType") or service["metadata"]["name"]
    return {"edpm_override_hosts": hosts, "edpm_service_type": kind}


def _settings(cluster: Cluster, namespace: str, bodies: Iterable[Body]) -> dict[str, str]:
    """Give Ansible's own settings as the pods have them; how it uses ssh is this machine's matter."""
    shared = _read(cluster, "", "ConfigMap", namespace, "openstack-aee-default-env") or {}
    found = dict(get(shared, "data") or {})
    for body in bodies:
        found |= {each["name"]: each.get("value", "") for each in get(body, "spec", "env") or ()}
    left_out = _COLOUR | playing.SETTINGS.keys()
    return {
        name: str(value)
        for name, value in found.items()
        if name.startswith("ANSIBLE_") and name not in left_out
    }


def _key_of(bodies: Sequence[Body]) -> str:
    found = {str(get(each, "spec", "nodeTemplate", "ansibleSSHPrivateKeySecret")) for each in bodies}
    if len(found) > 1:
        advice = Advice("Name node sets with the same key")
        problem = Problem(
            "OSK1124", f"These node sets have several keys: {', '.join(sorted(found))}", None, None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)
    return found.pop()


def _warnings(service: Body | None, *, everywhere: bool, limit: str) -> tuple[str, ...]:
    """Say what is not as in the operator's pods."""
    spec = (service or {}).get("spec") or {}
    mounted = [name for name in ("dataSources", "tlsCerts", "addCertMounts") if spec.get(name)]
    found = []
    if mounted:
        found.append(
            f"the service reads what its pods have mounted under /var/lib/openstack ({', '.join(mounted)});"
            " tasks that copy it fail here unless it is there"
        )
    if everywhere:
        what = "the hosts of these node sets" if not limit else f"`{limit}`"
        found.append(f"the service is for all hosts together; here it knows only {what}")
    return tuple(found)


def _read(cluster: Cluster, group: str, kind: str, namespace: str, name: str) -> Body | None:
    return lookups.find(cluster, ObjectId(group, kind, namespace, name))
