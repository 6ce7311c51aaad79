"""Readiness as one story has it: some kinds by rules of its own, all others as ever."""

from collections.abc import Callable, Collection, Mapping

from openstack_k8s_cli import readiness
from openstack_k8s_cli.apply.options import Judge
from openstack_k8s_cli.model.objects import Body, ObjectId, conditions, get, id_of
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness.conditions import by_condition, current

Rule = Callable[[Body], Verdict]
_PLANE = "OpenStackControlPlane"


def judging(rules: Mapping[str, Rule]) -> Judge:
    """Judge these kinds by their rules here, and all others as ever."""

    def judge(target: ObjectId, body: Body | None) -> Verdict:
        rule = rules.get(target.kind)
        if rule is None or body is None or get(body, "metadata", "deletionTimestamp"):
            return readiness.judge(target, body)
        return rule(body)

    return judge


def brought(wanted: Collection[str | None]) -> Judge:
    """Judge a control plane by the conditions that are about single services; None: by all of them."""
    names = [each for each in wanted if each is not None]
    if len(names) < len(wanted) or not names:
        return readiness.judge
    return judging({_PLANE: lambda body: _of_services(body, names)})


def noticed() -> Judge:
    """Judge a control plane by whether its operator has seen the change."""

    def rule(body: Body) -> Verdict:
        if current(body):
            return Verdict(State.READY, message="its operator has seen the change")
        return Verdict(State.WAITING, message="its operator has not seen the change yet", observed=False)

    return judging({_PLANE: rule})


def _of_services(body: Body, names: Collection[str]) -> Verdict:
    about = [each for each in conditions(body) if _is_about(str(each.get("type")), names)]
    seen: Body = {**body, "status": {**(body.get("status") or {}), "conditions": about}}
    listed = [*names, *(str(each["type"]) for each in about if each["type"] not in names)]
    verdicts = [by_condition(seen, each, needs_generation=True) for each in listed]
    worst = next((each for each in verdicts if each.state is not State.READY), None)
    return worst or Verdict(State.READY, message=f"{', '.join(names)}", observed=True, done=len(listed))


def _is_about(kind: str, names: Collection[str]) -> bool:
    """Tell of a condition, such as that of an endpoint's route, whether it is about one of the services."""
    return any(kind in {name, name.replace(_PLANE, f"{_PLANE}Expose", 1)} for name in names)


def as_ever(body: Body) -> Verdict:
    """Judge as ever."""
    return readiness.judge(id_of(body), body)
