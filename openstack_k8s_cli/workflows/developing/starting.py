"""Follows the pods that a swapped image comes up in: what keeps them from starting is told at once, not when patience ends."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from openstack_k8s_cli.apply.companions import Word
from openstack_k8s_cli.apply.messages import Faulted
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, Resource
from openstack_k8s_cli.developing import catalogs
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import AGAIN, Advice, Problem
from openstack_k8s_cli.model.steps import Step

_PODS = Resource("", "v1", "Pod", "pods", True)  # namespaced
NOWHERE = "OSK1451"
"""The code of an image that there is none of: who asked for it takes the change back."""
_UNPULLED = frozenset({"ImagePullBackOff", "InvalidImageName"})
_TROUBLE = _UNPULLED | {"CrashLoopBackOff", "CreateContainerError", "RunContainerError"}
"""Why a container waits that does not go away by itself within moments; the first failure to pull an image may."""


@dataclass(frozen=True, slots=True)
class Starting:
    """A companion of the steps that wait for images."""

    cluster: Cluster
    images: Mapping[ObjectId, str]
    """By what runs them."""
    undo: str
    """The command that goes back."""
    bundle: str = ""
    """What opm makes a catalog of."""
    pause: float = 2.0
    """Seconds between looks."""

    def goes_with(self, step: Step) -> bool:
        return any(gate.target in self.images for gate in step.gates)

    def follow(self, step: Step, tell: Callable[[Word], None], stop: threading.Event) -> None:
        """Look at the pods until one is in trouble, or the step ends; those of an earlier try are made anew first."""
        with suppress(ClusterError):
            self._renew()
        while not stop.wait(self.pause):
            with suppress(ClusterError):
                for pod, image, waiting in self._troubled():
                    problem = self._problem(pod, image, waiting)
                    tell(Faulted(step.id, f"{problem.summary}: {problem.detail}", problem))
                    return

    def _renew(self) -> None:
        """Let what did not start before try again now, and not when its next turn comes: the image may be there since."""
        for pod, _, _ in tuple(self._troubled()):
            meta = pod["metadata"]
            self.cluster.delete(_PODS, meta["namespace"], meta["name"], uid=meta["uid"])

    def _troubled(self) -> Iterator[tuple[Body, str, Mapping[str, str]]]:
        for namespace in {target.namespace for target in self.images}:
            for pod in self.cluster.list(_PODS, namespace).items:
                for image, status in _containers(pod):
                    waiting = get(status, "state", "waiting") or {}
                    if waiting.get("reason") in _TROUBLE and image in self.images.values():
                        yield pod, image, {**waiting, "message": _words(status, waiting)}

    def _problem(self, pod: Body, image: str, waiting: Mapping[str, str]) -> Problem:
        meta, reason = pod["metadata"], str(waiting.get("reason"))
        subject = f"Pod {meta['namespace']}/{meta['name']}"
        if image == catalogs.OPM and reason not in _UNPULLED:  # it pulls the bundle itself
            mend = Advice(
                "Correct its name, push it, or let the cluster reach its registry, then once more", AGAIN
            )
            summary = f"No catalog can be made of {self.bundle}: {reason}"
            return Problem(NOWHERE, summary, subject, waiting.get("message"), (mend,))
        if reason in _UNPULLED:
            mend = Advice("Correct its name, push it, or let the cluster pull it, then once more", AGAIN)
            summary = f"{image} cannot be had: {reason}"
            return Problem(NOWHERE, summary, subject, waiting.get("message"), (mend,))
        logs = f"kubectl logs -n {meta['namespace']} {meta['name']} --previous"
        advice = (
            Advice("Go back; what ran before still runs, unless it had to give way", self.undo),
            Advice("or give another image: the same command replaces this one"),
            *((Advice("See why it ends", logs),) if reason == "CrashLoopBackOff" else ()),
        )
        return Problem(
            "OSK1408", f"{image} does not start: {reason}", subject, waiting.get("message"), advice
        )


def _containers(pod: Body) -> Iterator[tuple[str, Body]]:
    """Give each container's image, as the pod names it, with the container's status."""
    for containers, statuses in (
        ("initContainers", "initContainerStatuses"),
        ("containers", "containerStatuses"),
    ):
        images = {each.get("name"): str(each.get("image")) for each in get(pod, "spec", containers) or ()}
        for status in get(pod, "status", statuses) or ():
            yield images.get(status.get("name"), ""), status


def _words(status: Body, waiting: Mapping[str, str]) -> str:
    """Give why a container waits, and what it said last where it is let say that."""
    last = get(status, "lastState", "terminated", "message")
    return "\n".join(str(each).strip() for each in (waiting.get("message"), last) if each)
