"""Follows owner references from a stuck object down to the deepest child that is not Ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openstack_k8s_cli.model.objects import Body, ObjectId, get, group_of
from openstack_k8s_cli.model.verdicts import State, Verdict

Judge = Callable[[ObjectId, Body | None], Verdict]
"""A readiness rule for any object."""

_GRAVITY = (State.FAILED, State.FAILING, State.TERMINATING, State.WAITING, State.PROGRESSING, State.ABSENT)


@dataclass(frozen=True, slots=True)
class Cause:
    """The deepest object that is not Ready, and what it says."""

    object: ObjectId
    verdict: Verdict
    path: tuple[ObjectId, ...]
    """From the stuck object to this one, both included."""

    def __str__(self) -> str:
        said = self.verdict.message or self.verdict.reason or self.verdict.state.value
        return f"{self.object}: {said}"


def deepest(root: ObjectId, bodies: Mapping[ObjectId, Body], *, judge: Judge) -> Cause | None:
    """Find the deepest not-Ready object under root; None when everything known under it is Ready.

    bodies holds root and whatever surrounds it; children are found by controller owner references (kind and name).
    """
    children = _by_owner(bodies)
    here, seen = root, {root}
    path: tuple[ObjectId, ...] = (root,)
    verdict = judge(root, bodies.get(root))
    while True:
        stuck = [
            (child, judged)
            for child in children.get((here.group, here.kind, here.name), ())
            if child not in seen and (judged := judge(child, bodies[child])).state is not State.READY
        ]
        if not stuck:
            break
        here, verdict = min(stuck, key=lambda each: (_GRAVITY.index(each[1].state), str(each[0])))
        path, seen = (*path, here), seen | {here}
    return None if verdict.state is State.READY else Cause(here, verdict, path)


def _by_owner(bodies: Mapping[ObjectId, Body]) -> dict[tuple[str, str, str], list[ObjectId]]:
    owned: dict[tuple[str, str, str], list[ObjectId]] = {}
    for each, body in bodies.items():
        for reference in get(body, "metadata", "ownerReferences") or ():
            owner = (group_of(reference["apiVersion"]), reference["kind"], reference["name"])
            owned.setdefault(owner, []).append(each)
    return owned
