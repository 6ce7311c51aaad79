"""A running cloud taken over by a profile."""

import base64
import copy
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply import labels
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body, group_of
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers import minimal
from openstack_k8s_cli.profile.importers.outcome import Outcome
from openstack_k8s_cli.profile.sources import Reader, Source
from openstack_k8s_cli.workflows import facts, planning
from openstack_k8s_cli.workflows.taking import Taking
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds

READER = files.ProfileFiles()
CATALOGUE = components.parse(files.catalogue())
CLUSTER_WIDE = {
    "NodeNetworkConfigurationPolicy",
    "NMState",
    "DNS",
    "SecurityContextConstraints",
    "ImageDigestMirrorSet",
}

METAL = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "baremetalhosts.metal3.io"},
    "spec": {
        "group": "metal3.io",
        "scope": "Namespaced",
        "names": {"kind": "BareMetalHost", "plural": "baremetalhosts"},
        "versions": [{"name": "v1alpha1", "served": True}],
    },
}
"""Without it the operators do not run."""

STATUS = {
    "OpenStackDataPlaneDeployment": {"deployed": True},
    "OpenStackDataPlaneNodeSet": {"configHash": "1", "deployedConfigHash": "1", "observedGeneration": 1},
}
"""What says that a cloud's hosts are deployed."""


def bodies(profile: str, *sets: str, own: bool = True) -> list[Body]:
    """Render a profile's objects as the cluster would keep them; not `own`: as if others had made them."""
    loaded = loading.load(profile, sets=sets, reader=READER)
    plan = planning.whole(loaded, CATALOGUE, facts.offline(loaded.values))
    found = []
    for step in plan.steps:
        for manifest in step.manifests:
            keys = {each.name: "dmFsdWU=" for each in manifest.secret_keys}
            made = manifest.body if own else labels.plain(manifest.body)
            body = copy.deepcopy({key: value for key, value in made.items() if key != "stringData"})
            texts = {
                key: base64.b64encode(text.encode()).decode()
                for key, text in (made.get("stringData") or {}).items()
            }
            data = {**(body.get("data") or {}), **texts, **keys}
            found.append({**body, "data": data} if data else body)
    return found


def running(objects: Iterable[Body]) -> FakeCluster:
    """Make a cluster that has them all, written by someone else."""
    made = worlds.cluster(worlds.VERSION, worlds.ROUTE, worlds.CATALOGS, workers=("crc",))
    worlds.namespace(made, "openshift-marketplace")
    for name in ("redhat-operators", "community-operators", "operatorhubio-catalog"):
        place = {"name": name, "namespace": "openshift-marketplace"}
        made.put({"apiVersion": "operators.coreos.com/v1alpha1", "kind": "CatalogSource", "metadata": place})
    for body in (METAL, *objects):
        group, kind = group_of(body["apiVersion"]), body["kind"]
        if made.resource(group, kind) is None:
            version = body["apiVersion"].rpartition("/")[2]
            made.serve(served(group, version, kind, f"{kind.lower()}s", namespaced=kind not in CLUSTER_WIDE))
            made.refresh()
        made.put(body | {"status": STATUS.get(kind, {})})
    return made


def take(made: FakeCluster, namespace: str | None = None, *, rounds: int = 4) -> Outcome:
    """Take the cloud over."""

    def load(name: str, reader: Reader) -> loading.Loaded:
        return loading.load(name, reader=reader)

    return Taking(made, CATALOGUE, READER, load, rounds=rounds).take(namespace)


def preview(made: FakeCluster, outcome: Outcome) -> planning.Preview:
    """Say what a deployment of the profile that came out would change."""
    loaded = loading.load(minimal.NAME, reader=minimal.With(READER, outcome.profile))
    return planning.preview(World(made, SystemClock(), loaded, CATALOGUE, NoSecrets()), Target())


def lab(folder: Path, names: str) -> str:
    """Write a profile over others."""
    file = folder / "lab.yaml"
    file.write_text(f"apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [{names}]\n")
    return str(file)


