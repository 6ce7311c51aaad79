"""What osk says of machines that the cluster provisions."""

from typing import Any

import pytest

from openstack_k8s_cli import readiness
from openstack_k8s_cli.model.objects import Body, id_of
from openstack_k8s_cli.model.verdicts import State, Verdict


def machine(state: str = "", **more: str) -> Body:
    """Make a BareMetalHost."""
    status: dict[str, Any] = {"provisioning": {"state": state}, **more} if state else {}
    return {
        "apiVersion": "metal3.io/v1alpha1",
        "kind": "BareMetalHost",
        "metadata": {"name": "machine-0", "namespace": "openstack"},
        "status": status,
    }


def judged(body: Body) -> Verdict:
    """Judge it."""
    return readiness.judge(id_of(body), body)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", State.WAITING),
        ("registering", State.PROGRESSING),
        ("inspecting", State.PROGRESSING),
        ("available", State.READY),
        ("provisioned", State.READY),
        ("externally provisioned", State.READY),
    ],
)
def test_a_machine_is_ready_once_it_is_inspected(state: str, expected: State) -> None:
    """It can be taken then, or has been."""
    assert expected is judged(machine(state)).state


def test_an_error_is_told() -> None:
    """A board that does not answer fails the machine, with metal3's own words."""
    seen = judged(machine("registering", errorType="registration error", errorMessage="no BMC"))

    assert (State.FAILING, "registration error", "no BMC") == (seen.state, seen.reason, seen.message)
