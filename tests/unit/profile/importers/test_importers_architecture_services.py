"""`service-values` of the validated architectures into the control plane's section."""

from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.profile.importers.architecture import controlplane
from tests.unit.profile.importers.examples import draft, imported, loaded, lost, objects, services


def plane(data: str) -> dict[str, Any]:
    """Give the OpenStackControlPlane of a draft."""
    spec: dict[str, Any] = objects(services(data))["OpenStackControlPlane openstack/controlplane"]["spec"]
    return spec


def said(data: str) -> dict[str, Any]:
    """Give what a draft says of services."""
    found: dict[str, Any] = draft(services(data))["controlplane"]["services"]
    return found


def test_back_ends_have_their_places() -> None:
    """Snippets, Secrets, networks, copies and where they run are said of a back end by its keys."""
    found = said(
        "  cinderVolumes:\n    fast: {replicas: 2, customServiceConfig: '[fast]', customServiceConfigSecrets: [fast-login], networkAttachments: [storage], nodeSelector: {card: fc}, topologyRef: {name: spread}}\n"
    )

    assert {
        "replicas": 2,
        "config": "[fast]",
        "configSecrets": ["fast-login"],
        "networks": ["storage"],
        "nodeSelector": {"card": "fc"},
        "topology": "spread",
    } == found["cinder"]["backends"]["fast"]


def test_one_backup_service_and_several() -> None:
    """A backup service is a back end of its own, whether there is one or one for each zone."""
    one = said("  cinderBackup: {replicas: 1, customServiceConfig: '[DEFAULT]'}\n")
    several = said(
        "  cinderBackups: {az0: {replicas: 2, customServiceConfig: a}, az1: {replicas: 2, customServiceConfig: b}}\n"
    )

    assert {"replicas": 1, "config": "[DEFAULT]"} == one["cinder"]["backups"]["backup"]
    assert {"az0", "az1"} == set(several["cinder"]["backups"])


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (
            "  nova: {cell1: {conductorServiceTemplate: {customServiceConfig: X}}}\n",
            "nova.template.cellTemplates.cell1.conductorServiceTemplate.customServiceConfig",
        ),
        (
            "  nova: {cell0Conductor: {customServiceConfig: X}}\n",
            "nova.template.cellTemplates.cell0.conductorServiceTemplate.customServiceConfig",
        ),
        ("  nova: {customServiceConfig: X}\n", "nova.template.apiServiceTemplate.customServiceConfig"),
        (
            "  nova: {schedulerServiceTemplate: {customServiceConfig: X}}\n",
            "nova.template.schedulerServiceTemplate.customServiceConfig",
        ),
        ("  neutron: {customServiceConfig: X}\n", "neutron.template.customServiceConfig"),
        ("  neutron: {template: {customServiceConfig: X}}\n", "neutron.template.customServiceConfig"),
        ("  octavia: {availabilityZones: [X]}\n", "octavia.template.lbMgmtNetwork.availabilityZones.0"),
        (
            "  ovn: {ovnController: {availability-zones: [X]}}\n",
            "ovn.template.ovnController.external-ids.availability-zones.0",
        ),
        (
            "  octavia: {octaviaWorker: {customServiceConfig: X}}\n",
            "octavia.template.octaviaWorker.customServiceConfig",
        ),
        (
            "  manila: {manilaAPI: {customServiceConfig: X}}\n",
            "manila.template.manilaAPI.customServiceConfig",
        ),
        (
            "  telemetry: {metricStorage: {dataplaneNetwork: X}}\n",
            "telemetry.template.metricStorage.dataplaneNetwork",
        ),
        (
            "  designate: {bind9Services: {services: [X]}}\n",
            "designate.template.designateBackendbind9.override.services.0",
        ),
        ("  messagingBus: {cluster: X}\n", "messagingBus.cluster"),
        ("  extraMounts: [{name: X}]\n", "extraMounts.0.name"),
        ("  glance: {apiTimeout: X}\n", "glance.template.apiTimeout"),
    ],
)
def test_values_go_where_the_replacements_put_them(data: str, place: str) -> None:
    """Each value of the services is found in the OpenStackControlPlane, in the place that upstream copies it to."""
    here: Any = plane(data)
    for part in place.split("."):
        here = here[int(part)] if isinstance(here, list) else here[part]

    assert "X" == here


def test_copies_are_said_once() -> None:
    """Copies that all parts of a service have alike are the service's."""
    data = """\
  manila:
    enabled: true
    manilaAPI: {replicas: 2}
    manilaScheduler: {replicas: 2}
    manilaShares: {share1: {replicas: 3, customServiceConfig: x}}
"""
    found = said(data)["manila"]

    assert (2, 3) == (found["replicas"], found["backends"]["share1"]["replicas"])
    assert found["enabled"] is True
    assert "spec" not in found


def test_a_back_end_that_stores_nowhere_by_itself_is_said_as_it_is() -> None:
    """What is said of a back end without a configuration goes to its part; osk would refuse it as a back end."""
    found = said("  manila: {enabled: true, manilaShares: {share1: {replicas: 3}}}\n")["manila"]

    assert "backends" not in found
    assert {"share1": {"replicas": 3}} == found["spec"]["template"]["manilaShares"]


def test_a_service_that_the_base_switches_off_is_on() -> None:
    """Where the base switches a service off under `spec`, `enabled` switches it on, said once."""
    assert {"enabled": True} == said("  manila: {enabled: true}\n")["manila"]
    assert plane("  manila: {enabled: true}\n")["manila"]["enabled"] is True


