"""How a cluster is looked at, and when a deployment is refused by that."""

import base64
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.checks import State
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import deploying, doctor
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster, Request
from tests.fakes.kinds import served
from tests.fakes.reviews import ReviewingCluster
from tests.unit.checking.clusters import CORE, FACTS, body, catalog, made_plan, node, subscription, webhook
from tests.unit.workflows import worlds


def everywhere(_name: str) -> bool:
    """Resolve every name."""
    return True


def reviewed(may: Any, **status: Any) -> tuple[ReviewingCluster, World]:
    """Make a world over a cluster with a worker."""
    made = ReviewingCluster(may)
    made.put(node("one", **status))
    return made, worlds.world(made)


def test_an_administrator_is_asked_about_once() -> None:
    """Who may do everything is asked one question about rights, whatever the plan does."""
    made, world = reviewed(lambda _: True)

    assert doctor.look(world, resolves=everywhere).denied == ()
    assert [each.kind for each in made.log].count("SelfSubjectAccessReview") == 1


def test_missing_rights_are_found_one_by_one() -> None:
    """Who may not do everything is asked for each right, and those that are missing are named."""
    _, world = reviewed(lambda asked: asked["verb"] != "*" and asked["resource"] != "leases")
    denied = doctor.look(world, resolves=everywhere).denied

    assert denied is not None
    assert {(each.namespace, each.resource) for each in denied} == {("osk-system", "leases")}


def test_no_more_than_needed_is_asked() -> None:
    """Each kind is listed once at most, and nothing is written but questions and a dry run."""
    made, world = reviewed(lambda _: True)
    made.log.clear()
    doctor.look(world, resolves=everywhere)
    lists = [each.kind for each in made.log if each.verb == "list"]

    assert len(lists) == len(set(lists))
    written = {each.verb for each in made.log if each.kind != "SelfSubjectAccessReview"}
    assert written <= {"discover", "get", "list", "create (dry run)"}


def test_the_clock_of_the_api_server_is_read() -> None:
    """A dry run tells the server's time, and leaves nothing."""
    made, world = reviewed(lambda _: True)
    seen = doctor.look(world, resolves=everywhere)

    assert seen.there == datetime.fromisoformat(made.time).timestamp()
    maps = made.resource("", "ConfigMap")
    assert maps is not None
    assert [each["metadata"]["name"] for each in made.list(maps, "default").items] == []


class Slow(FakeClock):
    """A clock by which a minute passes between two looks."""

    def now(self) -> float:
        """Give the time."""
        self.time += 60.0
        return self.time


def test_a_slow_answer_makes_no_clock_wrong() -> None:
    """The time that it says is one of those in which it was asked."""
    made, world = reviewed(lambda _: True)
    there = datetime.fromisoformat(made.time).timestamp()
    clock = Slow()
    clock.time = there - 150.0
    seen = doctor.look(replace(world, clock=clock), resolves=everywhere)

    assert (there, there) == (seen.there, seen.here)


def test_of_a_pull_secret_only_registries_are_kept() -> None:
    """Logins of registries are not kept, only for which they are; what is no pull secret has none."""
    made, world = reviewed(lambda _: True)
    worlds.namespace(made, "openshift-config")
    text = json.dumps({"auths": {"registry.redhat.io": {"auth": "hidden"}}})
    secret: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pull-secret"}}
    secret["metadata"]["namespace"] = "openshift-config"
    made.put(secret | {"data": {".dockerconfigjson": base64.b64encode(text.encode()).decode()}})
    (found,) = doctor.look(world, resolves=everywhere).of("Secret")

    assert found["registries"] == ("registry.redhat.io",)
    assert "hidden" not in str(found)
    made.put(secret | {"data": {".dockerconfigjson": "bm90aGluZw=="}})
    (empty,) = doctor.look(world, resolves=everywhere).of("Secret")
    assert empty["registries"] == ()


def test_endpoints_are_read_of_webhooks_that_must_answer() -> None:
    """Only services of webhooks that block are looked up."""
    made, world = reviewed(lambda _: True)
    made.put(webhook())
    doctor.look(world, resolves=everywhere)
    assert Request("get", "Endpoints", "elsewhere", "hooks") in made.log

    made.log.clear()
    made.put(webhook(failurePolicy="Ignore"))
    doctor.look(world, resolves=everywhere)
    assert not [each for each in made.log if each.kind == "Endpoints"]


