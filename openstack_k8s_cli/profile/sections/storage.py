"""`storage`: the class that the cloud's volumes are of."""

from typing import ClassVar, Literal

from pydantic import Field

from openstack_k8s_cli.profile.shape import Count, Name, Quantity, Section


class LocalStorage(Section):
    """Volumes in folders of the nodes; osk makes the StorageClass `storage.class` and its volumes."""

    volumes: Count | Literal["auto"] = Field(
        "auto", description="Volumes on each node; auto: from what the profile requests."
    )
    capacity: Quantity = Field("10Gi", description="The size that each volume claims to have.")
    path: str = Field("/mnt/openstack", pattern="^/", description="The folder on the nodes.")
    image: str = Field(
        "quay.io/openstack-k8s-operators/bash:latest",
        description="The image of the Job that makes the folders; needs bash.",
    )


class Storage(Section):
    """Storage."""

    PLANNED: ClassVar[dict[str, str]] = {
        "ceph": "Ceph as a back end",
        "nfs": "NFS as a back end",
        "lvms": "volumes by the LVM Storage operator",
    }

    class_: Name = Field("local-storage", alias="class", description="The StorageClass of every volume.")
    local: LocalStorage | None = Field(None, description="Local volumes; null: the class exists already.")
