"""The control plane's services: one folder each, and what their generic keys come to."""

from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.cli import catalogues
from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.model.secrets import Given
from openstack_k8s_cli.profile import loading, services
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.render import render
from openstack_k8s_cli.workflows import facts
from tests.unit.render.rendered import manifests, steps
from tests.unit.render.variants import bodies

LOADED = loading.load("crc", reader=ProfileFiles())
KINDS = tuple(LOADED.kinds)
ON = frozenset(name for name, kind in LOADED.kinds.items() if kind.enabled is not None)


def spec(body: str, *sets: str) -> Any:
    """Give the spec of the control plane of a profile over crc."""
    found = bodies(steps("crc", *sets, overlay=f"controlplane: {body}\n"), "OpenStackControlPlane")
    (control_plane,) = found.values()
    return control_plane["spec"]


def test_tls_that_comes_to_nothing_is_left_out() -> None:
    """An overlay that takes the only key away leaves no empty mapping behind."""
    assert "tls" not in spec("{tls: {ingress: true, spec: {ingress: null}}}")
    assert {"ingress": {"enabled": True}} == spec("{tls: {ingress: true}}")["tls"]


def test_a_service_more_is_a_folder_more(tmp_path: Path) -> None:
    """Two files in a catalogue of one's own: it is in the profile, in the control plane, and in the Secret."""
    folder = tmp_path / "controlplane" / "services" / "tea"
    folder.mkdir(parents=True)
    (folder / "service.yaml").write_text(
        "summary: Tea.\nenabled: true\nuses: [replicas, config, database, nodeSelector, tls]\n"
        "defaults: {database: leaves}\npasswords: {TeaPassword: password(32)}\n"
    )
    (folder / "part.yaml.j2").write_text(
        "{{ parts.route('apiOverride', service) }}\ntemplate:\n{{ parts.common(service) | indent(2, first=true) }}\n"
        "{{ parts.copies(service.replicas) | indent(2, first=true) }}\n"
    )
    overlay = (
        "controlplane: {services: {tea: {replicas: 2, config: '[pot]', nodeSelector: {a: b}, spec: {x: 1}}}}"
    )
    loaded = loading.load(
        "crc", reader=ProfileFiles(catalogs=[tmp_path]), overlays=[Source("test", overlay, "test")]
    )
    known = facts.offline(loaded.values)
    selected = components.select(components.parse(catalogues.read([tmp_path])), loaded.values, known)
    rendered = render(selected, loaded.values, known)
    (control_plane,) = bodies(rendered, "OpenStackControlPlane").values()
    secret = manifests(rendered)["Secret openstack/osp-secret"]

    assert control_plane["spec"]["tea"] == {
        "apiOverride": {"route": {}},
        "template": {
            "databaseInstance": "leaves",
            "secret": "osp-secret",
            "customServiceConfig": "[pot]",
            "nodeSelector": {"a": "b"},
            "replicas": 2,
        },
        "x": 1,
    }
    assert "leaves" in control_plane["spec"]["galera"]["templates"]
    assert "TeaPassword" in {key.name for key in secret.secret_keys}


