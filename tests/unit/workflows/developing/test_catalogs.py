"""The operator from another catalog, and back: what is removed and made anew, and in which order."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.apply.ports import WatchEvent
from openstack_k8s_cli.developing import catalogs
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.events import Event, RunFinished
from openstack_k8s_cli.model.objects import Body, ObjectId, get, id_of
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.workflows import deploying
from openstack_k8s_cli.workflows.developing import effects, resetting, store, swapping
from openstack_k8s_cli.workflows.developing.catalogs import served as served_by
from openstack_k8s_cli.workflows.developing.catalogs import steps
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.entries import entry
from tests.fakes.kinds import served
from tests.unit.stopping import close
from tests.unit.workflows import worlds

QUICK = Options(recheck=0.05, backoff=0.001, settle=0.05, holder="me")
OLM, OPS = "operators.coreos.com", "openstack-operators"
KINDS = tuple(
    served(OLM, "v1alpha1", kind, f"{kind.lower()}s")
    for kind in ("CatalogSource", "Subscription", "ClusterServiceVersion")
)
SUBSCRIPTION = ObjectId(OLM, "Subscription", OPS, "openstack-operator")
OURS = ObjectId(OLM, "CatalogSource", OPS, "index")
INDEX = "quay.io/me/index:1"
THEIRS = ObjectId(OLM, "CatalogSource", OPS, catalogs.name(INDEX))
TOUCHES = ("operators/operator/operator",)
FILES = {
    "operators/operator/component.yaml": (
        "summary: The operator\nsteps:\n- {name: operator, manifests: [operator.yaml.j2]}\n"
    ),
    "operators/operator/operator.yaml.j2": (
        "{% set source = operators.openstack %}\n"
        "{% if source.sourceNamespace is none %}\n"
        "apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\n"
        "metadata: {name: index, namespace: openstack-operators}\nspec: {sourceType: grpc, image: release}\n---\n"
        "{% endif %}\n"
        "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\n"
        "metadata: {name: openstack-operator, namespace: openstack-operators}\n"
        "spec: {name: openstack-operator, source: {{ source.source }},"
        " sourceNamespace: {{ source.sourceNamespace or 'openstack-operators' }}}\n"
    ),
}


class Olm:
    """Plays OLM: what is subscribed to gets its one version, whose name the catalog gives."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster
        self.told: list[str] = []
        """What happened to Subscription, versions and catalogs, in its order."""

    def __call__(self, event: WatchEvent) -> None:
        target = id_of(event.body)
        if target.group != OLM:
            return
        if event.kind in {"added", "deleted"}:
            self.told.append(f"{event.kind} {target.kind} {target.name}")
        if event.kind == "deleted" or event.body.get("status"):
            return
        if target.kind == "CatalogSource" and get(event.body, "spec", "image") != "absent":
            self._cluster.set_status(target, {"connectionState": {"lastObservedState": "READY"}})
        elif target.kind == "Subscription":
            self._installed(f"openstack-operator.{get(event.body, 'spec', 'source')}")

    def _installed(self, name: str) -> None:
        labels = {f"{OLM}/openstack-operator.{OPS}": ""}
        meta = {"name": name, "namespace": OPS, "labels": labels}
        self._cluster.put(
            {"apiVersion": f"{OLM}/v1alpha1", "kind": "ClusterServiceVersion", "metadata": meta}
        )
        self._cluster.set_status(SUBSCRIPTION, {"state": "AtLatestKnown", "installedCSV": name})


def world(made: FakeCluster, values: Any = None) -> World:
    """Make a world whose profile takes the operator from the release's catalog, or from another."""
    source = {"package": "openstack-operator", "source": "index", "sourceNamespace": None}
    source |= values["operators"]["openstack"] if values else {}
    plain = worlds.values() | {"operators": {"openstack": source, "overrides": {}, "sources": {}}}
    plain["namespaces"] = plain["namespaces"] | {"operators": OPS}
    loaded = worlds.Profile(plain)
    return replace(worlds.world(made), loaded=loaded, catalogue=components.parse(FILES))


def index(reference: str = INDEX) -> Entry:
    """Make an entry of a catalog."""
    values = catalogs.values(Kind.INDEX, reference, OPS)
    return entry(Kind.INDEX, "openstack", values=values, touches=TOUCHES, note=reference)


@pytest.fixture
def cluster() -> FakeCluster:
    """Have the operator of the release."""
    made = worlds.cluster(*KINDS)
    worlds.namespace(made, OPS)
    made.reactions.append(Olm(made))
    list(deploying.deploy(world(made), Target(), QUICK))
    return made


