"""The whole order of an update, its interruptions, and what it refuses."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from openstack_k8s_cli import shipped
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.events import Event, PlanMade, RunFinished, StepFinished, StepStarted
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows.update import running, stages
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.update.rules import STEPS
from tests.fakes.cluster import FakeCluster
from tests.unit.stopping import close
from tests.unit.workflows.update import catalogs, clouds
from tests.unit.workflows.update.clouds import NEW, OLD, PLAN, VERSION

QUICK = Options(recheck=0.05, settle=0.05, backoff=0.01, command="update run")
WHOLE = [
    "plan offered",
    "plan approved",
    STEPS[0],
    "ran ovn",
    *STEPS[1:7],
    "ran update",
    STEPS[7],
    "deployed",
]


def drive(made: FakeCluster, asked: Asked | None = None, **more: Any) -> list[Event]:
    """Run an update to its end."""
    return list(running.run(clouds.world(made, **more), asked or Asked(), QUICK))


def end(events: list[Event]) -> RunFinished:
    """Give the last event."""
    assert isinstance(events[-1], RunFinished)
    return events[-1]


def deployments(made: FakeCluster) -> list[str]:
    """Name the deployments of the data plane that are there."""
    return [each.name for each in made.ids() if each.kind == "OpenStackDataPlaneDeployment"]


def test_an_update_goes_through_the_whole_order() -> None:
    """Catalog, approval, operator, version, OVN, OVN on hosts, control plane, hosts; every announced step ends."""
    made, operator = clouds.cloud()

    events = drive(made)

    plan = events[0]
    assert isinstance(plan, PlanMade)
    assert ExitCode.DONE is end(events).exit_code
    assert (f"the cloud runs {NEW}",) == end(events).next
    assert WHOLE == operator.told
    ended = [each.step for each in events if isinstance(each, StepFinished)]
    assert {each.id for each in plan.steps} <= set(ended)
    assert [each.id for each in plan.steps] == [
        each for each in ended if each in {step.id for step in plan.steps}
    ]
    assert [1, 1] == [sum(f"-{what}-" in name for name in deployments(made)) for what in ("ovn", "hosts")]


def test_the_shipped_operator_has_the_steps_that_an_update_goes_by() -> None:
    """Its component's steps are found by their ids: one brings the operator, one initializes it, with its webhooks."""
    text = (shipped.templates() / "operators/openstack-operator/component.yaml").read_text()
    named = {
        f"operators/openstack-operator/{each['name']}": each
        for each in YAML(typ="safe", pure=True).load(text)["steps"]
    }

    assert {stages.OPERATOR, *stages.INITIALIZE} == named.keys()
    assert all(len(named[each]["gates"]) == 2 for each in stages.INITIALIZE)


def test_what_is_done_is_not_done_again() -> None:
    """A second run changes nothing: no deployment more, and the operator hears of nothing."""
    made, operator = clouds.cloud()
    drive(made)
    before, told = deployments(made), list(operator.told)

    events = drive(made)

    assert ExitCode.DONE is end(events).exit_code
    assert (before, told) == (deployments(made), operator.told)


@pytest.mark.parametrize("stage", ["operator", "version", "ovn-dataplane", "controlplane", "dataplane"])
def test_a_pause_ends_after_the_step_and_the_next_run_goes_on(stage: str) -> None:
    """What comes after the step is left alone; without the option the rest follows, nothing twice."""
    made, operator = clouds.cloud()

    paused = end(drive(made, Asked(pause_after=stage, again="osk update run")))
    began = list(operator.told)
    ended = end(drive(made))

    assert ExitCode.DONE is paused.exit_code is ended.exit_code
    assert (f"paused after {stage}; `osk update run` goes on from here",) == paused.next
    assert "ran update" not in began or stage == "dataplane"
    assert sorted(WHOLE) == sorted(operator.told)


@pytest.mark.parametrize("events_seen", [3, 12, 30, 45])
def test_a_run_that_is_stopped_anywhere_is_gone_on_with(events_seen: int) -> None:
    """As Ctrl-C does, the stream is closed on the way; the same command comes to the same end, nothing twice."""
    made, operator = clouds.cloud()
    stream = running.run(clouds.world(made), Asked(), QUICK)
    for _, _ in zip(range(events_seen), stream, strict=False):
        pass
    close(stream)

    events = drive(made)

    assert ExitCode.DONE is end(events).exit_code
    assert sorted(WHOLE) == sorted(operator.told)


