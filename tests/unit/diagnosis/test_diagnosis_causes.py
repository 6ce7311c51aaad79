"""Which object osk names when something does not get ready."""

from typing import Any

from openstack_k8s_cli import readiness
from openstack_k8s_cli.diagnosis import causes
from openstack_k8s_cli.model.objects import Body, ObjectId, id_of


def service(group: str, kind: str, owner: Body | None = None, **condition: Any) -> Body:
    """Make an openstack.org object with a Ready condition and perhaps an owner."""
    meta: dict[str, Any] = {"name": kind.lower(), "namespace": "openstack", "generation": 1}
    if owner is not None:
        reference = {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
        }
        meta["ownerReferences"] = [reference | {"controller": True, "uid": "1"}]
    ready = {"type": "Ready", "status": "False", "reason": "Requested"} | condition
    status = {"observedGeneration": 1, "conditions": [ready]}
    return {"apiVersion": f"{group}.openstack.org/v1beta1", "kind": kind, "metadata": meta, "status": status}


def known(*bodies: Body) -> dict[ObjectId, Body]:
    """Index objects by id."""
    return {id_of(each): each for each in bodies}


def test_deepest_child_is_named() -> None:
    """The cause is the last not-ready object on the way down, with its own message."""
    plane = service("core", "OpenStackControlPlane", message="Nova in progress")
    nova = service("nova", "Nova", plane, message="NovaCell in progress")
    cell = service("nova", "NovaCell", nova, message="DB create job error", reason="Error")

    cause = causes.deepest(id_of(plane), known(plane, nova, cell), judge=readiness.judge)

    assert cause is not None
    assert "NovaCell openstack/novacell: DB create job error" == str(cause)
    assert (id_of(plane), id_of(nova), id_of(cell)) == cause.path


def test_an_error_goes_before_what_waits() -> None:
    """Of several children the one that fails is followed."""
    plane = service("core", "OpenStackControlPlane")
    waits = service("barbican", "Barbican", plane, message="waiting for KeystoneAPI")
    fails = service("keystone", "KeystoneAPI", plane, message="secret missing", reason="Error")

    cause = causes.deepest(id_of(plane), known(plane, waits, fails), judge=readiness.judge)

    assert cause is not None
    assert id_of(fails) == cause.object


def test_nothing_stuck() -> None:
    """An object that is ready has no cause."""
    plane = service("core", "OpenStackControlPlane", status="True", reason="Ready")

    assert causes.deepest(id_of(plane), known(plane), judge=readiness.judge) is None


def test_a_ring_of_owners_ends() -> None:
    """Objects that own each other do not send osk in circles."""
    one = service("nova", "Nova")
    two = service("nova", "NovaCell", one)
    one["metadata"]["ownerReferences"] = [
        {"apiVersion": two["apiVersion"], "kind": "NovaCell", "name": "novacell"}
    ]

    cause = causes.deepest(id_of(one), known(one, two), judge=readiness.judge)

    assert cause is not None
    assert id_of(two) == cause.object