def test_a_service_by_itself_is_data_too(tmp_path: Path) -> None:
    """`resources` of its file say what its part becomes without a control plane; `own.yaml.j2` adds to it."""
    folder = tmp_path / "controlplane" / "services" / "tea"
    folder.mkdir(parents=True)
    (folder / "service.yaml").write_text(
        "summary: Tea.\nenabled: false\nuses: [replicas]\noperator: kettle\nresources:\n"
        "- {apiVersion: tea.example/v1, kind: Pot, of: pots}\n"
        "- {apiVersion: tea.example/v1, kind: Tray, name: tray, of: template.tray}\n"
    )
    (folder / "part.yaml.j2").write_text(
        "pots:\n  green: {size: {{ service.replicas }}}\n  black: {size: 2}\ntemplate: {tray: {}}\n"
    )
    (folder / "own.yaml.j2").write_text("{% if resource.kind == 'Pot' %}\nlid: true\nsize: 9\n{% endif %}\n")
    overlay = "controlplane: {standalone: [tea], replicas: 3}\noperators: {openstack: {enabled: false}}\n"
    loaded = loading.load(
        "crc", reader=ProfileFiles(catalogs=[tmp_path]), overlays=[Source("test", overlay, "test")]
    )
    known = facts.offline(loaded.values)
    selected = components.select(components.parse(catalogues.read([tmp_path])), loaded.values, known)
    rendered = render(selected, loaded.values, known)

    assert {name: body["spec"] for name, body in bodies(rendered, "Pot").items()} == {
        "green": {"size": 3, "lid": True},
        "black": {"size": 2, "lid": True},
    }
    assert bodies(rendered, "Tray")["tray"]["spec"] == {}
    assert "kettle-operator" in bodies(rendered, "Subscription")


@pytest.mark.parametrize("name", [each for each in services.alone(LOADED.kinds) if each != "watcher"])
def test_every_service_by_itself_is_its_part_of_the_control_plane(name: str) -> None:
    """The same values, as the control plane's operator would hand them on; there is no control plane."""
    section = spec(f"{{services: {{{name}: {{enabled: true}}}}}}" if name in ON else "{}").get(name, {})
    rendered = steps("crc", overlay=f"controlplane: {{standalone: [{name}]}}\n")
    resources = services.alone(LOADED.kinds)[name].resources

    assert bodies(rendered, "OpenStackControlPlane") == {}
    for resource in resources:
        made = bodies(rendered, resource.kind)
        part = get(section, *resource.of.split(".")) or {}
        expected = {resource.name: part} if resource.name else part
        assert set(made) == set(expected)
        assert all(
            made[each]["spec"] == {**made[each]["spec"], **_merged(made[each], expected[each])}
            for each in made
        )
        assert {f"{body['apiVersion']}" for body in made.values()} == {resource.api_version}


def _merged(body: Any, part: Any) -> Any:
    """Give a part, its maps with what the resource has besides."""
    return {
        key: {**body["spec"][key], **value} if isinstance(value, dict) else value
        for key, value in part.items()
    }


def test_a_folder_without_its_part_says_so(tmp_path: Path) -> None:
    """A service without a template is an error that names the file."""
    folder = tmp_path / "controlplane" / "services" / "tea"
    folder.mkdir(parents=True)
    (folder / "service.yaml").write_text("summary: Tea.\nenabled: true\n")
    loaded = loading.load("crc", reader=ProfileFiles(catalogs=[tmp_path]))
    known = facts.offline(loaded.values)
    selected = components.select(components.parse(catalogues.read([tmp_path])), loaded.values, known)

    with pytest.raises(OskError) as caught:
        render(selected, loaded.values, known)

    assert "controlplane/services/tea/part.yaml.j2" in str(caught.value)


@pytest.mark.parametrize("name", KINDS)
def test_node_placement_reaches_every_service(name: str) -> None:
    """`nodeSelector` of a service is somewhere in its part, and in no other's."""
    on = "" if name == "openstackclient" else "enabled: true, "
    whole = spec(f"{{services: {{{name}: {{{on}nodeSelector: {{only: here}}}}}}}}")
    found = [section for section, body in whole.items() if "'only': 'here'" in str(body)]

    assert found == [name]


@pytest.mark.parametrize("name", [name for name in KINDS if name not in {"openstackclient", "telemetry"}])
def test_replicas_reach_every_service(name: str) -> None:
    """Five copies of what scales."""
    whole = spec(f"{{services: {{{name}: {{enabled: true, replicas: 5}}}}}}")

    assert "'replicas': 5" in str(whole[name])


