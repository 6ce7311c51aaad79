"""What is said before a service is switched."""

import pytest

from openstack_k8s_cli.cli import serving
from openstack_k8s_cli.cli.serving import Switch
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.plan.difference import Difference
from openstack_k8s_cli.workflows.comparing import Row
from tests.unit.cli.test_cli_answers import osk

PLANE = ObjectId("core.openstack.org", "OpenStackControlPlane", "openstack", "openstack")


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["spec.heat.enabled", "spec.heat"], []),
        (["spec.heat.template.replicas", "spec.barbican.enabled"], ["spec.barbican.enabled"]),
        (["spec.heater.enabled", "metadata.labels.a"], ["spec.heater.enabled"]),
    ],
)
def test_what_changes_beside_the_service_is_named(paths: list[str], expected: list[str]) -> None:
    """Fields of other services are told apart, also of one whose name begins the same."""
    row = Row("s", PLANE, Change.CONFIGURED, tuple(Difference(path, False, True) for path in paths))

    assert expected == serving._others([row], Switch(("heat",), on=True, save=False))


def test_only_what_the_profile_has_otherwise_is_said_to_be_reverted() -> None:
    """A service that the profile has on already is not told to be missing there."""
    values = {"controlplane": {"services": {"heat": {"enabled": True}, "octavia": {"enabled": False}}}}

    switched = serving.unsaved_of(Switch(("heat", "octavia"), on=True, save=False), values)

    assert switched == ("octavia",)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["deploy", "service", "heet"], "OSK1021", "Did you mean `heat`?"),
        (["deploy", "service"], "OSK1021", "barbican"),
        (["deploy", "service", "rabbitmqq"], "OSK1021", "`rabbitmq`"),
        (["deploy", "service", "openstackclient"], "OSK1020", "every control plane has it"),
        (["deploy", "service", "heet", "--standalone"], "OSK1021", "Did you mean `heat`?"),
        (["deploy", "service", "--standalone"], "OSK1021", "keystone"),
        (["teardown", "service", "openstackclient", "--standalone"], "OSK1021", "by itself"),
        (["teardown", "service", "heet"], "OSK1021", "Did you mean `heat`?"),
        (["teardown", "all", "heat"], "OSK1023", "one word too many"),
    ],
)
def test_what_cannot_be_switched_is_refused(words: list[str], code: str, said: str) -> None:
    """Names that are no service, or one that is always there, are a mistake before any cluster is asked."""
    done = osk(*words)

    assert 2 == done.exit_code
    assert code in done.stderr
    assert said in done.stderr
