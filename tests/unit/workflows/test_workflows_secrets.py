"""Secret values: listed with their sources, shown one by one, and made anew."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.clocks import SystemClock
from openstack_k8s_cli.adapters.secretvalues import ProfileSecrets
from openstack_k8s_cli.apply import Options
from openstack_k8s_cli.apply.ports import ClusterError, ErrorKind
from openstack_k8s_cli.model.events import RunFinished
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.workflows import deploying, rotation, secrets
from openstack_k8s_cli.workflows.world import Target, World
from tests.fakes.cluster import FakeCluster
from tests.fakes.profiles import Texts
from tests.unit.workflows import worlds

TEMPLATE = """\
apiVersion: v1
kind: Secret
metadata: {name: osp-secret, namespace: default}
stringData:
{% for key in ['MadePassword', 'Literal', 'FromFile', 'FromEnv', 'FromCommand', 'FromSecret', 'Asked'] %}
  {{ key }}: {{ secret('osp-secret', key, 'password(16)') }}
{% endfor %}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: default}
stringData:
  ssh-privatekey: {{ secret('keys', 'ssh-privatekey', 'ssh-ed25519.private') }}
  ssh-publickey: {{ secret('keys', 'ssh-publickey', 'ssh-ed25519.public') }}
  Asked: {{ secret('keys', 'Asked', 'hex(8)') }}