def test_cells_are_rendered_with_what_they_stand_on() -> None:
    """A third cell: its conductor, database cluster, and a message bus with an address."""
    whole = spec("{services: {nova: {cells: {cell2: {replicas: 2, nodeSelector: {a: b}}}}}}")

    assert whole["nova"]["template"]["cellTemplates"]["cell2"] == {
        "cellDatabaseAccount": "nova-cell2",
        "cellDatabaseInstance": "openstack-cell2",
        "messagingBus": {"cluster": "rabbitmq-cell2"},
        "hasAPIAccess": True,
        "nodeSelector": {"a": "b"},
        "conductorServiceTemplate": {"replicas": 2},
    }
    assert whole["galera"]["templates"]["openstack-cell2"]["storageRequest"] == "10G"
    bus = whole["rabbitmq"]["templates"]["rabbitmq-cell2"]["override"]["service"]["metadata"]["annotations"]
    assert bus["metallb.universe.tf/loadBalancerIPs"] == "172.17.0.87"


def test_services_name_their_database_and_buses() -> None:
    """Each by the field that its resource has for it; the first release's words for the bus are other ones."""
    body = (
        "{services: {cinder: {database: blocks, bus: b, notifications: n}, keystone: {notifications: false}}}"
    )
    newer, older = spec(body), spec(body, "release=18.0-fr2")

    cinder = newer["cinder"]["template"]
    assert (cinder["databaseInstance"], cinder["messagingBus"], cinder["notificationsBus"]) == (
        "blocks",
        {"cluster": "b"},
        {"cluster": "n"},
    )
    assert older["cinder"]["template"]["rabbitMqClusterName"] == "b"
    assert "notificationsBus" not in newer["keystone"]["template"]
    assert {"b", "n"} <= set(newer["rabbitmq"]["templates"])


def test_back_ends_have_names() -> None:
    """Volumes, shares and image APIs: as many as there are names, each with its configuration."""
    whole = spec(
        "{services: {"
        "cinder: {backends: {fast: {config: x, replicas: 2, configSecrets: [s], networks: []}, slow: {config: y}},"
        " backups: {a: {kind: swift-backup}, b: {config: z}}},"
        "manila: {backends: {one: {config: m, spec: {resources: {}}}}},"
        "glance: {backends: {default: {kind: swift}, edge: {config: e, storage: 1Gi, spec: {type: edge}}}}}}"
    )
    cinder, glance = whole["cinder"]["template"], whole["glance"]["template"]

    assert cinder["cinderVolumes"] == {
        "fast": {"replicas": 2, "customServiceConfig": "x", "customServiceConfigSecrets": ["s"]},
        "slow": {"replicas": 1, "customServiceConfig": "y", "networkAttachments": ["storage"]},
    }
    assert list(cinder["cinderBackups"]) == ["a", "b"]
    assert "SwiftBackupDriver" in cinder["cinderBackups"]["a"]["customServiceConfig"]
    assert whole["manila"]["template"]["manilaShares"]["one"]["resources"] == {}
    assert "customServiceConfig" not in glance
    assert "swift_store_user" in glance["glanceAPIs"]["default"]["customServiceConfig"]
    assert (glance["glanceAPIs"]["edge"]["type"], glance["glanceAPIs"]["edge"]["storage"]) == (
        "edge",
        {"storageRequest": "1Gi"},
    )
    assert set(whole["glance"]["apiOverrides"]) == {"default", "edge"}


def test_certificates_of_ones_own() -> None:
    """One for all routes or one for a service, for its Services, authorities that are trusted, and issuers."""
    whole = spec(
        "{tls: {public: all, caBundle: trusted, issuers: {ingress: i, ovn: o}, podLevel: true},"
        " services: {placement: {tls: {route: its, public: p, internal: q}}}}"
    )

    assert whole["keystone"]["apiOverride"]["tls"] == {"secretName": "all"}
    assert whole["glance"]["apiOverrides"]["default"]["tls"] == {"secretName": "all"}
    assert whole["placement"]["apiOverride"] == {"route": {}, "tls": {"secretName": "its"}}
    assert whole["placement"]["template"]["tls"] == {
        "api": {"public": {"secretName": "p"}, "internal": {"secretName": "q"}}
    }
    assert whole["tls"] == {
        "caBundleSecretName": "trusted",
        "ingress": {"ca": {"customIssuer": "i"}},
        "podLevel": {"enabled": True, "ovn": {"ca": {"customIssuer": "o"}}},
    }


