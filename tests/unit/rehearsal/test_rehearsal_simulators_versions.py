"""A simulated OpenStackVersion: the steps of a minor update, in their order, and what each of them waits for."""

from typing import Any

import pytest

from openstack_k8s_cli.model.objects import Body, condition, get
from openstack_k8s_cli.rehearsal import images
from openstack_k8s_cli.rehearsal.options import Pace
from openstack_k8s_cli.rehearsal.simulators import life, operators, paces, table
from openstack_k8s_cli.rehearsal.simulators.life import Circumstances, Memory
from openstack_k8s_cli.rehearsal.simulators.tables import hostversions, releases
from openstack_k8s_cli.rehearsal.simulators.world import View, World
from tests.unit.rehearsal.test_rehearsal_simulators_life import named

OLD, NEW = "0.5.0", "0.6.0"
SAME_OLD, SAME_NEW = "1.0.6", "1.0.7"
READY = {"conditions": [{"type": "Ready", "status": "True"}], "observedGeneration": 1}
WORDS = ("RabbitMQ", "MariaDB", "Memcached", "KeystoneAPI")
PARTS = (
    ("ovn.openstack.org/v1beta1", "OVNNorthd", "containerImage", "ovnNorthdImage"),
    ("rabbitmq.com/v1beta1", "RabbitmqCluster", "image", "rabbitmqImage"),
    ("mariadb.openstack.org/v1beta1", "Galera", "containerImage", "mariadbImage"),
    ("memcached.openstack.org/v1beta1", "Memcached", "containerImage", "infraMemcachedImage"),
    ("keystone.openstack.org/v1beta1", "KeystoneAPI", "containerImage", "keystoneAPIImage"),
    ("nova.openstack.org/v1beta1", "Nova", "apiContainerImageURL", "novaAPIImage"),
)
SECTIONS = ("ovn", "rabbitmq", "galera", "memcached", "keystone", "nova")
STEPS = (
    "OVNControlplane",
    "OVNDataplane",
    "RabbitMQ",
    "MariaDB",
    "Memcached",
    "Keystone",
    "Controlplane",
    "Dataplane",
)


def operator(release: str) -> Body:
    """Give the Deployment of the operator of a release."""
    container = {"name": "manager", "env": [{"name": releases.VARIABLE, "value": release}]}
    spec = {"template": {"spec": {"containers": [container]}}}
    return named(
        "apps/v1", "Deployment", operators.manager("openstack"), spec=spec, status={"readyReplicas": 1}
    )


def version(target: str, deployed: str = "", **status: Any) -> Body:
    """Give an OpenStackVersion."""
    known = {each: images.of(each) for each in {target, deployed} - {""}}
    given = {"containerImageVersionDefaults": known, **({"deployedVersion": deployed} if deployed else {})}
    body = named(
        "core.openstack.org/v1beta1",
        "OpenStackVersion",
        "cloud",
        spec={"targetVersion": target},
        status={**given, **status},
    )
    body["metadata"] |= {"generation": 1, "finalizers": ["openstack.org/openstackversion"]}
    return body


def plane() -> Body:
    """Give a control plane that is Ready."""
    types = ["Ready", *(f"OpenStackControlPlane{each}Ready" for each in WORDS)]
    shown = [{"type": each, "status": "True"} for each in types]
    body = named(
        "core.openstack.org/v1beta1",
        "OpenStackControlPlane",
        "cloud",
        spec={each: {"enabled": True} for each in SECTIONS},
        status={"conditions": shown, "observedGeneration": 1},
    )
    body["metadata"]["generation"] = 1
    return body


def child(section: str, release: str) -> Body:
    """Give the resource of a section as it runs a release."""
    api, kind, key, field = PARTS[SECTIONS.index(section)]
    body = named(api, kind, f"cloud-{section}", spec={key: images.image(field, release)}, status=dict(READY))
    body["metadata"] |= {"generation": 1, "ownerReferences": [owned()]}
    return body