def test_names_of_routes_are_resolved_here() -> None:
    """The domain of routes is looked up on this machine."""
    ingress = served("config.openshift.io", "v1", "Ingress", "ingresses", namespaced=False)
    made = ReviewingCluster(lambda _: True, ingress)
    made.put(node("one"))
    meta = {"name": "cluster"}
    made.put(
        {
            "apiVersion": "config.openshift.io/v1",
            "kind": "Ingress",
            "metadata": meta,
            "spec": {"domain": "apps.lab"},
        }
    )
    seen = doctor.look(worlds.world(made), resolves=lambda name: not name.endswith("apps.lab"))

    assert seen.resolved == {"console-openshift-console.apps.lab": False}


def test_what_stands_in_the_way_is_deleted_on_demand() -> None:
    """A dead webhook that the OpenStack operators left is deleted, and named; on a second look there is none."""
    made, world = reviewed(lambda _: True)
    made.put(webhook("core.openstack.org"))
    plan = made_plan(body("OpenStackControlPlane", "cp", "openstack", api=CORE, spec={}))
    seen = replace(doctor.look(world, resolves=everywhere), plan=plan)

    assert [each.name for each in doctor.mend(world, seen)] == ["hooks"]
    assert doctor.mend(world, replace(doctor.look(world, resolves=everywhere), plan=plan)) == ()


def deployed(made: FakeCluster, **check: Any) -> None:
    """Deploy the small world."""
    world = worlds.world(made, check=check)
    list(deploying.deploy(world, Target(), Options(command="deploy", cluster="fake")))


def test_a_deployment_that_cannot_come_up_is_refused_first() -> None:
    """Where a worker is not Ready nothing is written, the check is named, and how to leave it out."""
    made = FakeCluster()
    made.put(node("one", Ready="False"))
    with pytest.raises(OskError) as refused:
        deployed(made)

    (problem,) = refused.value.problems
    assert (refused.value.exit_code, problem.code) == (ExitCode.REFUSED, "OSK1282")
    assert "platform.check.skip: [nodes]" in problem.advice[-1].text
    assert "apply" not in {each.verb for each in made.log}


def test_a_deployment_can_go_on_all_the_same() -> None:
    """A check that the profile leaves out refuses nothing."""
    made = FakeCluster()
    made.put(node("one", Ready="False"))
    deployed(made, skip=["nodes"])

    assert "apply" in {each.verb for each in made.log}


def test_the_first_checks_ask_nothing_of_their_own() -> None:
    """What is judged before a deployment was gathered for it anyway."""
    made, world = reviewed(lambda _: True)
    seen = doctor.look(world, resolves=everywhere)
    made.log.clear()
    doctor.gate(seen.facts, seen.plan, world.loaded.values)

    assert made.log == []


def test_only_what_was_gathered_is_judged_first() -> None:
    """A plan that takes operators from a catalog is not refused for a catalog that nobody has looked for."""
    plan = made_plan(subscription("metallb-operator"))
    facts = replace(FACTS, nodes=(node("one"),))
    doctor.gate(facts, plan, worlds.values())

    with pytest.raises(OskError, match="processors are requested"):
        doctor.gate(replace(facts, nodes=(node("one", cpu="5m"),)), plan, worlds.values())


def test_a_catalog_that_is_not_there_is_refused_first() -> None:
    """By the names that were gathered; one that the plan makes, or of another namespace, refuses nothing."""
    facts = replace(FACTS, nodes=(node("one"),), cluster_id="1234", catalogs=("community-operators",))
    plan = made_plan(subscription("metallb-operator"))
    elsewhere = subscription("metallb-operator")
    elsewhere["spec"]["sourceNamespace"] = "mine"

    with pytest.raises(
        OskError,
        match=r"no catalog `redhat-operators` in openshift-marketplace \(there are: community-operators\)",
    ) as refused:
        doctor.gate(facts, plan, worlds.values())
    doctor.gate(replace(facts, catalogs=("redhat-operators",)), plan, worlds.values())
    doctor.gate(facts, made_plan(subscription("metallb-operator"), catalog()), worlds.values())
    doctor.gate(facts, made_plan(elsewhere), worlds.values())

    assert [(each.code, each.subject) for each in refused.value.problems] == [("OSK1288", "check catalogs")]


def test_a_group_has_all_checks_with_their_codes() -> None:
    """What was seen is judged under the group's name, each check with its code."""
    _, world = reviewed(lambda _: True)
    seen = replace(doctor.look(world, resolves=everywhere), there=None)
    found = {each.name: each for each in doctor.judged(seen).checks}

    assert found["clock"].code == "OSK1300"
    assert found["clock"].result.state is State.UNKNOWN
    assert found["nodes"].result.state is State.OK
