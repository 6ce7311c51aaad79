"""The main job: a whole deployment on a bare cluster, again, down, and up again, on a real API server."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from operator import not_

import pytest

from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.model.secrets import Generated
from openstack_k8s_cli.model.steps import Layer, Manifest, Policy
from openstack_k8s_cli.plan import Plan
from tests.cluster import listings, stories
from tests.cluster.awaiting import eventually
from tests.cluster.commands import Ended
from tests.cluster.stories import Deployed, Story


@pytest.fixture(scope="module")
def deployed(story: Story) -> Deployed:
    """Have a deployment in the cluster."""
    return story.standing()


@pytest.fixture(scope="module")
def plan(deployed: Deployed) -> Plan:
    """Make the plan that was deployed."""
    return stories.plan_of("crc", deployed.rehearsal, deployed.cluster)


def ready_steps(ended: Ended) -> set[str]:
    """Give the steps that a run ended Ready."""
    return {event["step"] for event in ended.of("StepFinished") if event["outcome"] == "ready"}


def test_everything_gets_ready(deployed: Deployed) -> None:
    """One command brings every step of the plan to Ready and exits with 0."""
    ended = deployed.ended

    (made,) = ended.of("PlanMade")
    assert (ended.code, ended.problems) == (ExitCode.DONE, [])
    assert ready_steps(ended) == {step["id"] for step in made["steps"]}
    assert ended.events[-1]["outcome"] == "ready"


def applied(plan: Plan) -> list[Manifest]:
    """Give what osk applies; the rest it makes where there is none, and else leaves alone."""
    return [each for each in plan.manifests if each.policy is Policy.APPLY]


def lost(plan: Plan, live: listings.Listing) -> Iterator[str]:
    """Give every leaf of the plan's objects that is not in the live ones."""
    for manifest in applied(plan):
        for path in listings.lost_leaves(manifest.body, live.get(manifest.id)):
            yield f"{manifest.id} {path}"


def test_no_answer_warned(deployed: Deployed) -> None:
    """No request was answered with a warning, and nothing else was worth one."""
    assert [event["message"] for event in deployed.ended.of("Warned")] == []


def test_every_leaf_is_in_the_live_object(deployed: Deployed, plan: Plan) -> None:
    """All that osk applied is there afterwards: no webhook took anything away, no other manager changed it."""
    assert list(lost(plan, deployed.after)) == []


def test_applying_again_is_no_news(deployed: Deployed, plan: Plan) -> None:
    """A dry run of every object that osk applied is answered without a warning, and with the spec that is there."""
    cluster = deployed.cluster
    answers = {each.id: cluster.apply(each.body, dry_run=True) for each in applied(plan)}
    specs = {target: answer.body.get("spec") for target, answer in answers.items()}

    assert {target: answer.warnings for target, answer in answers.items() if answer.warnings} == {}
    assert specs == {target: deployed.after[target].get("spec") for target in specs}


def test_every_ensured_secret_has_its_keys(deployed: Deployed, plan: Plan) -> None:
    """Each Secret that osk makes has every key, and none of those generated is empty."""
    ensured = [each for each in plan.manifests if each.policy is Policy.ENSURE and each.secret_keys]
    missing = [
        f"{manifest.id} {key.name}"
        for manifest in ensured
        for key in manifest.secret_keys
        if not get(deployed.after[manifest.id], "data", key.name) and isinstance(key.source, Generated)
    ]

    assert ensured
    assert missing == []


@dataclass(frozen=True, slots=True)
class Again:
    """The same command once more."""

    before: listings.Listing
    ended: Ended
    moved: set[ObjectId]
    """Objects that came, went or have another version after it, whoever made them."""


@pytest.fixture(scope="module")
def again(deployed: Deployed) -> Again:
    """Run the same command again; another time where something moved, which others do now and then."""
    command = ("deploy", "all", "-p", "crc", f"--rehearsal={deployed.rehearsal.name}", "-o", "json")

    def look() -> Again:
        before = listings.quiet(deployed.cluster)
        ended = deployed.osk(*command)
        return Again(before, ended, listings.moved(before, listings.everything(deployed.cluster)))

    found = look()
    return look() if found.moved else found


def test_second_run_changes_nothing(plan: Plan, again: Again) -> None:
    """The same command again ends Ready, and no object in the cluster has another version, whoever made it."""
    changes = {event["change"] for event in again.ended.of("ObjectChanged")}

    assert again.ended.code == ExitCode.DONE
    assert changes <= {"unchanged", "skipped"}
    assert {manifest.id for manifest in plan.manifests} <= again.before.keys()
    assert again.moved == set()


