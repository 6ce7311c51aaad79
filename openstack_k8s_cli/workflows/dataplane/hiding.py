"""What no line of Ansible's may show: values of Secrets that it is given or that come to its hosts, and of variables.

Who may not read a Secret is not shown its values either, so one that cannot be read is passed over.
"""

import base64
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any

from openstack_k8s_cli.apply import lookups
from openstack_k8s_cli.apply.changes import MANAGER
from openstack_k8s_cli.apply.hooks import Outputs
from openstack_k8s_cli.apply.labels import MANAGED_BY
from openstack_k8s_cli.apply.ports import ClusterError
from openstack_k8s_cli.dataplane import kinds
from openstack_k8s_cli.dataplane.masking import leaves, named, parts
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.world import World

_SHORTEST = 8
"""Characters below which a value may be a word of any log."""
_PUBLIC = ("publickey", "public_key", "authorized_keys", "user", "username", "tls.crt", "ca.crt")
_REFERENCES = {
    "secretRef": ("name",),
    "secret": ("secretName", "name"),
    "passwordSecret": ("name",),
}
"""Where node sets and services name a Secret; a volume of several sources does it by another key."""
_KEY = "ansibleSSHPrivateKeySecret"


def hidden(world: World, plan: Plan) -> frozenset[str]:
    """Give the values: of the plan's Secrets and those that its hosts read, of hooks, and of Ansible's variables."""
    deployments = (*_of(plan, kinds.DEPLOYMENT), *_going(world, plan))
    variables = chain.from_iterable(leaves(get(each, "spec", "ansibleExtraVars")) for each in deployments)
    said = (text for each in _of(plan, kinds.NODESET) for some in _ansible(each) for text in named(some))
    secrets = (*_of_secrets(world, plan, deployments), *_of_hooks(world, plan))
    return frozenset((*variables, *said, *secrets))


def _of(plan: Plan, kind: str) -> tuple[Body, ...]:
    return tuple(each.body for each in plan.manifests if each.id.kind == kind)


def _going(world: World, plan: Plan) -> Iterator[Body]:
    """Read the deployments that a plan deletes: their pods have the last word."""
    for target in plan.uids:
        if target.kind == kinds.DEPLOYMENT:
            yield from _read(world, target)


def _read(world: World, target: ObjectId) -> Iterator[Body]:
    with suppress(ClusterError):
        found = lookups.find(world.cluster, target)
        yield from (found,) if found else ()


def _of_secrets(world: World, plan: Plan, deployments: Iterable[Body]) -> Iterator[str]:
    kept = {each.id for step in plan.steps if step.hook for each in step.manifests}
    own = frozenset(each.id for each in plan.manifests if each.id.kind == "Secret") - kept
    for body in _read_all(world, own):
        yield from _values(body, lambda text: (text,))
    sources = (*_of(plan, kinds.NODESET), *_services(world, plan, deployments))
    for name in sorted({name for each in sources for name in _references(_looked_at(each))}):
        target = ObjectId("", "Secret", world.namespace, name)
        for body in _read(world, target) if target not in own else ():
            yield from _values(body, parts)


def _read_all(world: World, targets: Collection[ObjectId]) -> Iterator[Body]:
    """Read osk's own in one request a namespace, for machines have one each; those of others one by one."""
    found: set[ObjectId] = set()
    for namespace in sorted({each.namespace for each in targets}):
        with suppress(ClusterError):
            ours = _ours(world, namespace)
            found |= ours.keys()
            yield from (body for target, body in ours.items() if target in targets)
    for each in sorted(set(targets) - found):
        yield from _read(world, each)


def _ours(world: World, namespace: str) -> dict[ObjectId, Body]:
    resource = world.cluster.resource("", "Secret")
    labels = f"{MANAGED_BY}={MANAGER}"
    listed = world.cluster.list(resource, namespace, labels=labels).items if resource else ()
    return {ObjectId("", "Secret", namespace, str(each["metadata"]["name"])): each for each in listed}


def _services(world: World, plan: Plan, deployments: Iterable[Body]) -> tuple[Body, ...]:
    """Give the services that run: the plan's own, and those of the operators as the cluster has them."""
    own = _of(plan, kinds.SERVICE)
    asked = {str(name) for each in _of(plan, kinds.NODESET) for name in get(each, "spec", "services") or ()}
    asked |= {str(name) for each in deployments for name in get(each, "spec", "servicesOverride") or ()}
    with suppress(ClusterError):
        listed = lookups.listed(world.cluster, kinds.GROUP, kinds.SERVICE, world.namespace)
        return (*own, *(each for each in listed if each["metadata"]["name"] in asked))
    return own


def _ansible(nodeset: Body) -> Iterator[Any]:
    """Give what Ansible is told of a node set and of its hosts."""
    spec = nodeset["spec"]
    for each in (spec.get("nodeTemplate") or {}, *(spec.get("nodes") or {}).values()):
        yield get(each, "ansible", "ansibleVars")


def _looked_at(body: Body) -> Any:
    """Leave out of a node set what each of its hosts has beside variables: there may be thousands."""
    spec = body["spec"]
    nodes = (each.get("ansible") for each in (spec.get("nodes") or {}).values())
    return [{key: value for key, value in spec.items() if key != "nodes"}, *nodes]


def _references(value: Any) -> Iterator[str]:
    """Name the Secrets that a part of an object names."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            inner = _REFERENCES.get(key, ())
            names = [each[name] for name in inner if each.get(name)] if isinstance(each, Mapping) else []
            if key == _KEY:
                yield str(each)
            elif names:
                yield str(names[0])
            else:
                yield from _references(each)
    elif isinstance(value, (list, tuple)):
        yield from chain.from_iterable(map(_references, value))


def _values(body: Body, told: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """Give a Secret's values, each as `told` has it, but for what is public; of a file of settings only what is secret."""
    for key, value in (get(body, "data") or {}).items():
        text = base64.b64decode(value).decode(errors="replace").strip()
        if len(text) >= _SHORTEST and not key.lower().endswith(_PUBLIC):
            yield from parts(text) if key.endswith(".conf") else told(text)


def _of_hooks(world: World, plan: Plan) -> Iterator[str]:
    """Give the secret outputs of hooks that a plan runs or uses, as far as they ran."""
    kept = Outputs(world.cluster, plan.profile)
    names = {name for step in plan.steps for name in (*step.uses, *([step.hook.name] if step.hook else ()))}
    for name in sorted(names):
        with suppress(ClusterError):
            yield from kept.hidden(name)
