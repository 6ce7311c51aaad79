"""Follows the pods that a checkout is mounted into: what their nodes cannot mount is told at once, not when patience ends."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from openstack_k8s_cli.apply.companions import Word
from openstack_k8s_cli.apply.messages import Faulted
from openstack_k8s_cli.apply.ports import Cluster, ClusterError, Resource
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, Problem
from openstack_k8s_cli.model.steps import Step

_PODS = Resource("", "v1", "Pod", "pods", namespaced=True)
_EVENTS = Resource("", "v1", "Event", "events", namespaced=True)
_TIMES = 2
"""Failures in a row that are no chance."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A companion of the step that brings the control plane."""

    cluster: Cluster
    namespace: str
    claim: str
    """And the volume of the same name."""
    undo: str
    """The command that goes back."""
    pause: float = 2.0
    """Seconds between looks."""

    def goes_with(self, step: Step) -> bool:
        return any(each.id.kind == "OpenStackControlPlane" for each in step.manifests)

    def follow(self, step: Step, tell: Callable[[Word], None], stop: threading.Event) -> None:
        """Look at the pods until a node fails to mount for one of them, or the step ends."""
        while not stop.wait(self.pause):
            with suppress(ClusterError):
                for pod, message in self._failed():
                    problem = self._problem(pod, message)
                    tell(Faulted(step.id, f"{problem.summary}: {problem.detail}", problem))
                    return

    def _failed(self) -> Iterator[tuple[str, str]]:
        waiting = {
            str(pod["metadata"]["uid"]): str(pod["metadata"]["name"])
            for pod in self.cluster.list(_PODS, self.namespace).items
            if get(pod, "status", "phase") == "Pending" and self.claim in _claims(pod)
        }
        for event in self.cluster.list(_EVENTS, self.namespace).items if waiting else ():
            pod = waiting.get(str(get(event, "involvedObject", "uid")))
            message = str(event.get("message") or "")
            often = (event.get("count") or get(event, "series", "count") or 1) >= _TIMES
            if pod and often and event.get("reason") == "FailedMount" and self.claim in message:
                yield pod, message

    def _problem(self, pod: str, message: str) -> Problem:
        return Problem(
            "OSK1428",
            "A node cannot mount the folder",
            f"Pod {self.namespace}/{pod}",
            message,
            (
                Advice("Go back; nothing else is changed by it", self.undo),
                Advice("or let the node reach it: the export's clients, the firewall, the folder itself"),
            ),
        )


def _claims(pod: Body) -> set[str]:
    volumes = get(pod, "spec", "volumes") or ()
    return {str(get(each, "persistentVolumeClaim", "claimName")) for each in volumes}
