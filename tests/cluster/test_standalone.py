"""`deploy service --standalone`: services by operators of their own on a real API server and OLM, with no control plane."""

from collections.abc import Mapping

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import ExitCode
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.cluster.commands import Ended, Osk
from tests.cluster.staging import Stage

FIRST = ("galera", "memcached", "rabbitmq", "keystone")
KINDS = {
    "Galera": "mariadb.openstack.org",
    "KeystoneAPI": "keystone.openstack.org",
    "PlacementAPI": "placement.openstack.org",
}


@pytest.fixture(scope="module")
def fresh(stage: Stage) -> Rehearsal:
    """Have a bare cluster."""
    return stage.fresh()


@pytest.fixture(scope="module")
def first(osk: Osk, fresh: Rehearsal) -> Ended:
    """Have keystone and what it needs, each with its operator."""
    return osk("deploy", *words(fresh, *FIRST))


@pytest.fixture(scope="module")
def second(osk: Osk, fresh: Rehearsal, first: Ended) -> Ended:
    """Have placement beside them, by a command that does not name them."""
    assert first.code == ExitCode.DONE, first.stderr
    return osk("deploy", *words(fresh, "placement"))


def words(rehearsal: Rehearsal, *names: str) -> tuple[str, ...]:
    """Give the words behind `osk deploy` or `osk teardown`."""
    return ("service", *names, "--standalone", "-p", "crc", f"--rehearsal={rehearsal.name}", "-o", "json")


def there(rehearsal: Rehearsal) -> Mapping[str, Body]:
    """Give the services that there are, by kind."""
    cluster = kubernetes.connect(str(rehearsal.kubeconfig))
    found = {kind: cluster.resource(group, kind) for kind, group in KINDS.items()}
    return {
        kind: body
        for kind, resource in found.items()
        if resource is not None
        for body in cluster.list(resource, "openstack").items
    }


def changes(ended: Ended) -> set[str]:
    """Name the changes of a run."""
    return {each["change"] for each in ended.of("ObjectChanged")}


def test_a_service_with_its_own_operator_is_ready(first: Ended, fresh: Rehearsal) -> None:
    """There is no OpenStack operator, and each kind has the webhooks of its own one: the image is its default."""
    keystone = there(fresh)["KeystoneAPI"]

    assert (ExitCode.DONE, []) == (first.code, first.problems), first.stderr
    assert "openstack-keystone" in get(keystone, "spec", "containerImage")
    assert {"subscription"} & {each["object"]["kind"].lower() for each in first.of("ObjectChanged")}
    assert "openstack-operator" not in {each["object"]["name"] for each in first.of("ObjectChanged")}


def test_another_one_leaves_the_first_alone(second: Ended, fresh: Rehearsal) -> None:
    """Their operators stay though neither the profile nor the command names them."""
    assert ExitCode.DONE == second.code, second.stderr
    assert {"created", "unchanged"} == changes(second)
    assert set(KINDS) == set(there(fresh))


def test_a_second_run_changes_nothing(osk: Osk, fresh: Rehearsal, second: Ended) -> None:
    """The same command is safe to run again."""
    assert ExitCode.DONE == second.code
    again = osk("deploy", *words(fresh, "placement"))

    assert (ExitCode.DONE, {"unchanged"}) == (again.code, changes(again))


def test_one_is_taken_down_alone(osk: Osk, fresh: Rehearsal, second: Ended) -> None:
    """Its resource goes, with what its operator made of it; the others stay."""
    assert ExitCode.DONE == second.code
    down = osk("teardown", *words(fresh, "keystone", "placement"), "--yes")

    assert (ExitCode.DONE, {"deleted"}) == (down.code, changes(down)), down.stderr
    assert {"Galera"} == set(there(fresh))