def test_second_run_asks_little(
    deployed: Deployed, plan: Plan, again: Again, capsys: pytest.CaptureFixture[str]
) -> None:
    """Requests of a run that changes nothing: one an object, two a watched kind, one an ensured Secret, and 25: those look for what differs from the release, and for a service or a rotation of keys that is halfway.

    What is asked in turn while a run lasts is aside: leases are renewed, and what is watched is listed again.
    """
    assert again.ended.code == ExitCode.DONE
    counts = stories.requests_of(deployed.osk)
    watched = {key for key in counts if key.startswith("watch ")}
    ensured = [each for each in plan.manifests if each.policy is Policy.ENSURE]
    counts["update Lease"] = min(counts["update Lease"], len(Layer))  # they are given back
    rounds = int(again.ended.events[-1]["seconds"] // Options().recheck)
    allowed = len(plan.manifests) + (2 + rounds) * len(watched) + len(ensured) + 25
    with capsys.disabled():
        print(f"\nsecond run: {sum(counts.values())} requests, {allowed} allowed")  # noqa: T201  # the breakdown is asked for
        print("".join(f"  {count:4} {what}\n" for what, count in sorted(counts.items())))  # noqa: T201

    assert sum(counts.values()) <= allowed, counts


def test_client_runs_beside_its_input(deployed: Deployed) -> None:
    """`osk openstack` does not wait for stdin to end, and gives the client what comes."""
    to_cloud = ("openstack", "-p", "crc", f"--rehearsal={deployed.rehearsal.name}")
    open_end = subprocess.Popen(
        deployed.osk.command(*to_cloud, "endpoint", "list"),
        env=deployed.osk.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with open_end:
        status = open_end.wait(timeout=600)
        assert open_end.stdout is not None
        listed = open_end.stdout.read()
    typed = subprocess.run(
        deployed.osk.command(*to_cloud),
        env=deployed.osk.variables,
        input="endpoint list\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert (status, typed.returncode) == (0, 0), typed.stderr
    assert "keystone" in listed
    assert typed.stdout == listed


def survivors(deployed: Deployed) -> dict[ObjectId, object]:
    """Give what a teardown keeps: the volumes, the cloud's claims, and the values of the services' passwords."""
    now = listings.everything(deployed.cluster)
    claims = {
        target: body["metadata"]["uid"]
        for target, body in now.items()
        if target.kind == "PersistentVolume"
        or (target.kind, target.namespace) == ("PersistentVolumeClaim", "openstack")
    }
    passwords = ObjectId("", "Secret", "openstack", "osp-secret")
    return {**claims, passwords: now[passwords]["data"]}


def down(deployed: Deployed, *words: str) -> Ended:
    """Take everything down."""
    command = ("teardown", "all", "-p", "crc", "--yes", *words, f"--rehearsal={deployed.rehearsal.name}")
    return deployed.osk(*command, "-o", "json")


def test_kept_data_is_used_again(deployed: Deployed, again: Again) -> None:
    """After a teardown that keeps the data the volumes, claims and passwords are there, and what is deployed then uses them."""
    assert again.ended.code == ExitCode.DONE
    before = survivors(deployed)
    ended = down(deployed)
    between = survivors(deployed)

    assert (ended.code, ended.problems) == (ExitCode.DONE, [])
    assert between == before


def test_three_of_each_come_up_on_the_kept_data(deployed: Deployed) -> None:
    """The profile with the trait `ha` gets Ready on what was kept: three of everything, the first on its old volume."""
    profile = deployed.osk.home / "three.yaml"
    profile.write_text("apiVersion: osk/v1\nkind: Profile\nname: crc\nextends: [crc, ha]\n")
    before = survivors(deployed)
    words = ("deploy", "all", "--yes", "-p", profile, f"--rehearsal={deployed.rehearsal.name}", "-o", "json")
    ended = deployed.osk(*words)
    now = listings.everything(deployed.cluster)
    plan = stories.plan_of(str(profile), deployed.rehearsal, deployed.cluster)
    galera = ObjectId("mariadb.openstack.org", "Galera", "openstack", "openstack")

    assert (ended.code, ended.problems) == (ExitCode.DONE, [])
    assert ready_steps(ended) == {step.id for step in plan.steps}
    assert list(lost(plan, now)) == []
    assert get(now[galera], "spec", "replicas") == 3
    assert before.items() <= survivors(deployed).items()


def new_or_gone(deployed: Deployed) -> Iterator[str]:
    """Tell in what the cluster is not as it was before the deployment, kinds and what belongs to them aside."""
    before, now = deployed.before, listings.everything(deployed.cluster)
    for target in sorted(before.keys() ^ now.keys()):
        if target not in now:
            yield f"{target} is gone"
        elif not of_a_kind(now[target]) and not of_an_earlier_group(target, before):
            yield f"{target} is left"


def of_an_earlier_group(target: ObjectId, before: listings.Listing) -> bool:
    """Tell whether OLM made a role for an OperatorGroup that was there before; after a start that takes it a while."""
    groups = [each.name for each in before if each.kind == "OperatorGroup"]
    return target.kind == "ClusterRole" and any(target.name.startswith(f"olm.og.{name}.") for name in groups)


def of_a_kind(body: Body) -> bool:
    """Tell whether an object is a CRD, or made for one: its APIService, OLM's roles, an Operator that lists no more.

    The API server drops the APIService some time after the last CRD of a group is no longer served.
    """
    if body["kind"] == "APIService":
        return bool(get(body, "metadata", "labels", "kube-aggregator.kubernetes.io/automanaged") == "true")
    if body["kind"] == "Operator":
        listed = get(body, "status", "components", "refs") or ()
        return {each["kind"] for each in listed} <= {"CustomResourceDefinition", "ClusterRole"}
    owners = get(body, "metadata", "ownerReferences") or ()
    kinds = {body["kind"], *(each["kind"] for each in owners)}
    return "customresourcedefinition" in {each.lower() for each in kinds}


def test_teardown_leaves_nothing(deployed: Deployed) -> None:
    """After `--keep nothing` the cluster has the objects it had before, and no finalizer was taken away by force.

    Only a patch could do that, and the one object that is patched is the resolver, which gets its earlier values back.
    What osk made is gone when it says so; what others made of that follows.
    """
    ended = down(deployed, "--keep", "nothing")
    counts = stories.requests_of(deployed.osk)
    left = listings.settled(listings.everything(deployed.cluster))

    assert (ended.code, ended.problems, list(left)) == (ExitCode.DONE, [], [])
    assert eventually(lambda: list(new_or_gone(deployed)), not_) == []
    assert {what for what in counts if what.startswith(("merge ", "update "))} <= {
        "merge DNS",
        "update Lease",
    }