def end(events: Iterator[Event]) -> RunFinished:
    """Let a run come to its end."""
    *_, last = events
    assert isinstance(last, RunFinished)
    return last


def swap(made: FakeCluster, reference: str = INDEX) -> RunFinished:
    """Take the operator from another catalog."""
    wanted = index(reference)
    body, *_ = catalogs.objects(Kind.INDEX, reference, OPS, "openstack-operator")
    return end(swapping.swap(world(made, wanted.values), wanted, QUICK, wishes=[effects.wanted(body)]))


def of_olm(made: FakeCluster) -> dict[ObjectId, Body]:
    """Give what is there of OLM's."""
    found = {each: made.peek(each) or {} for each in made.ids() if each.group == OLM}
    return {each: {**body.get("spec", {}), "status": body.get("status")} for each, body in found.items()}


def test_the_operator_goes_to_another_catalog_and_back(cluster: FakeCluster) -> None:
    """Anew both times, since OLM goes only forward; first when the catalog answers, the Subscription before its version."""
    (olm,) = cluster.reactions
    assert isinstance(olm, Olm)
    before = of_olm(cluster)
    olm.told.clear()
    made = swap(cluster)
    there = [each.split()[:2] for each in olm.told]
    between = of_olm(cluster)
    back = end(resetting.reset(world(cluster), store.read(cluster), QUICK))

    assert (ExitCode.DONE, ExitCode.DONE) == (made.exit_code, back.exit_code)
    catalog, version = "CatalogSource", "ClusterServiceVersion"
    assert [
        ["added", catalog],
        ["deleted", "Subscription"],
        ["deleted", version],
        ["added", "Subscription"],
        ["added", version],
        ["deleted", catalog],
    ] == there
    assert f"openstack-operator.{THEIRS.name}" == between[SUBSCRIPTION]["status"]["installedCSV"]
    assert OURS not in between
    assert before == of_olm(cluster)


def test_a_catalog_that_does_not_come_changes_nothing_else(cluster: FakeCluster) -> None:
    """The operator stays as it is, and a reset takes the catalog away."""
    before = of_olm(cluster)
    patience = steps(world(cluster, index("absent").values), [index("absent")])[0].timeout
    wanted = index("absent")
    body, *_ = catalogs.objects(Kind.INDEX, "absent", OPS, "openstack-operator")
    story = swapping.swap(world(cluster, wanted.values), wanted, QUICK, wishes=[effects.wanted(body)])
    for _ in story:
        if cluster.peek(ObjectId(OLM, "CatalogSource", OPS, catalogs.name("absent"))):
            break
    close(story)
    between = of_olm(cluster)
    back = end(resetting.reset(world(cluster), store.read(cluster), QUICK))

    assert 300.0 == patience.stall
    assert before.items() <= between.items()
    assert ExitCode.DONE == back.exit_code
    assert before == of_olm(cluster)


def test_what_is_there_already_is_not_made_anew(cluster: FakeCluster) -> None:
    """Neither by the same command once more, nor for entries of other kinds; a version without a Subscription goes."""
    swap(cluster)
    again = steps(world(cluster, index().values), [index()])
    other = steps(world(cluster), [entry()])
    resource = cluster.resource(OLM, "Subscription")
    assert resource is not None
    cluster.delete(resource, OPS, SUBSCRIPTION.name)
    killed = steps(world(cluster, index().values), [index()])

    bundle = entry(Kind.BUNDLE, "openstack", note=INDEX, touches=TOUCHES)
    (served, *_) = steps(world(cluster, index().values), [bundle])

    assert ["Deployment", "CatalogSource"] == [each.target.kind for each in served.gates]
    assert ["operators/dev/catalog"] == [each.id for each in again]
    assert () == other
    assert ["operators/dev/catalog", "operators/dev/version"] == [each.id for each in killed]


def test_who_serves_a_catalog_is_known_while_it_comes(cluster: FakeCluster) -> None:
    """To see at once that its image cannot be pulled; nothing when it goes, or is served elsewhere."""
    bundle = entry(Kind.BUNDLE, "openstack", note=INDEX)
    remote = index("grpc://catalog:50051")
    coming = replace(world(cluster), entries=(index(), bundle, remote))

    assert {THEIRS: INDEX} == served_by(coming, [index()])
    assert {ObjectId("apps", "Deployment", OPS, THEIRS.name): catalogs.OPM} == served_by(coming, [bundle])
    assert {} == served_by(coming, [remote])
    assert {} == served_by(world(cluster), [index()])
