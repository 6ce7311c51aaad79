"""The operators and the storage of the built-in catalogue."""

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.steps import Fate, Policy
from tests.unit.render.rendered import manifests, refused, steps
from tests.unit.render.variants import bodies


def test_local_volumes_are_numbered_as_their_folders() -> None:
    """Each worker has all its volumes, with as many digits as the last number has."""
    overlay = "platform: {workers: [w0, w1]}\nstorage: {local: {volumes: 100}}"
    volumes = bodies(steps("crc", overlay=overlay), "PersistentVolume")

    assert len(volumes) == 200
    assert get(volumes["local-storage007-w1"], "spec", "local", "path") == "/mnt/openstack/pv007"


def test_operators_that_are_there_are_used() -> None:
    """Their Subscription is not made, their configuration is."""
    rendered = steps(
        "crc", facts={"operators": frozenset({"nmstate", "metallb", "certManager", "openstack"})}
    )

    assert not bodies(rendered, "Subscription")
    assert {"MetalLB", "NMState", "OpenStack"} <= {each.id.kind for each in manifests(rendered).values()}


def test_a_catalog_that_is_not_there_is_said() -> None:
    """On a cluster without the catalog of an operator nothing begins, and the catalogs that it has are named."""
    known = {"cluster_id": "u", "catalogs": ("community-operators",), "operators": frozenset({"nmstate"})}

    problems = refused(lambda: steps("crc", facts=known))

    assert [problem.subject for problem in problems] == ["operators/marketplace/checks.j2:6"] * 2
    assert all("there are: community-operators" in problem.summary for problem in problems)


def test_catalogs_are_awaited_for_what_comes_from_them() -> None:
    """With every operator there, no catalog is asked."""
    every = frozenset({"nmstate", "metallb", "certManager"})

    asked = [step.id for step in steps("crc", facts={"operators": every}) if "marketplace" in step.id]

    assert asked == []


def test_a_catalog_by_address_has_no_image() -> None:
    """OLM prefers an image, so it must not be there beside an address."""
    rendered = steps("crc", overlay="operators: {openstack: {address: '127.0.0.1:50051'}}")
    [catalog] = bodies(rendered, "CatalogSource").values()

    assert catalog["spec"] == {"sourceType": "grpc", "address": "127.0.0.1:50051"}


def test_a_catalog_that_is_there_is_not_made() -> None:
    """With a namespace for the source the Subscription points there."""
    overlay = "operators: {openstack: {source: mine, sourceNamespace: openshift-marketplace, version: v1, approval: manual}}"
    rendered = steps("crc", overlay=overlay)

    assert not bodies(rendered, "CatalogSource")
    assert bodies(rendered, "Subscription")["openstack-operator"]["spec"] == {
        "name": "openstack-operator",
        "channel": "alpha",
        "source": "mine",
        "sourceNamespace": "openshift-marketplace",
        "installPlanApproval": "Manual",
        "startingCSV": "v1",
    }


def test_the_kind_of_bare_metal_hosts_is_for_a_cluster() -> None:
    """It is made once where a cluster lacks it, and never taken away."""
    found = manifests(steps("crc", facts={"cluster_id": "u", "catalogs": ("redhat-operators",)}))
    kind = found["CustomResourceDefinition baremetalhosts.metal3.io"]

    assert (kind.policy, kind.on_teardown) == (Policy.CREATE, Fate.KEEP)
    assert str(kind.id) not in manifests(steps())


def test_the_communitys_cert_manager_watches_everything() -> None:
    """Its OperatorGroup has no target namespaces, and its operands are awaited where it is."""
    overlay = (
        "operators: {sources: {certManager: {catalog: community-operators, package: cert-manager,"
        " channel: stable, namespace: certs}}}"
    )
    rendered = {step.id: step for step in steps("crc", overlay=overlay)}
    step = rendered["operators/cert-manager/operator"]

    [group] = bodies([step], "OperatorGroup").values()
    assert group["spec"] == {"upgradeStrategy": "Default"}
    assert {gate.target.namespace for gate in step.gates} == {"", "certs"}
    assert {"operators/marketplace[community-operators]/catalog"} <= step.after