def owned() -> Body:
    """Give the reference to the control plane."""
    return {"apiVersion": "core.openstack.org/v1beta1", "kind": "X", "name": "cloud", "uid": "cloud"}


def node_set(release: str, **status: Any) -> Body:
    """Give a node set whose hosts run a release."""
    shown = {"containerImages": {"OvnControllerImage": images.image("ovnControllerImage", release)}}
    body = named(
        "dataplane.openstack.org/v1beta1",
        "OpenStackDataPlaneNodeSet",
        "compute",
        spec={"nodes": {"edpm-0": {}}, "services": ["bootstrap", "ovn", "nova"]},
        status={**READY, "deployedVersion": release, **shown, **status},
    )
    body["metadata"]["generation"] = 1
    return body


def deployment(*services: str, **status: Any) -> Body:
    """Give a deployment of services on it."""
    return named(
        "dataplane.openstack.org/v1beta1",
        "OpenStackDataPlaneDeployment",
        "-".join(services) or "all",
        spec={"nodeSets": ["compute"], "servicesOverride": [*services]},
        status=status,
    )


def played(body: Body, *others: Body, release: str) -> Body:
    """Do passes over a version until it rests."""
    row = table.row_of(body)
    assert row is not None
    found = World()
    for each in (*others, operator(release), body):
        found.put(each)
    memory, now = Memory(), 100.0
    for _ in range(30):
        outcome = life.live(row, body, View(found), memory, Circumstances(paces.tempo(Pace.INSTANT), now))
        status = {**body["status"], **(outcome.status or {})}
        if outcome.wake is None and status == body["status"]:
            break
        body = {**body, "status": status}
        found.put(body)
        now = max(now, outcome.wake or now)
    return body


def done(body: Body) -> list[str]:
    """Name the steps that are over."""
    shown = {each: condition(body, f"MinorUpdate{each}") or {} for each in STEPS}
    return [each for each, found in shown.items() if found.get("status") == "True"]


def test_a_new_cloud_has_no_steps() -> None:
    """It runs what it is to run as soon as its control plane is Ready."""
    before = played(version(NEW), release=NEW)
    after = played(version(NEW), plane(), release=NEW)

    assert None is get(before, "status", "deployedVersion")
    assert NEW == get(after, "status", "deployedVersion")
    assert {"Initialized", "Ready"} == {each["type"] for each in after["status"]["conditions"]}


def test_a_newer_operator_is_on_offer() -> None:
    """Its version and images are there beside those that run; nothing is updated yet."""
    found = played(version(OLD, OLD), plane(), release=NEW)

    assert (NEW, OLD) == (found["status"]["availableVersion"], found["status"]["deployedVersion"])
    assert {OLD, NEW} == set(found["status"]["containerImageVersionDefaults"])
    assert images.image("novaAPIImage", OLD) == found["status"]["containerImages"]["novaAPIImage"]
    assert "True" == (condition(found, "MinorUpdateAvailable") or {})["status"]
    assert [] == done(found)


def test_a_target_that_is_not_known_says_nothing_more() -> None:
    """As in life, Initialized stays False."""
    body = version(NEW, OLD)
    body["spec"]["targetVersion"] = "9.9.9"

    found = played(body, plane(), release=NEW)

    assert "False" == (condition(found, "Initialized") or {})["status"]


@pytest.mark.parametrize("number", range(len(SECTIONS)))
def test_each_part_is_waited_for_in_turn(number: int) -> None:
    """Parts behind the first one with old images are not looked at."""
    parts = [child(each, NEW if at < number else OLD) for at, each in enumerate(SECTIONS)]

    found = played(version(NEW, OLD), plane(), *parts, release=NEW)

    expected = [*STEPS[:1], *STEPS[1:2]][: 2 if number else 0] + [*STEPS[2:]][: max(0, number - 1)]
    assert expected == done(found)