def test_services_that_are_not_said_are_off() -> None:
    """An example has neither object storage nor telemetry unless it says so."""
    assert (False, False) == tuple(
        plane("  heat: {enabled: true}\n")[name]["enabled"] for name in ("swift", "telemetry")
    )
    assert plane("  swift: {enabled: true}\n")["swift"].get("enabled", True)


def test_a_cell_brings_its_database_and_its_bus() -> None:
    """A cell more is said of nova, and the instances that the example sizes by themselves."""
    data = """\
  nova:
    cellTemplates:
      cell2: {cellDatabaseAccount: nova-cell2, cellDatabaseInstance: openstack-cell2, messagingBus: {cluster: rabbitmq-cell2}, conductorServiceTemplate: {replicas: 3}}
  galera: {templates: {openstack-cell2: {replicas: 1, secret: osp-secret, storageRequest: 9Gi}}}
"""
    cell = loaded(services(data))["controlplane"]["services"]["nova"]["cells"]["cell2"]
    galera = draft(services(data))["controlplane"]["galera"]["instances"]

    assert (3, "rabbitmq-cell2", "openstack-cell2") == (cell["replicas"], cell["bus"], cell["database"])
    assert {"replicas": 1, "storage": "9Gi"} == galera["openstack-cell2"]


def test_images_of_several_apis_are_back_ends() -> None:
    """One API for images is the service itself; several are back ends."""
    one = said("  glance: {default: {replicas: 2}, customServiceConfig: x}\n")["glance"]
    apis = (
        "az0: {replicas: 2, type: split, customServiceConfig: a}, az1: {replicas: 1, customServiceConfig: b}"
    )
    several = said(f"  glance: {{glanceAPIs: {{{apis}}}}}\n")["glance"]

    assert (2, "x") == (one["replicas"], one["config"])
    assert ({"az0", "az1"}, {"type": "split"}) == (
        set(several["backends"]),
        several["backends"]["az0"]["spec"],
    )


def test_a_message_bus_of_ones_own_for_a_service() -> None:
    """The cluster is the service's bus; user and virtual host go to its part as they are."""
    found = plane("  cinder: {messagingBus: {cluster: shared, user: cinder, vhost: /cinder}}\n")["cinder"][
        "template"
    ]["messagingBus"]

    assert {"cluster": "shared", "user": "cinder", "vhost": "/cinder"} == found


def test_secrets_among_the_values_become_secrets() -> None:
    """A service's login in a Secret is a Secret of the profile, marked where it is to be filled in."""
    files = services('  netapp-secrets.conf: "login = _replaced_\\n"\n')

    assert ["netapp-secrets"] == draft(files)["controlplane"]["ownSecrets"]
    assert ['secrets.netapp-secrets."netapp-secrets.conf"'] == [each.place for each in imported(files).open]


def test_certificates_and_spread() -> None:
    """TLS and the topology of all pods have keys of the control plane."""
    found = draft(
        services(
            "  tls: {caBundleSecretName: mine, podLevel: {enabled: false}}\n  topologyRef: {name: spread}\n"
        )
    )["controlplane"]

    assert ({"podLevel": False, "caBundle": "mine"}, "spread") == (found["tls"], found["topology"])


def test_what_is_no_service_is_said() -> None:
    """A key that no service of the catalogue has is lost, with its reason; what all examples repeat is not."""
    found = lost(services("  preserveJobs: false\n  _change_me: later\n  trove: {replicas: 1}\n"))

    assert {"service-values: trove": "it is no service of the catalogue"} == found


def test_ironic_is_on_its_network() -> None:
    """Conductors and the inspector are attached to the network of Ironic, whatever else is said of them."""
    data = "  ironic: {enabled: true, ironicConductors: [{customServiceConfig: X}]}\n"
    [conductor] = plane(data)["ironic"]["template"]["ironicConductors"]

    assert ("X", "ironic", ["ironic"]) == tuple(
        conductor[key] for key in ("customServiceConfig", "provisionNetwork", "networkAttachments")
    )


def test_caches_and_coordination() -> None:
    """Redis is as the example has it, by its switch and its instances."""
    assert {"enabled": True, "templates": {"octavia-redis": {"replicas": 1}}} == plane(
        "  redis: {enabled: true, templates: {octavia-redis: {replicas: 1}}}\n"
    )["redis"]
    assert {"enabled": False, "templates": {"designate-redis": {"replicas": 1}}} == plane(
        "  designate-redis: {enabled: false, replicas: 1}\n"
    )["redis"]
    assert (
        2
        == said("  memcached: {templates: {far: {replicas: 2}}}\n")["memcached"]["instances"]["far"][
            "replicas"
        ]
    )


def test_a_mounted_config_map_that_is_not_there_is_said() -> None:
    """What the control plane mounts and the values do not have is for the reader to add."""
    mount = "  extraMounts: [{name: v1, extraVol: [{extraVolType: Policy, propagation: [NeutronAPI], mounts: [], volumes: [{name: p, configMap: {name: neutron-policy}}]}]}]\n"

    assert "it is mounted, and not among the values" == lost(services(mount))["ConfigMap neutron-policy"]


@pytest.mark.parametrize(
    "key",
    sorted(
        {*(path[-1] for path in controlplane.PLACES), *controlplane.WHOLE}
        - {"enabled", "replicas", "route", "availability-zones"}
    ),
)
def test_every_value_with_a_place_of_its_own_is_on_the_page(key: str) -> None:
    """What is put elsewhere than below its own name stands in docs/architectures.md."""
    page = (Path(__file__).parents[4] / "docs" / "architectures.md").read_text()

    assert f"`{key}`" in page