def changes(seen: planning.Preview) -> list[str]:
    """Name what would change, and what forbids it."""
    return [
        f"{row.change} {row.object} {row.problem.detail if row.problem else row.differences}"
        for row in seen.rows
        if row.change not in {Change.UNCHANGED, Change.SKIPPED} or row.problem
    ]


@pytest.mark.parametrize(
    ("names", "own"),
    [
        ("crc", True),
        ("crc", False),
        ("crc, ha", True),
        ("crc, ipv6", False),
        ("crc, dualstack", False),
        ("crc, baremetal", False),
    ],
)
def test_a_built_in_profiles_cloud_stays_as_it_is(names: str, tmp_path: Path, *, own: bool) -> None:
    """What built-in profiles render is read back into a profile that changes nothing, whoever made the objects."""
    outcome = take(made := running(bodies(lab(tmp_path, names), "platform.workers=[crc]", own=own)))

    assert () == outcome.lost
    assert [] == changes(preview(made, outcome))


def test_a_profile_that_is_not_whole_is_a_draft(tmp_path: Path) -> None:
    """What a cloud has that cannot be read into a valid profile is said, and the draft is printed all the same."""
    outcome = take(running(bodies(lab(tmp_path, "crc, bgp"), "platform.workers=[crc]")))

    assert "networks:" in outcome.profile
    assert any("networks.bgpmainnet" in each for each in outcome.warnings)


def test_the_default_cloud_is_the_base_alone() -> None:
    """Of a cloud like crc nothing but the base is left to say."""
    values = parse(Source("taken", take(running(bodies("crc"))).profile)).values

    assert {
        "apiVersion": "osk/v1",
        "kind": "Profile",
        "name": "crc",
        "extends": ["crc"],
        "platform": {"flavour": "kubernetes"},
    } == values


def changed(kind: str, change: Callable[[Any], None]) -> FakeCluster:
    """Make the default cloud, with one object changed by hand."""
    objects = bodies("crc")
    change(next(body for body in objects if body["kind"] == kind))
    return running(objects)


def _scale(body: Any) -> None:
    body["spec"]["keystone"]["template"]["replicas"] = 2


def _no_override(body: Any) -> None:
    del body["spec"]["glance"]["template"]["storage"]


def _pool(body: Any) -> None:
    body["spec"]["addresses"] = ["192.168.122.80-192.168.122.88"]


def _services(body: Any) -> None:
    body["spec"]["services"].remove("telemetry")


def _user(body: Any) -> None:
    body["spec"]["nodeTemplate"]["ansible"]["ansibleVars"]["timesync_ntp_servers"] = [{"hostname": "clock"}]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("OpenStackControlPlane", _scale),
        ("OpenStackControlPlane", _no_override),
        ("IPAddressPool", _pool),
        ("OpenStackDataPlaneNodeSet", _services),
        ("OpenStackDataPlaneNodeSet", _user),
    ],
)
def test_what_was_changed_by_hand_is_kept(kind: str, change: Callable[[Any], None]) -> None:
    """A field that the base would put back is in the profile, as a value or as a patch."""
    made = changed(kind, change)

    outcome = take(made)

    assert [] == changes(preview(made, outcome))


def test_what_still_differs_is_said() -> None:
    """An object that no round could keep as it is would be changed, and is not carried over."""
    outcome = take(changed("OpenStackDataPlaneNodeSet", _user), rounds=0)

    assert "OpenStackDataPlaneNodeSet" in {
        each.name.split(" ")[0] for each in outcome.lost if each.reason == "osk would change it"
    }


def test_several_clouds_are_asked_about() -> None:
    """With two clouds the namespace has to be named, and none is an error too."""
    objects = bodies("crc")
    other = bodies("crc", "namespaces.openstack=second")

    with pytest.raises(OskError) as none:
        take(running([]))
    with pytest.raises(OskError) as which:
        take(running([*objects, *other]))

    assert "There is no cloud" == none.value.problems[0].summary
    assert "Namespaces with an OpenStackControlPlane: `openstack`, `second`" == which.value.problems[0].detail