def test_a_control_plane_off_the_isolated_networks() -> None:
    """Its services have no address of a pool and no network; the bridges of the nodes stay mapped."""
    whole = spec("{isolation: false, nodeSelector: {a: b}, topology: spread}")

    assert "metallb" not in str(whole)
    assert "networkAttachment" not in str(whole)
    assert whole["ovn"]["template"]["ovnController"] == {"nicMappings": {"datacentre": "ospbr"}}
    assert (whole["nodeSelector"], whole["topologyRef"]) == ({"a": "b"}, {"name": "spread"})


def test_ones_own_control_plane_takes_the_place(tmp_path: Path) -> None:
    """Its spec as it is, under the profile's name and namespace, with `spec` and patches over it."""
    own = tmp_path / "cp.yaml"
    own.write_text(
        "kind: OpenStackControlPlane\nmetadata: {name: x, labels: {l: v}}\nspec: {secret: s, dns: {}}\n"
    )
    overlay = (
        "controlplane: {name: mine, spec: {dns: {enabled: true}}}\n"
        "patches: [{target: {kind: OpenStackControlPlane}, merge: {spec: {secret: t}}}]\n"
    )
    rendered = steps("crc", f"controlplane.from={own}", overlay=overlay)
    (control_plane,) = bodies(rendered, "OpenStackControlPlane").values()

    assert control_plane["spec"] == {"secret": "t", "dns": {"enabled": True}}
    assert (control_plane["metadata"]["name"], control_plane["metadata"]["namespace"]) == (
        "mine",
        "openstack",
    )
    assert control_plane["metadata"]["labels"]["l"] == "v"


def test_secrets_of_ones_own_are_made() -> None:
    """What TLS or a back end names and `secrets` has values for; what it has none for is the cluster's own."""
    overlay = """
controlplane:
  tls: {caBundle: there}
  services: {cinder: {backends: {fast: {config: x, configSecrets: [login]}}}}
secrets: {login: {login.conf: {env: LOGIN}}}
"""
    rendered = manifests(steps("crc", overlay=overlay))
    secret = rendered["Secret openstack/login"]

    assert {key.name: key.source for key in secret.secret_keys} == {
        "login.conf": Given('secrets.login."login.conf"')
    }
    assert "Secret openstack/there" not in rendered


def test_the_trait_of_public_certificates() -> None:
    """Every route has the certificate of the Secret that comes from the files."""
    rendered = steps("tls-public")
    (control_plane,) = bodies(rendered, "OpenStackControlPlane").values()
    found = [
        override
        for service in control_plane["spec"].values()
        if isinstance(service, dict)
        for key, override in service.items()
        if key.endswith("Override")
    ]

    assert found
    assert all(each["tls"] == {"secretName": "public-endpoints"} for each in found)
    assert {"Secret openstack/public-endpoints", "Secret openstack/public-authority"} <= set(
        manifests(rendered)
    )


def test_the_trait_of_many_cells() -> None:
    """Three cells beside the one of the API, each on its own."""
    (control_plane,) = bodies(steps("multi-cell"), "OpenStackControlPlane").values()
    cells = control_plane["spec"]["nova"]["template"]["cellTemplates"]

    assert {name: each["cellDatabaseInstance"] for name, each in cells.items()} == {
        "cell0": "openstack",
        "cell1": "openstack-cell1",
        "cell2": "openstack-cell2",
        "cell3": "openstack-cell3",
    }
