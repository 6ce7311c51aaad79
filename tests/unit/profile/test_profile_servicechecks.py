"""Services that cannot work, refused at the profile's line and not in a template."""

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile.loading import Loaded, load
from tests.fakes.profiles import HEAD, Texts, over, problems

VOLUMES = "controlplane: {services: {cinder: {backends: {x: %s}}}}"


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (VOLUMES % "{kind: cehp}", "cinder.backends.x.kind", "did you mean `ceph`?"),
        (VOLUMES % "{kind: foo}", "cinder.backends.x.kind", "known are: ceph-backup, ceph, nfs"),
        (VOLUMES % "{kind: ceph}", "cinder.backends.x.kind", "needs `storage.ceph`"),
        (VOLUMES % "{kind: nfs}", "cinder.backends.x.kind", "needs `storage.nfs`"),
        (VOLUMES % "{}", "cinder.backends.x", "stores nowhere"),
        ("controlplane: {passwords: {A: password(3)}}", "controlplane.passwords.A", "is no recipe"),
        ("controlplane: {passwords: {A: password(99999999999)}}", "controlplane.passwords.A", "is no recipe"),
        ("controlplane: {services: {nova: {cells: {cell0: null}}}}", "nova.cells.cell0", "needs it"),
        ("controlplane: {galera: {enabled: false}}", "controlplane.galera.enabled", "`keystone` needs it"),
        (
            "controlplane: {services: {rabbitmq: {enabled: false}}}",
            "rabbitmq.enabled",
            "needs it (its `",
        ),
        ("controlplane: {services: {memcached: {enabled: false}}}", "memcached.enabled", "needs it"),
    ],
)
def test_refused(body: str, path: str, words: str) -> None:
    """The path and the reason are named."""
    found = problems(body)

    assert any(path in each.summary and words in each.summary for each in found), found
    assert all((each.subject or "lab").startswith("lab") for each in found)


@pytest.mark.parametrize(
    "body",
    [
        VOLUMES % '{config: "[x]"}',
        VOLUMES % "{configSecrets: [mine]}",
        "storage: {nfs: {server: s}}\n" + VOLUMES % "{kind: nfs}",
        "controlplane: {passwords: {A: ssh-ed25519.private}}",
    ],
)
def test_taken(body: str) -> None:
    """A back end has a kind whose store is there, or says itself what it is."""
    assert over(body).name == "lab"


def own(text: str, body: str = "") -> Loaded:
    """Load a profile with a control plane of one's own."""
    profile = f"{HEAD}name: lab\nextends: [crc]\ncontrolplane: {{from: cp.yaml{body}}}\n"
    return load(
        "lab.yaml", reader=Texts({"lab.yaml": profile}, beside=ProfileFiles(), texts={"cp.yaml": text})
    )


PLANE = "kind: OpenStackControlPlane\nmetadata: {name: x}\nspec: {nova: {enabled: yes}}\n"


@pytest.mark.parametrize(
    "text",
    [
        PLANE,
        f"kind: ConfigMap\n---\n{PLANE}",
        "kind: List\nitems:\n- kind: OpenStackControlPlane\n  spec: {nova: {enabled: yes}}\n",
        "x: &x {enabled: on}\nkind: OpenStackControlPlane\nspec: {nova: {<<: *x}}\n",
    ],
)
def test_a_control_plane_is_read_as_kubectl_reads_it(text: str) -> None:
    """Words, several documents, Lists and merge keys are what they are to whoever applies the file."""
    assert own(text).values["controlplane"]["from"]["spec"] == {"nova": {"enabled": True}}


@pytest.mark.parametrize(
    "body", ["replicas: 3", "galera: {replicas: 3}", "tls: {public: mine}", "topology: t"]
)
def test_what_has_no_effect_beside_it_is_said(body: str) -> None:
    """A control plane of one's own says that itself."""
    with pytest.raises(OskError) as caught:
        own(PLANE, f", {body}")

    assert [each.code for each in caught.value.problems] == ["OSK0142"]


def test_two_control_planes_are_one_too_many() -> None:
    """Osk applies one."""
    with pytest.raises(OskError) as caught:
        own(f"{PLANE}---\n{PLANE}")

    assert [each.code for each in caught.value.problems] == ["OSK0141"]