def test_when_all_is_done_the_steps_are_gone() -> None:
    """The version is deployed, and no condition tells how it came to that."""
    parts = [child(each, NEW) for each in SECTIONS]

    found = played(version(NEW, OLD), plane(), *parts, node_set(NEW), release=NEW)

    assert NEW == get(found, "status", "deployedVersion")
    assert {"Initialized", "Ready"} == {each["type"] for each in found["status"]["conditions"]}


def test_hosts_are_waited_for_with_their_reason() -> None:
    """Init: somebody has to make a deployment of OVN; Requested: one runs."""
    parts = [child(each, NEW) for each in SECTIONS]
    idle = played(version(NEW, OLD), plane(), *parts, node_set(OLD), release=NEW)
    busy = played(version(NEW, OLD), plane(), *parts, node_set(OLD), deployment("ovn"), release=NEW)

    reasons = [(condition(each, "MinorUpdateOVNDataplane") or {})["reason"] for each in (idle, busy)]
    assert ["Init", "Requested"] == reasons


def test_the_same_ovn_needs_a_deployment_all_the_same() -> None:
    """Without hosts nobody can make one, and the update stands still for ever."""
    parts = [child(each, SAME_NEW) for each in SECTIONS]
    over = deployment("ovn", deployed=True, deployedVersion=SAME_NEW)

    without = played(version(SAME_NEW, SAME_OLD), plane(), *parts, release=SAME_NEW)
    after = played(version(SAME_NEW, SAME_OLD), plane(), *parts, over, release=SAME_NEW)

    assert images.image("ovnControllerImage", SAME_OLD) == images.image("ovnControllerImage", SAME_NEW)
    assert ["OVNControlplane"] == done(without)
    assert SAME_NEW == get(after, "status", "deployedVersion")


def test_images_change_one_part_after_another() -> None:
    """OVN's at once, the message bus after OVN on hosts, the rest at the end; a new cloud has all of them."""
    shown = [{"type": f"MinorUpdate{each}", "status": "True"} for each in STEPS[:2]]
    body = version(NEW, OLD, conditions=shown, observedGeneration=1)
    found = World()
    found.put(body)

    def tag(section: str, field: str) -> str:
        return releases.image(plane(), View(found), section, field).rpartition(":")[2]

    assert [NEW, NEW, OLD, OLD] == [
        tag("ovn", "ovnNorthdImage"),
        tag("rabbitmq", "rabbitmqImage"),
        tag("galera", "mariadbImage"),
        tag("nova", "novaAPIImage"),
    ]


def test_an_image_of_ones_own_stands_in() -> None:
    """It is in effect, and what runs it counts as up to date."""
    body = version(NEW, OLD)
    body["spec"]["customContainerImages"] = {"novaAPIImage": f"{images.REGISTRY}/mine:1"}

    allowed = frozenset(releases.wanted(body).values())

    mine = {"spec": {"deep": [{"apiContainerImageURL": f"{images.REGISTRY}/mine:1"}]}}
    assert releases.runs(mine, allowed)
    assert not releases.runs({"spec": {"containerImage": f"{images.REGISTRY}/other:1"}}, allowed)


def test_hosts_have_what_their_deployments_brought() -> None:
    """One of OVN brings its image and no version, one of the update all; what is over does not change any more."""
    found = World()
    found.put(version(NEW, OLD))
    hosts = node_set(OLD)
    ovn = hostversions.brought(deployment("ovn"), [hosts], View(found))
    update = hostversions.brought(deployment("update"), [hosts], View(found))
    older = {"deployedVersion": OLD, "containerImages": {"OvnControllerImage": "x"}}

    kept = hostversions.brought(deployment("ovn", **older), [hosts], View(found))
    after_ovn = hostversions.running(hosts, [deployment("ovn", deployed=True, **ovn)])
    after_all = hostversions.running(hosts, [deployment("update", deployed=True, **update)])

    assert ["OvnControllerImage"] == [*ovn["containerImages"]]
    assert ["NovaComputeImage", "OvnControllerImage"] == [*update["containerImages"]]
    assert older == kept
    assert "deployedVersion" not in after_ovn
    assert NEW == after_all["deployedVersion"]
