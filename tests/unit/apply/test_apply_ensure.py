"""The policy `ensure` over an in-memory cluster."""

import base64

import pytest

from openstack_k8s_cli.apply.ensure import absent_keys, ensure
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind, Resource
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.secrets import Generated, Given, SecretKey
from openstack_k8s_cli.model.steps import Manifest, Policy
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import Values, manifest

SECRET = Resource("", "v1", "Secret", "secrets", namespaced=True)
ID = ObjectId("", "Secret", "cloud", "osp-secret")
KEYS = (
    SecretKey("random", Generated("password(12)")),
    SecretKey("admin", Given("secrets.osp-secret.admin")),
)
VALUES = Values(**{"secrets.osp-secret.admin": "given-value"})


def secret(*keys: SecretKey, **data: str) -> Manifest:
    """Make the manifest of an ensured Secret."""
    return manifest("Secret", "osp-secret", policy=Policy.ENSURE, keys=keys, stringData=data)


def there(over: FakeCluster) -> dict[str, str]:
    """Read the Secret's values."""
    body = over.peek(ID) or {}
    return {key: base64.b64decode(text).decode() for key, text in body["data"].items()}


def with_namespace(**data: str) -> FakeCluster:
    """Make a cluster, with the Secret when there is data for it."""
    made = FakeCluster()
    made.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud"}})
    if data:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
        meta = {"name": "osp-secret", "namespace": "cloud"}
        made.put({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": encoded})
    return made


def do(wanted: Manifest, over: FakeCluster) -> tuple[Body, Change]:
    """Ensure a manifest."""
    answer, change = ensure(wanted, wanted.body, cluster=over, resource=SECRET, values=VALUES)
    return answer.body, change


def test_missing_secret_is_made_whole() -> None:
    """A Secret that is not there gets plain, given and generated values."""
    over = with_namespace()

    _, change = do(secret(*KEYS, user="root"), over)

    values = there(over)
    assert change is Change.CREATED
    assert (values["user"], values["admin"], len(values["random"])) == ("root", "given-value", 12)


def test_only_missing_keys_are_made() -> None:
    """Keys that are there keep their value, whatever the profile says now."""
    over = with_namespace(admin="older", other="theirs")

    _, change = do(secret(*KEYS), over)

    values = there(over)
    assert change is Change.CONFIGURED
    assert (values["admin"], values["other"], len(values["random"])) == ("older", "theirs", 12)


def test_an_empty_key_is_a_missing_one() -> None:
    """It gets a value as soon as there is one; what is to be empty stays as it is."""
    over = with_namespace(admin="", random="", user="")

    assert absent_keys(secret(*KEYS), (over.peek(ID) or {})["data"]) == ("admin", "random")
    _, change = do(secret(*KEYS, user=""), over)
    _, again = do(secret(*KEYS, user=""), over)

    values = there(over)
    assert (change, again) == (Change.CONFIGURED, Change.UNCHANGED)
    assert (values["admin"], len(values["random"]), values["user"]) == ("given-value", 12, "")


def test_complete_secret_costs_one_read() -> None:
    """When nothing is missing nothing is written."""
    over = with_namespace(admin="a", random="b")

    _, change = do(secret(*KEYS), over)

    assert change is Change.UNCHANGED
    assert over.requests() == {"get Secret": 1}


def test_write_in_between_is_not_overwritten() -> None:
    """When someone writes the Secret between look and write, osk looks again."""
    over = with_namespace(admin="older")
    over.fail(ClusterError(ErrorKind.CONFLICT, "modified"), verb="merge")

    do(secret(*KEYS), over)

    assert there(over)["admin"] == "older"
    assert over.requests()["get Secret"] == 2


def test_public_key_is_derived_from_the_private_one_that_is_there() -> None:
    """A Secret with the private half only gets the public half that fits."""
    pair = (
        SecretKey("ssh-privatekey", Generated("ssh-ed25519.private")),
        SecretKey("ssh-publickey", Generated("ssh-ed25519.public")),
    )
    over = with_namespace()
    do(secret(*pair), over)
    whole = there(over)
    again = with_namespace(**{"ssh-privatekey": whole["ssh-privatekey"]})

    do(secret(*pair), again)

    assert there(again) == whole


def test_public_key_without_its_private_one_is_refused() -> None:
    """Osk makes no private key beside a public one that it would not fit."""
    pair = (
        SecretKey("ssh-privatekey", Generated("ssh-ed25519.private")),
        SecretKey("ssh-publickey", Generated("ssh-ed25519.public")),
    )

    with pytest.raises(OskError) as caught:
        do(secret(*pair), with_namespace(**{"ssh-publickey": "ssh-ed25519 AAAA"}))

    assert caught.value.problems[0].code == "OSK0522"


def test_other_kinds_are_made_once() -> None:
    """An ensured object of another kind that is there stays as it is."""
    over = with_namespace()
    wanted = manifest("ConfigMap", "c", policy=Policy.ENSURE, data={"k": "1"})
    resource = Resource("", "v1", "ConfigMap", "configmaps", namespaced=True)
    changes = [
        ensure(wanted, wanted.body, cluster=over, resource=resource, values=VALUES)[1] for _ in range(2)
    ]

    assert changes == [Change.CREATED, Change.UNCHANGED]


def test_absent_keys_are_named_without_values() -> None:
    """The plan can say which keys would be made."""
    assert absent_keys(secret(*KEYS, user="root"), {"admin": "x"}) == ("random", "user")
