"""Pods of a swapped image that do not start."""

import threading
from typing import Any

import pytest

from openstack_k8s_cli.apply.companions import Word
from openstack_k8s_cli.apply.messages import Faulted
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.developing import catalogs, operators
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import AGAIN
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows.developing import expecting
from openstack_k8s_cli.workflows.developing.starting import NOWHERE, Starting
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import FIX
from tests.unit.workflows import worlds

BUNDLE = "quay.io/me/bundle:fix"
NOVA = operators.deployment("nova", "ops")
(STEP,) = expecting.step([NOVA], Layer.OPERATORS, [])


def pod(name: str, reason: str, image: str = FIX) -> Body:
    """Make a pod whose container waits."""
    status: Any = {"name": "manager", "state": {"waiting": {"reason": reason, "message": "not today"}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "ops"},
        "spec": {"containers": [{"name": "manager", "image": image}]},
        "status": {"containerStatuses": [status]},
    }


def cluster(*pods: Body) -> FakeCluster:
    """Make a cluster with these pods."""
    made = FakeCluster()
    worlds.namespace(made, "ops")
    for each in pods:
        made.put(each)
    return made


def followed(made: FakeCluster, *then: Body, looks: int = 3, image: str = FIX) -> list[Word]:
    """Follow the step for so many looks; these pods come after it has begun."""

    class Counted(threading.Event):
        left = looks

        def wait(self, timeout: float | None = None) -> bool:
            assert timeout == 2.0
            self.left -= 1
            if self.left == looks - 1:
                for each in then:
                    made.put(each)
            return self.left < 0

    told: list[Word] = []
    Starting(made, {NOVA: image}, "osk dev reset nova", BUNDLE).follow(STEP, told.append, Counted())
    return told


@pytest.mark.parametrize("reason", ["ImagePullBackOff", "InvalidImageName"])
def test_an_image_that_there_is_none_of_is_told(reason: str) -> None:
    """The pod, why, what it says, and the same command again: what was there before is put back."""
    (word,) = followed(cluster(), pod("new", reason))

    assert isinstance(word, Faulted)
    assert (NOWHERE, "Pod ops/new", "not today") == (
        word.problem.code,
        word.problem.subject,
        word.problem.detail,
    )
    assert f"{FIX} cannot be had: {reason}" == word.problem.summary
    assert [AGAIN] == [each.command for each in word.problem.advice]


def test_a_program_that_ends_is_told_with_the_way_back() -> None:
    """And with where to look."""
    (word,) = followed(cluster(), pod("new", "CrashLoopBackOff"))

    assert isinstance(word, Faulted)
    assert ("OSK1408", f"{FIX} does not start: CrashLoopBackOff") == (word.problem.code, word.problem.summary)
    back, _, logs = word.problem.advice
    assert "osk dev reset nova" == back.command
    assert "kubectl logs" in str(logs.command)


def test_what_ends_before_a_pod_begins_is_told_with_its_last_words() -> None:
    """Such as a bundle that cannot be pulled by what makes a catalog of it."""
    made = cluster()
    body = pod("new", "CrashLoopBackOff", catalogs.OPM)
    (status,) = body["status"].pop("containerStatuses")
    status["lastState"] = {"terminated": {"message": "manifest unknown\n"}}
    body["status"]["initContainerStatuses"] = [status]
    body["spec"]["initContainers"] = body["spec"].pop("containers")
    (word,) = followed(made, body, image=catalogs.OPM)

    assert isinstance(word, Faulted)
    assert NOWHERE == word.problem.code
    assert "not today\nmanifest unknown" == word.problem.detail
    assert f"No catalog can be made of {BUNDLE}: CrashLoopBackOff" == word.problem.summary
    assert "reach its registry" in word.problem.advice[0].text


def test_where_what_makes_a_catalog_cannot_be_pulled_the_bundle_is_not_to_blame() -> None:
    """Its own image is named."""
    (word,) = followed(cluster(), pod("new", "ImagePullBackOff", catalogs.OPM), image=catalogs.OPM)

    assert isinstance(word, Faulted)
    assert f"{catalogs.OPM} cannot be had: ImagePullBackOff" == word.problem.summary


def test_a_first_failure_and_other_images_are_no_trouble() -> None:
    """A registry may be slow; and what else does not run there was so before."""
    made = cluster()

    assert [] == followed(made, pod("a", "ErrImagePull"), pod("b", "ImagePullBackOff", "other"))


def test_what_an_earlier_try_left_tries_again_at_once() -> None:
    """The image may have been pushed since."""
    made = cluster(pod("old", "ImagePullBackOff"), pod("other", "ImagePullBackOff", "other"))

    assert [] == followed(made)
    assert {"other"} == {each.name for each in made.ids() if each.kind == "Pod"}


def test_a_cluster_that_does_not_answer_ends_nothing() -> None:
    """The engine says that."""
    made = cluster()
    made.fail(ClusterError(ErrorKind.UNREACHABLE, "away"), verb="list", kind="Pod", times=2)

    assert 1 == len(followed(made, pod("new", "ImagePullBackOff")))


def test_only_steps_that_wait_for_images_are_followed() -> None:
    """By what they wait for."""
    (other,) = expecting.step([ObjectId("apps", "Deployment", "ops", "x")], Layer.OPERATORS, [])
    companion = Starting(cluster(), {NOVA: FIX}, "")

    assert (True, False) == (companion.goes_with(STEP), companion.goes_with(other))
