"""What a test's pods say of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from openstack_k8s_cli.model.objects import Body, ObjectId, condition, get, id_of
from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.model.verdicts import State, Verdict
from openstack_k8s_cli.readiness.conditions import current

_ENDED = {"Succeeded": State.READY, "Failed": State.FAILED}
LABEL = "instanceName"
"""The test-operator's label of all that is a resource's."""
_STEP = "workflowStep"


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod of a test, which is one of its steps."""

    id: ObjectId
    step: str
    phase: str
    exit_code: int | None
    reason: str
    body: Body = field(repr=False, compare=False)

    @property
    def failed(self) -> bool:
        """Whether its tests did not all pass."""
        return self.phase == "Failed"

    def verdict(self, line: str) -> Verdict:
        """Say how it is, with the last line that it wrote."""
        message = f"exit status {self.exit_code}" if self.failed else line or self.reason
        return Verdict(_ENDED.get(self.phase, State.PROGRESSING), "", message)


def pods(bodies: Iterable[Body], test: str) -> tuple[Pod, ...]:
    """Read a test's pods, in the order of its steps."""
    found = [body for body in bodies if not get(body, "metadata", "deletionTimestamp")]
    found.sort(key=lambda body: (_number(body), body["metadata"]["name"]))
    return tuple(_pod(body, test) for body in found)


def is_over(body: Body, found: Iterable[Pod]) -> bool:
    """Tell whether the test-operator is done: its Ready says nothing of how the tests went."""
    there = tuple(found)
    done = condition(body, "DeploymentReady")
    finished = current(body) and done is not None and done.get("status") == "True"
    return bool(there) and finished and all(each.phase in _ENDED for each in there)


def problems(
    test: str, found: Iterable[Pod], logs: Mapping[ObjectId, str], *, again: str
) -> Iterator[Problem]:
    """Say which steps failed, with the last lines of each."""
    for each in found:
        if each.failed:
            yield Problem(
                "OSK0832",
                f"Step `{each.step}` of {test} failed: exit status {each.exit_code}",
                subject=str(each.id),
                detail="\n".join(logs.get(each.id, "").splitlines()[-LINES:]) or None,
                advice=(
                    Advice("See its results and its whole log in the folder that is named above"),
                    Advice("The same command runs the tests anew", again),
                ),
            )


LINES = 20
"""Lines of a failed pod that are shown."""


def _pod(body: Body, test: str) -> Pod:
    target, status = id_of(body), body.get("status") or {}
    ended = get(status, "containerStatuses", 0, "state", "terminated") or {}
    waiting = get(status, "containerStatuses", 0, "state", "waiting") or {}
    scheduled = condition(body, "PodScheduled") or {}
    held = scheduled.get("message") if scheduled.get("status") == "False" else ""
    return Pod(
        target,
        _named(target.name, test, _number(body)),
        str(status.get("phase") or "Pending"),
        ended.get("exitCode"),
        str(waiting.get("message") or waiting.get("reason") or held or status.get("phase") or "Pending"),
        body,
    )


def _number(body: Body) -> int:
    text = str(get(body, "metadata", "labels", _STEP) or "0")
    return int(text) if text.isdecimal() else 0


def _named(pod: str, test: str, number: int) -> str:
    """Give a step's name: the test-operator writes NAME-sNN-STEP."""
    _, found, step = pod.partition(f"-s{number:02d}-")
    return step if found else test
