"""The built-in catalogue against the real schemas and the real admission webhooks."""

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.steps import Manifest, Policy
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.rehearsal import layer
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.workflows import facts, planning
from tests.cluster.commands import Osk
from tests.cluster.leaves import missing


@pytest.fixture(scope="module")
def deployed(osk: Osk, rehearsal: Rehearsal) -> Rehearsal:
    """Give the cluster with everything of the profile crc on it."""
    ended = osk("deploy", "all", f"--rehearsal={rehearsal.name}", "--yes", "-o", "json")
    assert ended.code == 0, ended.problems or ended.stderr
    return rehearsal


@pytest.fixture
def manifests(deployed: Rehearsal, cluster: Cluster) -> tuple[Manifest, ...]:
    """Give what was deployed, but for what was there already and is left alone."""
    overlay = layer.layer(deployed.name, deployed.directory)
    loaded = loading.load("crc", reader=files.ProfileFiles(), overlays=[overlay])
    known = facts.gather(cluster, loaded.values, profile=loaded.name)
    plan = planning.whole(loaded, components.parse(files.catalogue()), known)
    return tuple(each for each in plan.manifests if each.id.kind != "CustomResourceDefinition")


def _live(cluster: Cluster, manifest: Manifest) -> Body:
    resource = cluster.resource(manifest.id.group, manifest.id.kind)
    assert resource is not None, manifest.id
    return cluster.get(resource, manifest.id.namespace, manifest.id.name) or {}


def test_every_leaf_is_in_the_live_object(manifests: tuple[Manifest, ...], cluster: Cluster) -> None:
    """No schema prunes and no webhook strips or changes anything that osk applies."""
    lost = [f"{each.id}{leaf}" for each in manifests for leaf in missing(each.body, _live(cluster, each))]

    assert lost == []


def test_secret_keys_are_there(manifests: tuple[Manifest, ...], cluster: Cluster) -> None:
    """Every key that a template names has a value."""
    absent = [
        f"{each.id} {key.name}"
        for each in manifests
        for key in each.secret_keys
        if not _live(cluster, each).get("data", {}).get(key.name)
    ]

    assert absent == []


def test_the_server_warns_of_nothing(manifests: tuple[Manifest, ...], cluster: Cluster) -> None:
    """Applying again, as a dry run, gives no warning and another value of nothing."""
    applied = [each for each in manifests if each.policy is Policy.APPLY]
    answers = {str(each.id): cluster.apply(each.body, dry_run=True) for each in applied}

    assert {key: answer.warnings for key, answer in answers.items() if answer.warnings} == {}
    assert all(answers[str(each.id)].body.get("spec") == _live(cluster, each).get("spec") for each in applied)
