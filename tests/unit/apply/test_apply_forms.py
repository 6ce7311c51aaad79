"""What values of the profile become in objects."""

import base64
import json

import pytest

from openstack_k8s_cli.apply.ensure import ensure, following
from openstack_k8s_cli.apply.forms import credentials, formed
from openstack_k8s_cli.apply.ports import Resource
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.objects import Body, ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.secrets import Given, SecretKey
from openstack_k8s_cli.model.steps import Policy
from tests.fakes.cluster import FakeCluster
from tests.unit.apply.plans import Values, manifest

CONFIGS = Resource("", "v1", "ConfigMap", "configmaps", namespaced=True)
SECRETS = Resource("", "v1", "Secret", "secrets", namespaced=True)


def coded(text: str) -> str:
    """Give base64."""
    return base64.b64encode(text.encode()).decode()


MINE = json.dumps({"auths": {"reg.example:5000": {"auth": coded("me:s3cret:x")}}})


def test_a_pull_secret_is_joined_without_losing_what_is_there() -> None:
    """Entries of others and other keys stay; an entry of the registry itself is replaced."""
    there: Body = {
        "auths": {
            "quay.io": {"auth": "b3RoZXI6eA=="},
            "reg.example:5000": {"auth": "b2xkOng=", "email": "x"},
        },
        "credsStore": "x",
    }

    joined = json.loads(formed("joined", MINE, json.dumps(there)))

    assert joined == {
        "auths": {**there["auths"], **json.loads(MINE)["auths"]},
        "credsStore": "x",
    }


def test_what_is_joined_already_stays_as_it_is_written() -> None:
    """A second run changes no byte, so that no node is touched."""
    there = json.dumps(json.loads(MINE), indent=4)

    assert there == formed("joined", MINE, there)


def test_hosts_log_in_to_the_registry_alone() -> None:
    """Of a pull secret with several registries only the mirror's login goes to the hosts, as podman wants it."""
    several = {"auths": {**json.loads(MINE)["auths"], "quay.io": {"auth": coded("you:y")}}}

    found = formed("logins=reg.example:5000/osp", json.dumps(several))

    assert {"reg.example:5000": {"me": "s3cret:x"}} == json.loads(found)


def test_a_host_trusts_an_authority_by_a_command() -> None:
    """The certificate is a file of its anchors, and these are read anew."""
    assert (
        "cat > /etc/pki/ca-trust/source/anchors/osk-mirror.pem <<'EOF'\nPEM\nEOF\nupdate-ca-trust\n"
        == formed("anchor", "PEM")
    )


@pytest.mark.parametrize(
    ("auths", "expected"),
    [
        ({"reg/a": {"auth": coded("a:1")}, "reg": {"auth": coded("b:2")}}, ("a", "1")),
        ({"reg": {"username": "b", "password": "2"}}, ("b", "2")),
        ({"other": {"auth": coded("a:1")}}, None),
    ],
)
def test_the_longest_place_that_fits_has_the_credentials(
    auths: Body, expected: tuple[str, str] | None
) -> None:
    """A pull secret may have entries of repositories."""
    assert expected == credentials(json.dumps({"auths": auths}), "reg/a/b")


@pytest.mark.parametrize("value", ["s3cret", '["s3cret"]', '{"auths": {"reg": {"auth": "s3cret"}}}'])
def test_what_is_no_pull_secret_is_refused_without_showing_it(value: str) -> None:
    """The error names the path; the value is nowhere in it."""
    key = SecretKey("k", Given("mirror.auth", "logins=reg"))
    wanted = manifest("Secret", "it", policy=Policy.ENSURE, keys=[key])

    with pytest.raises(OskError) as caught:
        following(wanted, {}, values=Values(**{"mirror.auth": value}))

    assert ("OSK0524", ExitCode.APPLY_REFUSED) == (caught.value.problems[0].code, caught.value.exit_code)
    assert "s3cret" not in str(caught.value.problems) + str(caught.value.__cause__)


def test_keys_with_a_form_follow_their_source() -> None:
    """Of a Secret that is there only they change; a second time nothing does."""
    keys = [SecretKey("auth", Given("mirror.auth", "joined")), SecretKey("once", Given("mirror.auth"))]
    wanted = manifest("Secret", "it", policy=Policy.ENSURE, keys=keys)
    over = FakeCluster()
    over.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud"}})
    data = {"auth": coded('{"auths": {"quay.io": {}}}'), "once": coded("old"), "raw": "/w=="}
    over.put(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "it", "namespace": "cloud"}, "data": data}
    )
    values = Values(**{"mirror.auth": MINE})

    changes = [
        ensure(wanted, wanted.body, cluster=over, resource=SECRETS, values=values)[1] for _ in range(2)
    ]

    there = (over.peek(ObjectId("", "Secret", "cloud", "it")) or {})["data"]
    joined = json.loads(base64.b64decode(there["auth"]))
    assert [Change.CONFIGURED, Change.UNCHANGED] == changes
    assert ["quay.io", "reg.example:5000"] == sorted(joined["auths"])
    assert {"once": data["once"], "raw": "/w=="} == {key: there[key] for key in ("once", "raw")}


@pytest.mark.parametrize("there", [None, {"reg": "old", "mine": "x"}, {"reg": "PEM", "mine": "x"}])
def test_an_authority_is_kept_in_a_config_map(there: dict[str, str] | None) -> None:
    """It is no secret; a new one takes the old one's place, and keys of others stay."""
    key = SecretKey("reg", Given("mirror.ca", "public"))
    wanted = manifest("ConfigMap", "it", policy=Policy.ENSURE, keys=[key])
    over = FakeCluster()
    over.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "cloud"}})
    if there:
        meta = {"name": "it", "namespace": "cloud"}
        over.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": there})

    _, change = ensure(
        wanted, wanted.body, cluster=over, resource=CONFIGS, values=Values(**{"mirror.ca": "PEM"})
    )

    left = (over.peek(ObjectId("", "ConfigMap", "cloud", "it")) or {})["data"]
    assert {"reg": "PEM", **({"mine": "x"} if there else {})} == left
    assert (change is Change.UNCHANGED) == (there is not None and there["reg"] == "PEM")
