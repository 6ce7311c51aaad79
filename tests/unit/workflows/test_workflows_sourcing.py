"""Where operators come from once the cluster is known."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.workflows import deploying, facts, planning, sourcing
from openstack_k8s_cli.workflows.world import Target
from tests.fakes.downloads import FakeDownloads
from tests.unit.workflows.test_workflows_platform import okd, world

OPERATOR = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: nmstate-operator, namespace: nmstate}
"""


def loaded(*sets: str) -> Loaded:
    """Load the built-in profile."""
    return loading.load("crc", sets=sets, reader=files.ProfileFiles())


def found(profile: Loaded, version: str) -> Facts:
    """Give the facts of a cluster of a version."""
    return replace(facts.offline(profile.values), version=version)


@pytest.mark.parametrize(
    ("sets", "version", "expected"),
    [
        ([], "4.18.9", "stable-6.1"),
        ([], "4.19.0", "stable-6.3"),
        (["operators.sources.loki.channel=mine"], "4.19.0", "mine"),
        (["platform.version=4.18"], "4.19.0", "stable-6.1"),
    ],
    ids=["older", "newer", "the profile's own", "the profile's version"],
)
def test_the_clusters_version_chooses_rows(sets: list[str], version: str, expected: str) -> None:
    """On a cluster its version decides, unless the profile says the version or the value itself."""
    profile = loaded(*sets)

    values = sourcing.of_cluster(profile, found(profile, version))

    assert expected == values["operators"]["sources"]["loki"]["channel"]


def test_manifests_are_part_of_the_plan() -> None:
    """What is fetched is planned like what osk renders, in the namespace that the profile says."""
    profile = loaded("platform.flavour=okd")
    catalogue = components.parse(files.catalogue())
    texts_of = {each["url"]: OPERATOR for each in _files(profile) if each["url"].endswith("/operator.yaml")}
    texts = FakeDownloads(texts_of)

    plan = planning.whole(profile, catalogue, facts.offline(profile.values), texts=texts.text)

    assert [each["url"] for each in _files(profile)] == texts.fetched
    assert "Deployment openshift-nmstate/nmstate-operator" in {
        f"{each.id.kind} {each.id.namespace}/{each.id.name}" for each in plan.manifests
    }


def test_without_the_texts_their_objects_are_awaited() -> None:
    """Offline nothing is fetched: the operator's Deployment stands in the plan as what is waited for."""
    profile = loaded("platform.flavour=okd")
    plan = planning.offline(profile, components.parse(files.catalogue()), Target(("nmstate",), only=True))
    [operator] = [each for each in plan.steps if each.id == "operators/nmstate/operator"]

    assert [each.id.kind for each in operator.manifests] == ["Namespace"]
    assert [(each.target.kind, each.target.name) for each in operator.gates] == [
        ("Deployment", "nmstate-operator")
    ]


def test_an_operator_that_is_there_is_not_fetched() -> None:
    """Used as it is, it needs no manifests."""
    profile = loaded("platform.flavour=okd")
    texts = FakeDownloads()
    known = replace(facts.offline(profile.values), operators=frozenset({"nmstate"}))

    planning.whole(profile, components.parse(files.catalogue()), known, texts=texts.text)

    assert [] == texts.fetched


def test_what_cannot_be_fetched_stops_before_the_first_write() -> None:
    """A deployment fetches everything before it writes anything."""
    made = okd()
    chosen = replace(world(made), downloads=_Unreachable())
    before = len(made.log)

    with pytest.raises(OskError) as refused:
        list(deploying.deploy(chosen, Target(), Options()))

    assert ExitCode.REFUSED is refused.value.exit_code
    assert not [each for each in made.log[before:] if each.verb in {"apply", "create", "patch"}]


def _files(profile: Loaded) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = get(profile.values, "operators", "sources", "nmstate", "manifests")
    return listed


def test_manifests_that_are_not_at_hand_are_named() -> None:
    """Those of components in the plan, and of no others."""
    profile = loading.load("okd", reader=files.ProfileFiles())
    catalogue = components.parse(files.catalogue())
    kept = FakeDownloads().kept

    named = [
        sourcing.absent(
            profile.values, planning.offline(profile, catalogue, Target((word,), only=True)), kept
        )
        for word in ("nmstate", "metallb", "all")
    ]

    assert named[0]
    assert [(), named[0]] == named[1:]
    assert all(each.startswith("https://") for each in named[0])


class _Unreachable(FakeDownloads):
    def text(self, place: Mapping[str, Any]) -> str:
        problem = Problem("OSK0413", "unreachable", str(place["url"]), advice=(Advice("try again"),))
        raise OskError(problem, exit_code=ExitCode.REFUSED)