def test_a_deployment_that_failed_is_made_anew() -> None:
    """A failure on the hosts ends the run with their exit code and the host's words; the next one goes on from there."""
    made, operator = clouds.cloud(failing={"update"})

    failed = end(drive(made))
    ended = end(drive(made))

    assert ExitCode.DATAPLANE_FAILED is failed.exit_code
    assert "task X failed on edpm-0" in str(failed.problems)
    assert ExitCode.DONE is ended.exit_code
    assert ["failed update", "ran update"] == [each for each in operator.told if each.endswith(" update")]
    assert 1 == operator.told.count("ran ovn")


@pytest.mark.parametrize("service", ["ovn", "update", "reboot-os"])
def test_a_host_that_a_deployment_went_on_without(service: str) -> None:
    """It is named and ends the run, whatever a profile lets fail; the next one brings it there, and nothing else twice."""
    made, operator = clouds.cloud(losing={service})

    failed = end(drive(made, Asked(reboot=True)))
    ended = end(drive(made, Asked(reboot=True)))
    ran = [each for each in operator.told if each.startswith("ran ")]

    assert [("OSK1237", "edpm-0")] == [(each.code, each.subject) for each in failed.problems]
    assert (ExitCode.DATAPLANE_FAILED, ExitCode.DONE) == (failed.exit_code, ended.exit_code)
    assert sorted(["ran ovn", "ran update", "ran reboot-os", f"ran {service}"]) == sorted(ran)


def test_a_cloud_without_hosts_whose_ovn_stays_is_told() -> None:
    """The operator would wait for ever: the version is not set, and the refusal says why and what helps."""
    made, operator = clouds.cloud(hosts=False, same_ovn=True)

    ended = end(drive(made))

    assert ExitCode.FAILED is ended.exit_code
    assert ["OSK0714"] == [each.code for each in ended.problems]
    assert "--without-hosts" in str(ended.problems[0].advice)
    assert (f"openstack-operator.{NEW} is installed, the cloud still runs {OLD}",) == ended.next
    assert OLD == get(made.peek(VERSION) or {}, "spec", "targetVersion")
    assert ["plan offered", "plan approved"] == operator.told


def test_a_catalog_that_lists_its_images_tells_beforehand() -> None:
    """OVN's image is among those of the operator on offer: nothing is written, not even the operator is upgraded."""
    made, operator = clouds.cloud(hosts=False, same_ovn=True)
    catalogs.offer(made, NEW, *operator.images(NEW).values())

    with pytest.raises(OskError) as caught:
        drive(made)

    assert (["OSK0714"], ExitCode.REFUSED) == (
        [each.code for each in caught.value.problems],
        caught.value.exit_code,
    )
    assert [] == operator.told
    assert ExitCode.DONE is end(drive(made, Asked(without_hosts=True, pause_after="version"))).exit_code


def test_a_catalog_with_another_ovn_is_gone_to() -> None:
    """OVN's image is not among those on offer, so hosts are not needed."""
    made, operator = clouds.cloud(hosts=False)
    catalogs.offer(made, NEW, *operator.images(NEW).values())

    assert ExitCode.DONE is end(drive(made)).exit_code


def test_an_older_operator_has_fewer_steps() -> None:
    """A step whose condition never comes is over once a later one is there."""
    made, operator = clouds.cloud(steps=(*STEPS[:2], *STEPS[6:]))

    events = drive(made)

    assert ExitCode.DONE is end(events).exit_code
    assert [STEPS[0], STEPS[1], STEPS[6], STEPS[7]] == [each for each in operator.told if each in STEPS]


@pytest.mark.parametrize(("behind", "expected"), [(NEW, NEW), (OLD, OLD)])
def test_a_new_image_behind_the_same_tag_is_found(behind: str, expected: str) -> None:
    """The catalog's pod is made anew, so that OLM sees what is behind the tag now; the same is no update."""
    made, operator = clouds.cloud(behind=behind)
    catalogs.serve(made, f"index@sha256:{OLD}")

    events = drive(made, index="latest")

    assert ExitCode.DONE is end(events).exit_code
    assert (f"the cloud runs {expected}",) == end(events).next
    assert "pulled" == operator.told[0]
    assert 1 == operator.told.count("pulled")


