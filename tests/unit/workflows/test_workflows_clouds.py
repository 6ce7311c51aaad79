"""How a cloud that is up is used."""

from base64 import b64encode

import pytest

from openstack_k8s_cli.apply.ports import Ran
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.workflows import clouds
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served
from tests.unit.workflows import worlds


def with_client(*, ready: str) -> FakeCluster:
    """Make a cluster with the client's pod."""
    made = worlds.cluster(worlds.ROUTE)
    worlds.namespace(made, "openstack")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "openstackclient", "namespace": "openstack"},
    }
    made.put(pod | {"status": {"conditions": [{"type": "Ready", "status": ready}]}})
    return made


def test_arguments_input_and_status_are_passed_through() -> None:
    """`osk openstack` is the client itself: arguments, stdin and exit status."""
    made = with_client(ready="True")
    made.on_exec = lambda namespace, pod, command, stdin: Ran(3, f"{namespace}/{pod} {command} {stdin!r}", "")

    ran = clouds.openstack(made, "openstack", ("server", "list"), stdin=[b"i", b"n"])

    assert 3 == ran.exit_code
    assert "openstack/openstackclient ('openstack', 'server', 'list') b'in'" == ran.stdout


def test_a_client_that_is_not_ready() -> None:
    """A client that is not ready is a refusal that says how to see more."""
    with pytest.raises(OskError) as refused:
        clouds.openstack(with_client(ready="False"), "openstack", ())

    assert ExitCode.REFUSED is refused.value.exit_code
    assert "osk status" in {advice.command for advice in refused.value.problems[0].advice}


def test_clouds_yaml() -> None:
    """The cloud's own clouds.yaml and secure.yaml are given as they are."""
    made = with_client(ready="True")
    names = {"namespace": "openstack"}
    made.create(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": names | {"name": "openstack-config"},
            "data": {"clouds.yaml": "a: 1"},
        }
    )
    secret = {"secure.yaml": b64encode(b"b: 2").decode()}
    made.create(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": names | {"name": "openstack-config-secret"},
            "data": secret,
        }
    )

    assert ("a: 1", "b: 2") == clouds.clouds_yaml(made, "openstack")


def test_environment() -> None:
    """Both files together become the client's variables."""
    config = {
        "clouds": {"default": {"auth": {"auth_url": "https://k", "username": "admin"}, "region_name": "r"}}
    }
    secure = {"clouds": {"default": {"auth": {"password": "p"}}}}

    assert {
        "OS_AUTH_URL": "https://k",
        "OS_PASSWORD": "p",
        "OS_REGION_NAME": "r",
        "OS_USERNAME": "admin",
    } == clouds.environment(config, secure)


def test_the_dashboard() -> None:
    """The dashboard's address is its route's."""
    made = with_client(ready="True")
    made.create(
        {
            "apiVersion": "route.openshift.io/v1",
            "kind": "Route",
            "metadata": {"name": "horizon", "namespace": "openstack"},
            "spec": {"host": "horizon-openstack.apps-crc.testing"},
        }
    )

    assert "https://horizon-openstack.apps-crc.testing" == clouds.horizon(made, "openstack")


@pytest.mark.parametrize(
    ("enabled", "said"), [(False, "horizon is off"), (True, "Route openstack/horizon is not there")]
)
def test_a_dashboard_that_is_off(*, enabled: bool, said: str) -> None:
    """Then the command says what switches it on, not that something is missing."""
    made = with_client(ready="True")
    made.serve(served("core.openstack.org", "v1beta1", "OpenStackControlPlane", "openstackcontrolplanes"))
    made.refresh()
    meta = {"name": "cloud", "namespace": "openstack"}
    spec = {"horizon": {"enabled": enabled}}
    made.put(
        {
            "apiVersion": "core.openstack.org/v1beta1",
            "kind": "OpenStackControlPlane",
            "metadata": meta,
            "spec": spec,
        }
    )

    with pytest.raises(OskError, match=said):
        clouds.horizon(made, "openstack")


def test_no_dashboard() -> None:
    """A cloud without a dashboard says so."""
    with pytest.raises(OskError, match="Route openstack/horizon is not there"):
        clouds.horizon(with_client(ready="True"), "openstack")
