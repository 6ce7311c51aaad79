"""How much the workloads need that operators make: what is not written in any manifest of a plan."""

from collections.abc import Mapping
from types import MappingProxyType

Needs = tuple[int, int]
"""Thousandths of a processor and MiB: in use at rest, by estimate, where nothing else is said."""

SERVICES: Mapping[str, Mapping[str, Needs]] = MappingProxyType(
    {
        "dns": {"template": (10, 32)},
        "galera": {"templates.*": (250, 512)},
        "rabbitmq": {"templates.*": (200, 512)},
        "memcached": {"templates.*": (20, 128)},
        "redis": {"templates.*": (50, 64)},
        "ovn": {
            "template.ovnDBCluster.*": (100, 64),
            "template.ovnNorthd": (50, 48),
            "template.ovnController": (100, 128),
        },
        "keystone": {"template": (200, 512)},
        "placement": {"template": (100, 256)},
        "glance": {"template.glanceAPIs.*": (150, 512)},
        "cinder": {
            "template.cinderAPI": (150, 384),
            "template.cinderScheduler": (100, 192),
            "template.cinderBackup": (100, 192),
            "template.cinderBackups.*": (100, 192),
            "template.cinderVolumes.*": (150, 256),
        },
        "neutron": {"template": (350, 1024)},
        "nova": {
            "template.apiServiceTemplate": (200, 512),
            "template.schedulerServiceTemplate": (150, 384),
            "template.metadataServiceTemplate": (150, 384),
            "template.cellTemplates.*.conductorServiceTemplate": (150, 384),
            "template.cellTemplates.*.noVNCProxyServiceTemplate": (50, 128),
            "template.cellTemplates.*.novaComputeTemplates.*": (100, 192),
        },
        "swift": {"template.swiftProxy": (150, 384), "template.swiftStorage": (400, 768)},
        "barbican": {
            "template.barbicanAPI": (100, 256),
            "template.barbicanWorker": (50, 160),
            "template.barbicanKeystoneListener": (50, 160),
        },
        "telemetry": {
            "template.ceilometer": (150, 384),
            "template.metricStorage": (400, 1024),
            "template.autoscaling": (200, 512),
            "template.logging": (0, 0),
            "template.cloudkitty": (300, 768),
        },
        "heat": {
            "template.heatAPI": (100, 256),
            "template.heatCfnAPI": (100, 256),
            "template.heatEngine": (200, 512),
        },
        "horizon": {"template": (150, 384)},
        "ironic": {
            "template.ironicAPI": (100, 256),
            "template.ironicConductors.*": (200, 512),
            "template.ironicInspector": (100, 256),
            "template.ironicNeutronAgent": (50, 160),
        },
        "manila": {
            "template.manilaAPI": (100, 256),
            "template.manilaScheduler": (50, 160),
            "template.manilaShares.*": (100, 192),
        },
        "octavia": {
            "template.octaviaAPI": (150, 384),
            "template.octaviaHealthManager": (100, 256),
            "template.octaviaHousekeeping": (50, 160),
            "template.octaviaWorker": (100, 256),
        },
        "designate": {
            "template.designateAPI": (100, 256),
            "template.designateCentral": (100, 192),
            "template.designateWorker": (50, 160),
            "template.designateMdns": (50, 160),
            "template.designateProducer": (50, 160),
            "template.designateBackendbind9": (50, 128),
            "template.designateUnbound": (20, 64),
        },
        "watcher": {
            "template.apiServiceTemplate": (100, 256),
            "template.applierServiceTemplate": (50, 192),
            "template.decisionengineServiceTemplate": (100, 256),
        },
        "cyborg": {"template.cyborgAPI": (100, 256), "template.cyborgConductor": (50, 160)},
    }
)
"""By section of a control plane: its workloads, by where their template is."""

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "DNSMasq": ("dns", "template"),
        "Galera": ("galera", "templates.*"),
        "RabbitMq": ("rabbitmq", "templates.*"),
        "Memcached": ("memcached", "templates.*"),
        "Redis": ("redis", "templates.*"),
        "OVNDBCluster": ("ovn", "template.ovnDBCluster.*"),
        "OVNNorthd": ("ovn", "template.ovnNorthd"),
        "OVNController": ("ovn", "template.ovnController"),
        "KeystoneAPI": ("keystone", "template"),
        "PlacementAPI": ("placement", "template"),
        "NeutronAPI": ("neutron", "template"),
        **{
            name.capitalize(): (name, "template")
            for name in (
                *("glance", "cinder", "nova", "swift", "barbican", "telemetry", "heat", "horizon", "ironic"),
                *("manila", "octavia", "designate", "watcher", "cyborg"),
            )
        },
    }
)
"""Kinds of a service that is deployed by itself: the section, and what in it the object's `spec` is."""

REQUESTS: Mapping[str, Needs] = MappingProxyType({"rabbitmq": (1000, 2048)})
"""Sections whose operator asks the scheduler for something where the template does not say what."""

EVERYWHERE = frozenset(
    {
        ("ovn", "template.ovnController"),
        ("octavia", "template.octaviaHealthManager"),
        ("octavia", "template.octaviaHousekeeping"),
        ("octavia", "template.octaviaWorker"),
    }
)
"""Workloads with a pod on each node."""

EXTRAS = frozenset({"metricStorage", "autoscaling", "logging", "cloudkitty"})
"""Parts of a service that are not there unless `enabled` says so."""

OPERATORS = (
    *("openstack", "barbican", "cinder", "designate", "glance", "heat", "horizon", "infra", "ironic"),
    *("keystone", "manila", "mariadb", "neutron", "nova", "octavia", "openstack-baremetal", "ovn"),
    *("swift", "telemetry", "test", "watcher"),
)
"""Those that the OpenStack kind brings."""
OPERATOR_REQUESTS: Needs = (10, 256)
BIG_REQUESTS: Mapping[str, Needs] = MappingProxyType({"openstack": (10, 512), "infra": (10, 512)})
OPERATOR_USES: Needs = (50, 96)
BIG_USES: Mapping[str, Needs] = MappingProxyType({"openstack": (50, 384), "infra": (50, 512)})
PACKAGE: Needs = (100, 384)
"""What an operator of a Subscription uses, with what it brings along."""
POD: Needs = (50, 128)
"""What a container uses that says nothing."""
