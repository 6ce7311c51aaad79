"""openstack-operator's samples of a control plane, as what each has other than osk's default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PREFIX = "core_v1beta1_openstackcontrolplane"
"""What a sample's file name begins with."""
_GONE = None
_ONE = {"replicas": 1}
_STATED: dict[str, Any] = {
    "cinder": {"template": {"cinderAPI": _ONE}},
    "dns": {"template": {"replicas": _GONE}},
    "ovn": {
        "template": {"ovnDBCluster": {"ovndbcluster-nb": _ONE, "ovndbcluster-sb": _ONE}, "ovnNorthd": _ONE}
    },
    "rabbitmq": {"templates": {"rabbitmq": _ONE, "rabbitmq-cell1": _ONE}},
}
"""What the samples without isolation say, and the API's defaults do, too."""
_THREE: dict[str, Any] = {"galera": {"replicas": 3}, "services": {"rabbitmq": {"replicas": 3}}}
_LEFT = {"replicas": _GONE, "secret": _GONE}
_GALERA_LEFT: dict[str, Any] = {
    "galera": {"spec": {"templates": {"openstack": _LEFT, "openstack-cell1": _LEFT}}}
}
"""What the samples without `galera` in their name leave to the operator."""
_SHARED = {
    "metallb.universe.tf/address-pool": "internalapi",
    "metallb.universe.tf/allow-shared-ip": "internalapi",
    "metallb.universe.tf/loadBalancerIPs": "172.17.0.80",
}
_ATTACHED = {"networkAttachments": ["designate"]}
_DESIGNATE_LEFT: dict[str, Any] = {
    "designate": {
        "apiOverride": {"route": {}},
        "template": {
            "designateAPI": {
                "override": {
                    "service": {
                        "internal": {"metadata": {"annotations": _SHARED}, "spec": {"type": "LoadBalancer"}}
                    }
                }
            },
            **dict.fromkeys(("designateBackendbind9", "designateMdns", "designateWorker"), _ATTACHED),
        },
    }
}
"""What the samples with `galera` in their name leave to a Designate that is off, although there is no such network."""
_LOGGING_LEFT: dict[str, Any] = {"telemetry": {"template": {"logging": {"annotations": _SHARED}}}}
"""The same of one of them for a logging that is off."""
_NO_RATING = {"cloudkitty": False}
_OLDER = {"messagingBus": False, "notificationsBus": False}
_CEPH_IMAGES = """\
[DEFAULT]
enabled_backends = default_backend:rbd
[glance_store]
default_backend = default_backend
[default_backend]
rbd_store_ceph_conf = /etc/ceph/ceph.conf
store_description = "RBD backend"
rbd_store_pool = images
rbd_store_user = openstack
"""
_CEPH_VOLUMES = """\
[DEFAULT]
enabled_backends=ceph
[ceph]
volume_backend_name=ceph
volume_driver=cinder.volume.drivers.rbd.RBDDriver
rbd_ceph_conf=/etc/ceph/ceph.conf
rbd_user=openstack
rbd_pool=volumes
rbd_flatten_volume_from_snapshot=False
rbd_secret_uuid=_FSID_
"""
_CEPH_BACKUPS = """\
[DEFAULT]
backup_driver = cinder.backup.drivers.ceph.CephBackupDriver
backup_ceph_pool = backups
backup_ceph_user = openstack
"""
_CEPH_SHARES = """\
[DEFAULT]
enabled_share_backends=cephfs
enabled_share_protocols=cephfs
[cephfs]
driver_handles_share_servers=False
share_backend_name=cephfs
share_driver=manila.share.drivers.cephfs.driver.CephFSDriver
cephfs_conf_path=/etc/ceph/ceph.conf
cephfs_auth_id=openstack
cephfs_cluster_name=ceph
cephfs_volume_mode=0755
cephfs_protocol_helper_type=CEPHFS
"""
_CEPH_MOUNTS = {
    "name": "v1",
    "region": "r1",
    "extraVol": [
        {
            "extraVolType": "Ceph",
            "propagation": ["CinderVolume", "CinderBackup", "GlanceAPI", "ManilaShare"],
            "volumes": [
                {"name": "ceph", "projected": {"sources": [{"secret": {"name": "ceph-conf-files"}}]}}
            ],
            "mounts": [{"name": "ceph", "mountPath": "/etc/ceph", "readOnly": True}],
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One of them."""

    name: str
    """The resource's name."""
    isolated: bool
    """Whether its services are on the isolated networks."""
    values: tuple[Mapping[str, Any], ...] = ()
    """Of `controlplane`, one laid over the other."""
    fields: Mapping[str, bool] = field(default_factory=dict)
    """Of `fields`."""


SAMPLES: Mapping[str, Sample] = {
    "_galera_network_isolation": Sample("openstack-galera-network-isolation", isolated=True),
    "_galera_network_isolation_fr1": Sample(
        "openstack-galera-network-isolation", isolated=True, fields=_OLDER
    ),
    "_galera_network_isolation_3replicas": Sample(
        "openstack-galera-network-isolation-3replicas", isolated=True, values=(_THREE,), fields=_NO_RATING
    ),
    "_galera_network_isolation_3replicas_only_default_enabled_services": Sample(
        "openstack-galera-network-isolation-3replicas",
        isolated=True,
        values=(
            _THREE,
            {
                "spec": {
                    **dict.fromkeys(("designate", "heat", "horizon", "ironic", "manila", "octavia", "redis")),
                    "swift": {"enabled": _GONE},
                    "telemetry": {"enabled": _GONE},
                }
            },
        ),
        fields=_NO_RATING,
    ),
    "_network_isolation": Sample(
        "openstack-network-isolation", isolated=True, values=(_GALERA_LEFT,), fields=_NO_RATING
    ),
    "_network_isolation_tls_public_endpoint": Sample(
        "openstack-network-isolation",
        isolated=True,
        values=(_GALERA_LEFT, {"tls": {"podLevel": False}}),
        fields=_NO_RATING,
    ),
    "_network_isolation_ceph": Sample(
        "openstack-network-isolation-ceph",
        isolated=True,
        values=(
            _GALERA_LEFT,
            {
                "services": {
                    "glance": {"config": _CEPH_IMAGES},
                    "cinder": {
                        "backends": {"ceph": {"config": _CEPH_VOLUMES, "replicas": 0}},
                        "backups": {"ceph": {"config": _CEPH_BACKUPS, "spec": {"replicas": _GONE}}},
                    },
                    "manila": {
                        "backends": {"share1": {"config": _CEPH_SHARES}},
                        "spec": {
                            "enabled": False,
                            "template": {
                                "manilaAPI": {
                                    "customServiceConfig": "[DEFAULT]\nenabled_share_protocols=nfs,cephfs\n"
                                }
                            },
                        },
                    },
                },
                "spec": {"extraMounts": [_CEPH_MOUNTS], "swift": _GONE},
            },
        ),
        fields=_NO_RATING,
    ),
    "": Sample(
        "openstack-basic",
        isolated=False,
        values=(
            {"spec": _STATED},
            {
                "spec": {
                    "designate": {"enabled": _GONE, "template": {"designateAPI": _ONE}},
                    "nova": {"template": {"cellTemplates": _GONE}},
                    "galera": {
                        "templates": {
                            "openstack": {"storageClass": "local-storage"},
                            "openstack-cell1": {"storageClass": "local-storage"},
                        }
                    },
                }
            },
        ),
        fields=_NO_RATING,
    ),
    "_galera": Sample(
        "openstack-galera",
        isolated=False,
        values=({"spec": _STATED}, {"spec": _DESIGNATE_LEFT}),
        fields=_NO_RATING,
    ),
    "_galera_fr1": Sample(
        "openstack-galera",
        isolated=False,
        values=({"spec": _STATED}, {"spec": _DESIGNATE_LEFT}),
        fields={**_OLDER, **_NO_RATING},
    ),
    "_galera_3replicas": Sample(
        "openstack-galera-3replicas",
        isolated=False,
        values=(
            {"spec": {key: each for key, each in _STATED.items() if key != "rabbitmq"}},
            {"spec": {"heat": _GONE, "ironic": {"enabled": _GONE}, "swift": {"enabled": _GONE}}},
            {"spec": {**_DESIGNATE_LEFT, **_LOGGING_LEFT}},
            _THREE,
        ),
        fields=_NO_RATING,
    ),
    "_collapsed_cell": Sample(
        "openstack-collapsed-cell",
        isolated=False,
        values=(
            {
                "services": {
                    "nova": {"cells": {"cell1": {"database": "openstack", "bus": "rabbitmq"}}},
                    "telemetry": {"spec": {"template": {"metricStorage": {"enabled": True}}}},
                    "watcher": {"enabled": True},
                },
            },
        ),
        fields=_NO_RATING,
    ),
}
"""By what their file names have after the prefix."""
