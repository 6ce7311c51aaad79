"""A cluster that is not what the profile says, and OKD, whose operators come from elsewhere."""

from dataclasses import replace

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.apply.options import Options
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.problems import AGAIN, ExitCode, OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.workflows import deploying, planning, platform
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.downloads import FakeDownloads
from tests.fakes.secrets import NoSecrets
from tests.unit.workflows import worlds

SETS = ("platform.provider=existing", "platform.flavour=okd")


def world(made: FakeCluster, *sets: str) -> World:
    """Make a world with the built-in profile and catalogue."""
    loaded = loading.load("crc", sets=(*SETS, *sets), reader=files.ProfileFiles())
    catalogue = components.parse(files.catalogue())
    return World(made, SystemClock(), loaded, catalogue, NoSecrets(), downloads=FakeDownloads())


def okd() -> FakeCluster:
    """Make an OKD cluster with its own catalogs."""
    made = worlds.cluster(worlds.VERSION, worlds.SUBSCRIPTION, worlds.ROUTE, worlds.CATALOGS)
    made.put(
        {
            "apiVersion": "config.openshift.io/v1",
            "kind": "ClusterVersion",
            "metadata": {"name": "version"},
            "status": {"desired": {"version": "4.20.0-okd-scos.3"}},
        }
    )
    worlds.namespace(made, "openshift-marketplace")
    place = {"name": "community-operators", "namespace": "openshift-marketplace"}
    made.put({"apiVersion": "operators.coreos.com/v1alpha1", "kind": "CatalogSource", "metadata": place})
    return made


def test_the_advice_works_at_once() -> None:
    """A mismatch names the option that goes with any profile, and how to say it for good."""
    values = worlds.values(flavour="openshift")
    found = Facts("existing", "okd", ("one",), {}, frozenset())

    with pytest.raises(OskError) as refused:
        platform.check(found, values)

    commands = [advice.command for advice in refused.value.problems[0].advice]
    assert [
        f"{AGAIN} --set platform.flavour=okd",
        "osk profile set platform.flavour okd",
    ] == commands[1:]


def test_okd_takes_the_communitys_operators() -> None:
    """cert-manager and MetalLB come from the community's catalogs; the one that OKD lacks is made."""
    plan = planning.whole(world(okd()).loaded, world(okd()).catalogue, planning.found(world(okd())))
    bodies = {(each.id.kind, each.id.name): each.body for each in plan.manifests}
    sources = {
        each.body["spec"]["name"]: (each.body["spec"]["source"], each.body["spec"]["channel"])
        for each in plan.manifests
        if each.id.kind == "Subscription"
    }

    assert sources == {
        "cert-manager": ("community-operators", "stable"),
        "metallb-operator": ("operatorhubio-catalog", "beta"),
        "openstack-operator": ("openstack-operator-index", "alpha"),
    }
    assert "image" in bodies["CatalogSource", "operatorhubio-catalog"]["spec"]
    made = next(each for each in plan.steps if each.id.endswith("[operatorhubio-catalog]/source"))
    awaited = next(each for each in plan.steps if each.id.endswith("[operatorhubio-catalog]/catalog"))
    assert made.id in awaited.after


def test_a_cluster_without_nmstate_is_refused_before_anything() -> None:
    """Where NMState has no source, a deployment says so before the first write, and so does a plan."""
    made = okd()
    unsourced = "operators.sources.nmstate.manifests=[]"

    for attempt in (
        lambda: planning.preview(world(made, unsourced), Target()),
        lambda: list(deploying.deploy(world(made, unsourced), Target(), Options())),
    ):
        with pytest.raises(OskError) as refused:
            attempt()
        assert ExitCode.REFUSED is refused.value.exit_code
        assert ["OSK0412"] == [each.code for each in refused.value.problems]
    assert not [each for each in made.log if each.verb == "apply"]


@pytest.mark.parametrize(
    "sets", [["networks.isolation=false"], ["operators.sources.nmstate.catalog=okderators"]]
)
def test_okd_with_another_answer(sets: list[str]) -> None:
    """Without isolated networks, or with a catalog of one's own, nothing is in the way."""
    chosen = world(okd(), *sets)
    facts = replace(planning.found(chosen), catalogs=("community-operators", "okderators"))
    plan = planning.whole(chosen.loaded, chosen.catalogue, facts)

    platform.check_prerequisites(facts, chosen.loaded.values, plan)