"""
FILES = {
    "controlplane/secrets/component.yaml": "summary: s\nsteps: [{name: passwords, manifests: [s.yaml.j2], policy: ensure}]\n",
    "controlplane/secrets/s.yaml.j2": TEMPLATE,
}
OSP = ObjectId("", "Secret", "default", "osp-secret")
KEYS = ObjectId("", "Secret", "default", "keys")


@pytest.fixture
def over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Make a world whose profile takes a value from each kind of source."""
    monkeypatch.setenv("OSK_TEST_VALUE", "by variable")
    (tmp_path / "value").write_text("by file\n")
    made = worlds.cluster()
    data = {"key": base64.b64encode(b"by secret").decode()}
    meta = {"name": "other", "namespace": "default"}
    made.put({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": data})
    section = (
        f"{{osp-secret: {{Literal: by profile, FromFile: {{file: {tmp_path}/value}}, FromEnv: {{env: OSK_TEST_VALUE}},"
        " FromCommand: {command: [echo, by command]}, FromSecret: {secret: default/other/key}, Asked: {generate: true}}}"
    )
    text = f"apiVersion: osk/v1\nkind: Profile\nname: lab\nplatform: {{provider: existing, flavour: kubernetes, nics: {{default: e}}}}\nsecrets: {section}\n"
    loaded = loading.load("lab.yaml", reader=Texts({"lab.yaml": text}))
    values = ProfileSecrets(loaded.values, made)
    return World(made, SystemClock(), loaded, components.parse(FILES), values)


def deploy(world: World) -> None:
    """Deploy to the end."""
    *_, last = deploying.deploy(world, Target(), Options(recheck=0.05))
    assert isinstance(last, RunFinished)
    assert ExitCode.DONE == last.exit_code, last.problems


def data(world: World, target: ObjectId) -> dict[str, str]:
    """Read a Secret's values."""
    assert isinstance(world.cluster, FakeCluster)
    found = (world.cluster.peek(target) or {})["data"]
    return {key: base64.b64decode(text).decode() for key, text in found.items()}


def test_every_form_of_a_source_reaches_its_secret(over: World) -> None:
    """A literal, a file, a variable, a command, another Secret, and a generated value, end to end."""
    deploy(over)
    found = data(over, OSP)

    assert {
        "Literal": "by profile",
        "FromFile": "by file",
        "FromEnv": "by variable",
        "FromCommand": "by command",
        "FromSecret": "by secret",
    } == {key: text for key, text in found.items() if text.startswith("by ")}
    assert (16, 16) == (len(found["MadePassword"]), len(found["Asked"]))


def test_services_that_read_a_value_are_named(over: World) -> None:
    """As the catalogue says it, whatever the key is called."""
    kinds = {
        "controlplane/services/tea/service.yaml": "summary: Tea.\nenabled: true\npasswords: {Asked: hex(8)}\n",
        "controlplane/services/nova/service.yaml": "summary: Nova.\nenabled: true\npasswords: {Asked: hex(8)}\n",
        "controlplane/services/off/service.yaml": "summary: Off.\nenabled: true\npasswords: {Asked: hex(8)}\n",
    }
    values = {**over.loaded.values, "controlplane": {"services": {"off": {"enabled": False}}}}
    world = replace(over, catalogue=components.parse({**FILES, **kinds}), loaded=worlds.Profile(values))

    found = {each.key: each.services for each in secrets.listed(world) if each.secret == OSP}

    assert (("nova", "tea"), ()) == (found["Asked"], found["Literal"])


def test_the_list_says_where_each_value_comes_from(over: World) -> None:
    """Its source, and whether it is there; no value is among them."""
    before = {each.name: each.there for each in secrets.listed(over)}
    deploy(over)
    found = {each.key: (each.origin, each.there) for each in secrets.listed(over) if each.secret == OSP}

    assert {False} == set(before.values())
    assert {
        "MadePassword": ("generated", True),
        "Literal": ("profile", True),
        "FromFile": ("file", True),
        "FromEnv": ("env", True),
        "FromCommand": ("command", True),
        "FromSecret": ("secret", True),
        "Asked": ("generated", True),
    } == found
    assert "by profile" not in str(secrets.listed(over))


def test_one_value_is_shown(over: World) -> None:
    """By its key, or by Secret and key where several have it; what is not there yet says how to make it."""
    values = secrets.listed(over)
    with pytest.raises(OskError, match="not in the cluster yet"):
        secrets.shown(over, secrets.named(values, ["Literal"])[0])
    deploy(over)

    assert "by profile" == secrets.shown(over, secrets.named(values, ["Literal"])[0]).reveal()
    with pytest.raises(OskError, match="Several Secrets"):
        secrets.named(values, ["Asked"])
    with pytest.raises(OskError, match="makes no secret value `Litteral`"):
        secrets.named(values, ["Litteral"])


def test_a_new_value_is_made_and_nothing_else_changes(over: World) -> None:
    """Only the key that is named is another afterwards, and a deployment leaves it so."""
    deploy(over)
    before = data(over, OSP)
    values = secrets.listed(over)

    done = secrets.rotate(over, secrets.named(values, ["MadePassword"]))
    after = data(over, OSP)
    deploy(over)

    assert [True] == [each.changed for each in done]
    assert {"MadePassword"} == {key for key in before if before[key] != after[key]}
    assert after == data(over, OSP)


def test_a_source_is_read_again(over: World, tmp_path: Path) -> None:
    """What the profile gives is taken from its source as it is now; the same as before is no change."""
    deploy(over)
    values = secrets.listed(over)
    same = secrets.rotate(over, secrets.named(values, ["FromFile"]))
    (tmp_path / "value").write_text("by another file\n")
    other = secrets.rotate(over, secrets.named(values, ["FromFile"]))

    assert ([False], [True]) == ([each.changed for each in same], [each.changed for each in other])
    assert "by another file" == data(over, OSP)["FromFile"]


def test_halves_of_a_pair_go_together(over: World) -> None:
    """A new private key comes with its public one."""
    deploy(over)
    before = data(over, KEYS)
    values = secrets.listed(over)

    chosen = secrets.together(values, secrets.named(values, ["ssh-publickey"]))
    secrets.rotate(over, chosen)
    after = data(over, KEYS)

    assert {"ssh-privatekey", "ssh-publickey"} == {key for key in before if before[key] != after[key]}


def test_a_write_of_someone_else_in_between_is_no_loss(over: World) -> None:
    """The precondition fails, the Secret is read again, and the value is written."""
    deploy(over)
    assert isinstance(over.cluster, FakeCluster)
    over.cluster.fail(ClusterError(ErrorKind.CONFLICT, "changed"), verb="merge", kind="Secret")

    done = secrets.rotate(over, secrets.named(secrets.listed(over), ["MadePassword"]))

    assert [True] == [each.changed for each in done]


@pytest.mark.parametrize(
    ("key", "breaks", "word"),
    [
        ("DbRootPassword", True, "galera"),
        ("AdminPassword", True, "401"),
        ("BarbicanSimpleCryptoKEK", True, "read"),
        ("HeatAuthEncryptionKey", True, "read"),
        ("GlancePassword", True, "keystone"),
        ("DatabasePassword", False, "accounts"),
        ("MetadataSecret", False, "hosts"),
        ("ssh-privatekey", True, "public key"),
        ("anything", False, "reads"),
    ],
)
def test_what_a_new_value_costs(key: str, breaks: bool, word: str) -> None:
    """Each kind of key says what else must happen, and whether something stops until it has."""
    found = rotation.effect(key)

    assert (breaks, True) == (found.breaks, word in found.text)