def test_a_digest_is_not_pulled_again() -> None:
    """Behind a digest there is always the same image."""
    made, operator = clouds.cloud()
    catalogs.serve(made, f"index@sha256:{OLD}")

    drive(made, index=f"index@sha256:{OLD}")

    assert "pulled" not in operator.told


def test_a_cloud_without_hosts_whose_ovn_changes_is_updated() -> None:
    """Then there is nothing to wait for, and no deployment is made."""
    made, operator = clouds.cloud(hosts=False)

    events = drive(made)

    assert ExitCode.DONE is end(events).exit_code
    assert [] == deployments(made)
    assert "deployed" == operator.told[-1]


def test_only_a_version_on_offer_is_gone_to() -> None:
    """A version that the operator does not have after its own upgrade is refused with those that it has."""
    made, operator = clouds.cloud()

    ended = end(drive(made, Asked(to="9.9.9")))

    assert (["OSK0713"], ExitCode.FAILED) == ([each.code for each in ended.problems], ended.exit_code)
    assert OLD in str(ended.problems[0].advice)
    assert not set(STEPS) & set(operator.told)


def test_a_version_that_is_on_offer_needs_no_operator() -> None:
    """With `--to` an operator that has the version already is left as it is."""
    made, operator = clouds.cloud()
    drive(made, Asked(pause_after="operator"))

    events = drive(made, Asked(to=NEW))

    started = [each.step for each in events if isinstance(each, StepStarted)]
    assert ExitCode.DONE is end(events).exit_code
    assert not [each for each in started if each.startswith("operators/")]
    assert "deployed" == operator.told[-1]


def test_images_of_ones_own_are_kept_only_on_request() -> None:
    """They would stay old without a word; asked for, the operator's check is skipped by its annotation."""
    made, _ = clouds.cloud(own={"heatAPIImage": "mine:1"})

    refused = end(drive(made))
    ended = end(drive(made, Asked(keep_images=True)))

    annotations = get(made.peek(VERSION) or {}, "metadata", "annotations") or {}
    assert ["OSK0715"] == [each.code for each in refused.problems]
    assert "mine:1" in str(refused.problems[0].detail)
    assert ExitCode.DONE is ended.exit_code
    assert "true" == annotations.get("core.openstack.org/skip-custom-images-validation")


def test_images_of_ones_own_change_with_the_version() -> None:
    """Where the profile names others than the cloud has, one request sets them and the version: nothing is skipped."""
    own: Body = {"heatAPIImage": "mine:1", "cinderVolumeImages": {"a": "mine:1", "b": "mine:1"}}
    made, _ = clouds.cloud(own=own)
    wanted: Body = {"novaAPIImage": "mine:2", "cinderVolumeImages": {"a": "mine:2"}}

    ended = end(drive(made, images=wanted))

    version = made.peek(VERSION) or {}
    assert ExitCode.DONE is ended.exit_code
    assert wanted == get(version, "spec", "customContainerImages")
    assert not get(version, "metadata", "annotations")


def test_hosts_are_split_and_rebooted_on_request() -> None:
    """Services first, packages once the version is deployed, then a reboot of one node set after another."""
    made, operator = clouds.cloud()
    clouds.nodeset(made, "networker", "ovn")

    events = drive(made, Asked(split=True, reboot=True))

    ran = [each for each in operator.told if each.startswith("ran ")]
    assert ExitCode.DONE is end(events).exit_code
    assert ["ran ovn", "ran update-services", "ran update-system", "ran reboot-os", "ran reboot-os"] == ran
    assert operator.told.index("deployed") < operator.told.index("ran update-system")


def test_there_must_be_a_cloud() -> None:
    """Where no control plane is, and where it never was Ready, an update has nothing to begin with."""
    made, _ = clouds.cloud()
    made.reactions.clear()
    made.set_status(VERSION, {"availableVersion": OLD})

    with pytest.raises(OskError) as never_ready:
        drive(made)
    served = made.resource("core.openstack.org", "OpenStackVersion")
    assert served
    made.delete(served, "openstack", "cloud")
    with pytest.raises(OskError) as none:
        drive(made)

    assert ["OSK0712", "OSK0711"] == [each.value.problems[0].code for each in (never_ready, none)]
    assert None is made.peek(PLAN)
