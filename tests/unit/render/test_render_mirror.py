"""A mirror in the place of registries and repositories: of the cluster, and of the data plane's hosts."""

import pytest
from ruamel.yaml import YAML

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.secrets import Given, SecretKey
from tests.unit.render.rendered import steps
from tests.unit.render.variants import bodies


def test_a_mirror_stands_for_registries() -> None:
    """By digest and by tag, each source at its place under the registry."""
    overlay = "mirror: {registry: 'reg.example:5000/m', sources: {quay.io/a: a, registry.redhat.io: ''}, fallback: true}"
    rendered = steps("crc", overlay=overlay)

    for kind, key in (
        ("ImageDigestMirrorSet", "imageDigestMirrors"),
        ("ImageTagMirrorSet", "imageTagMirrors"),
    ):
        assert get(bodies(rendered, kind)["openstack-mirror"], "spec", key) == [
            {
                "source": "quay.io/a",
                "mirrors": ["reg.example:5000/m/a"],
                "mirrorSourcePolicy": "AllowContactingSource",
            },
            {
                "source": "registry.redhat.io",
                "mirrors": ["reg.example:5000/m"],
                "mirrorSourcePolicy": "AllowContactingSource",
            },
        ]


MIRROR = "registry: 'reg.example:5000/m', ca: {file: ca.pem}, auth: {env: AUTH}, sources: {quay.io/a: a}"


def test_the_cluster_trusts_the_mirror_and_logs_in() -> None:
    """Its authority, its login and how it is reached come first, then the pools are awaited, then the operators."""
    rendered = steps("crc", overlay=f"mirror: {{{MIRROR}, insecure: true}}")
    mine = {each.id: each for each in rendered if each.component == "operators/mirror"}
    image = bodies(rendered, "Image")["cluster"]
    [authority] = mine["operators/mirror/authority"].manifests
    [access] = mine["operators/mirror/access"].manifests

    assert [
        f"operators/mirror/{each}" for each in ("authority", "trust", "access", "sources", "rollout")
    ] == list(mine)
    assert image["spec"] == {
        "additionalTrustedCA": {"name": "mirror-registry-ca"},
        "registrySources": {"insecureRegistries": ["reg.example:5000"]},
    }
    assert (SecretKey("reg.example..5000", Given("mirror.ca", "public")),) == authority.secret_keys
    assert (SecretKey(".dockerconfigjson", Given("mirror.auth", "joined")),) == access.secret_keys
    assert [120.0, 120.0] == [gate.settle for gate in mine["operators/mirror/rollout"].gates]
    for name in (
        "openstack-operator/operator",
        "marketplace[redhat-operators]/catalog",
        "storage/directories",
    ):
        (step,) = (each for each in rendered if each.id == f"operators/{name}")
        assert "operators/mirror/rollout" in step.after


def test_hosts_take_images_from_the_mirror() -> None:
    """Registries by variables, login and authority by a Secret; what the profile says of a variable stands."""
    sets = "dataplane.vars={edpm_container_registry_login: false}"
    rendered = steps("crc", sets, overlay=f"mirror: {{{MIRROR}, insecure: true}}")
    [nodes] = bodies(rendered, "OpenStackDataPlaneNodeSet").values()
    ansible = nodes["spec"]["nodeTemplate"]["ansible"]
    found = {each.id.name: each for step in rendered for each in step.manifests if each.id.kind == "Secret"}
    keys = {key.name: key.source for key in found["mirror-registry"].secret_keys}

    assert [
        {
            "prefix": "quay.io/a",
            "location": "quay.io/a",
            "blocked": True,
            "mirrors": [{"location": "reg.example:5000/m/a", "insecure": True}],
        }
    ] == ansible["ansibleVars"]["edpm_podman_registries"]
    assert ["reg.example:5000"] == ansible["ansibleVars"]["edpm_container_registry_insecure_registries"]
    assert ansible["ansibleVars"]["edpm_container_registry_login"] is False
    assert {"secretRef": {"name": "mirror-registry"}} in ansible["ansibleVarsFrom"]
    assert keys == {
        "edpm_container_registry_logins": Given("mirror.auth", "logins=reg.example:5000/m"),
        "edpm_bootstrap_command": Given("mirror.ca", "anchor"),
    }


@pytest.mark.parametrize(
    ("fallback", "names"), [("false", ["Disable", "Enable", "Enable"]), ("true", ["Enable"] * 2)]
)
def test_hosts_take_packages_from_the_mirror(fallback: str, names: list[str]) -> None:
    """By the service that would enable RDO's repositories; the others are off unless the mirror may be passed by."""
    packages = "packages: {os: {url: 'https://m/os', key: 'file:///k'}, rdo: 'https://m/rdo'}"
    rendered = steps("crc", overlay=f"mirror: {{{MIRROR}, {packages}, insecure: true, fallback: {fallback}}}")
    text = bodies(rendered, "OpenStackDataPlaneService")["repo-setup"]["spec"]["playbookContents"]
    [play] = YAML(typ="safe").load(text)
    *_, os, rdo = (task.get("ansible.builtin.yum_repository") for task in play["tasks"])

    assert names == [task["name"].split()[0] for task in play["tasks"]]
    assert (os["baseurl"], os["gpgcheck"], os["gpgkey"], os["sslverify"]) == (
        "https://m/os",
        True,
        "file:///k",
        False,
    )
    assert (rdo["baseurl"], rdo["gpgcheck"]) == ("https://m/rdo", False)
    assert "rdoproject" not in text
