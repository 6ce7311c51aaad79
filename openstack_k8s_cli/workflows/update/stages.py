"""The stages of an update, in their order: what the cloud is now → the steps of each. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from openstack_k8s_cli.model.objects import get, id_of
from openstack_k8s_cli.model.steps import Action, Gate, Layer, Patch, Step, Timeout
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.workflows.judging import Rule
from openstack_k8s_cli.workflows.update import hosts, images, rules
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.update.live import Live

OPERATOR = "operators/openstack-operator/operator"
INITIALIZE = frozenset(
    {"operators/openstack-operator/initialize", "operators/openstack-operator/initialize-used"}
)
SKIP_CHECK = "core.openstack.org/skip-custom-images-validation"
"""The annotation with which the operator lets a version change while custom images stay."""

_CONDITIONS = dict(
    zip(
        (
            "ovn-controlplane",
            "ovn-dataplane",
            "rabbitmq",
            "mariadb",
            "memcached",
            "keystone",
            "controlplane",
            "dataplane",
        ),
        rules.STEPS,
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What every stage is worked out from."""

    live: Live
    asked: Asked
    full: Plan
    """All that the profile asks for."""
    target: str = ""
    """The version to come to; empty before the operator offers it."""
    scale: float = 1.0
    """Of all patience."""
    lost: frozenset[str] = frozenset()
    """Deployments that ended well without some of their hosts: they run again, whatever the version says."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a stage does now."""

    steps: tuple[Step, ...]
    rules: Mapping[str, Rule] = field(default_factory=dict)


def _catalog(setting: Setting) -> Work:
    """Bring catalog and Subscription to what the profile says; an operator of others is looked at."""
    own = next((step for step in setting.full.steps if step.id == OPERATOR), None)
    subscription = setting.live.subscription
    gates = (Gate(id_of(subscription)),) if subscription else ()
    if own is None:
        step = _step(setting, "catalog", gates=gates)
    else:
        step = replace(own, gates=(), after=frozenset())
    again = _pulled(setting, step) if own is not None else ()
    return Work((step, *again), {"Subscription": rules.subscription})


def _pulled(setting: Setting, catalog: Step) -> tuple[Step, ...]:
    """Have OLM pull the catalog anew: behind a tag there may be another image than the one that its pod runs."""
    live = setting.live
    sources = [each for each in catalog.manifests if each.id.kind == "CatalogSource"]
    tagged = [
        each for each in sources if not images.is_fixed(str(get(each.body, "spec", "image") or "@sha256:"))
    ]
    under_way = live.target != live.deployed or live.upgrades or live.pending_plan is not None
    if not tagged or not live.catalog_pods or under_way:
        return ()
    step = replace(
        _step(setting, "pull", gates=tuple(Gate(each.id) for each in tagged)),
        action=Action.DELETE,
        after=frozenset({catalog.id}),
        deletes=tuple(id_of(each) for each in live.catalog_pods),
    )
    return (step,)


def _approve(setting: Setting) -> Work:
    plan, subscription = setting.live.pending_plan, setting.live.subscription
    if subscription is None:
        return Work((_step(setting, "approve"),))
    if plan is None:
        step = _step(setting, "approve", gates=(Gate(id_of(subscription)),))
        return Work((step,), {"Subscription": rules.subscription})
    patch = Patch(plan, {"spec": {"approved": True}})
    step = _step(setting, "approve", gates=(Gate(plan), Gate(id_of(subscription))), patches=(patch,))
    return Work((step,), {"Subscription": rules.subscription})


def _operator(setting: Setting) -> Work:
    """Wait for the new operator: its version installed, OpenStack Ready, webhooks back, its release on offer."""
    live = setting.live
    gates = [Gate(id_of(live.version))]
    if live.service_version is not None:
        gates.append(Gate(id_of(live.service_version)))
    for step in setting.full.steps:
        if step.id in INITIALIZE:
            gates += [*(Gate(manifest.id) for manifest in step.manifests), *step.gates]
    own = {"OpenStack": rules.openstack(live.release), "OpenStackVersion": rules.offers(live.release)}
    return Work((_step(setting, "operator", gates=tuple(gates)),), own)


def _version(setting: Setting) -> Work:
    body: dict[str, object] = {"spec": {"targetVersion": setting.target}}
    if setting.live.renews:
        images = _instead(setting.live.custom, setting.live.wanted)
        body["spec"] = {"targetVersion": setting.target, "customContainerImages": images}
    elif setting.live.custom and setting.live.target != setting.target:
        body["metadata"] = {"annotations": {SKIP_CHECK: "true"}}
    patch = Patch(id_of(setting.live.version), body)
    return Work((_step(setting, "version", patches=(patch,)),))


def _instead(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Give the merge patch that puts one mapping in the place of another."""
    below = {
        key: _instead(before[key], value)
        for key, value in after.items()
        if isinstance(value, Mapping) and isinstance(before.get(key), Mapping)
    }
    return {**dict.fromkeys(before.keys() - after.keys()), **after, **below}


def _condition(name: str) -> Callable[[Setting], Work]:
    def work(setting: Setting) -> Work:
        return Work((_step(setting, name, gates=_gate(setting)),), _until(name, setting))

    return work


def _ovn_hosts(setting: Setting) -> Work:
    return _deploying("ovn-dataplane", setting, hosts.ovn(setting.live, setting.target))


def _hosts(setting: Setting) -> Work:
    service = "update-services" if setting.asked.split else "update"
    made = hosts.update(setting.live, setting.target, service, setting.asked)
    return _deploying("dataplane", setting, made)


def _deploying(name: str, setting: Setting, made: tuple[hosts.Deployment, ...]) -> Work:
    """Make deployments, unless the step is over for all hosts."""
    if rules.is_true(setting.live.version, _CONDITIONS[name], setting.target):
        made = tuple(each for each in made if each.name in setting.lost)
    work = _running(name, setting, made, gates=_gate(setting))
    return replace(work, rules=_until(name, setting))


def _running(
    name: str,
    setting: Setting,
    made: tuple[hosts.Deployment, ...],
    *,
    gates: tuple[Gate, ...] = (),
    in_turn: bool = False,
) -> Work:
    steps = hosts.steps(made, name, _timeout(setting), in_turn=in_turn)
    last = replace(_step(setting, name, gates=gates), after=frozenset(step.id for step in steps))
    return Work((*steps, last))


def again(work: Work, setting: Setting) -> Work:
    """Take the deployments away that a stage is to make once more."""
    gone = tuple(each.id for step in work.steps for each in step.manifests if each.id.name in setting.lost)
    step = replace(
        _step(setting, "dataplane"), id="dataplane/update/again", action=Action.DELETE, deletes=gone
    )
    return Work((step,) if gone else ())


def _deployed(setting: Setting) -> Work:
    rule = {"OpenStackVersion": rules.is_deployed(setting.target)}
    return Work((_step(setting, "deployed", gates=_gate(setting)),), rule)


def _system(setting: Setting) -> Work:
    made = hosts.update(setting.live, setting.target, "update-system", setting.asked)
    return _running("system", setting, made)


def _reboot(setting: Setting) -> Work:
    return _running("reboot", setting, hosts.reboot(setting.live, setting.target), in_turn=True)


STAGES: Mapping[str, Callable[[Setting], Work]] = MappingProxyType(
    {
        "catalog": _catalog,
        "approve": _approve,
        "operator": _operator,
        "version": _version,
        "ovn-controlplane": _condition("ovn-controlplane"),
        "ovn-dataplane": _ovn_hosts,
        **{
            name: _condition(name)
            for name in ("rabbitmq", "mariadb", "memcached", "keystone", "controlplane")
        },
        "dataplane": _hosts,
        "deployed": _deployed,
        "system": _system,
        "reboot": _reboot,
    }
)
"""Every stage by the name that `--pause-after` takes."""

_OPERATORS = ("catalog", "pull", "approve", "operator")
_HOSTS = ("ovn-dataplane", "dataplane", "system", "reboot")


def layer_of(name: str) -> Layer:
    """Tell whose stage it is."""
    if name in _OPERATORS:
        return Layer.OPERATORS
    return Layer.DATAPLANE if name in _HOSTS else Layer.CONTROLPLANE


def chosen(asked: Asked, *, upgrades: bool) -> tuple[str, ...]:
    """Name the stages of an update; `upgrades`: the operator may have to come first."""
    left_out = set() if upgrades else set(_OPERATORS)
    left_out |= set() if asked.split else {"system"}
    left_out |= set() if asked.reboot else {"reboot"}
    order = list(STAGES)
    end = order.index(asked.pause_after) if asked.pause_after else len(order)
    return tuple(name for name in order[: end + 1] if name not in left_out)


def announced(names: Iterable[str], full: Plan) -> tuple[Step, ...]:
    """Give the stages as steps, each after the one before, as they are told of before the first."""
    steps: list[Step] = []
    for name in names:
        layer = layer_of(name)
        component, step_id = f"{layer.value}/update", f"{layer.value}/update/{name}"
        own = next((step for step in full.steps if step.id == OPERATOR and name == "catalog"), None)
        after = frozenset({steps[-1].id} if steps else ())
        if own is not None:
            component, step_id = own.component, own.id
        steps.append(Step(step_id, layer, component, Action.AWAIT, after=after))
    return tuple(steps)


def _step(
    setting: Setting, name: str, *, gates: tuple[Gate, ...] = (), patches: tuple[Patch, ...] = ()
) -> Step:
    layer = layer_of(name)
    component = f"{layer.value}/update"
    return Step(
        f"{component}/{name}",
        layer,
        component,
        Action.PATCH if patches else Action.AWAIT,
        gates=gates,
        patches=patches,
        timeout=_timeout(setting),
    )


def _timeout(setting: Setting) -> Timeout:
    return Timeout(stall=1800.0 * setting.scale, total=4 * 3600.0 * setting.scale)


def _gate(setting: Setting) -> tuple[Gate, ...]:
    return (Gate(id_of(setting.live.version)),)


def _until(name: str, setting: Setting) -> Mapping[str, Rule]:
    return {"OpenStackVersion": rules.reached(_CONDITIONS[name], setting.target)}
