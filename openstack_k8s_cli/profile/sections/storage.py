"""`storage`: the class that the cloud's volumes are of, and the back ends of its services."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from openstack_k8s_cli.profile.shape import Count, Free, Name, SecretValue, Section, Size, Texts

_FOLDER = r"^/"
Uuid = Annotated[str, Field(pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\$\{hooks\..+\})$")]


class LocalStorage(Section):
    """Volumes in folders of the nodes; osk makes the StorageClass `storage.class` and its volumes."""

    volumes: Count | Literal["auto"] = Field(
        "auto", description="Volumes on each node; auto: from what the profile requests."
    )
    capacity: Size = Field("10Gi", description="The size that each volume claims to have.")
    path: str = Field("/mnt/openstack", pattern=_FOLDER, description="The folder on the nodes.")
    image: str = Field(
        "quay.io/openstack-k8s-operators/bash:latest",
        description="The image of the Job that makes the folders; needs bash.",
    )


class Lvms(Section):
    """Volumes of the nodes' disks by the LVM Storage operator, in the class `lvms-DEVICECLASS`."""

    instance: bool = Field(True, description="Whether an LVMCluster is made too; false: the operator only.")
    name: Name = Field("lvmcluster", description="The LVMCluster's name.")
    device_class: Name = Field("vg1", description="The device class, which is the volume group.")
    devices: Texts = Field(
        default_factory=lambda: ["/dev/vdb"], min_length=1, description="Disks of each node, empty ones."
    )
    filesystem: Literal["ext4", "xfs"] = Field("ext4", description="The volumes' file system.")
    default: bool = Field(True, description="Whether the class is the cluster's default.")
    spec: Free = Field(default_factory=dict, description="Merged into the LVMCluster as it is.")


class Pools(Section):
    """Ceph's pools."""

    volumes: str = Field("volumes", description="Of cinder's volumes.")
    images: str = Field("images", description="Of glance's images.")
    vms: str = Field("vms", description="Of nova's disks.")
    backups: str = Field("backups", description="Of cinder's backups.")
    cephfs: str = Field("cephfs", description="Manila's file system; its pools begin with its name.")


class Ceph(Section):
    """A Ceph cluster as a back end; services name it by their `backends`."""

    kind: Literal["pod", "external"] = Field(
        "external",
        description="external: a cluster that is there; pod: one in a single pod, for development, without lasting data.",
    )
    fsid: Uuid | None = Field(None, description="The cluster's id, by which nova's libvirt knows the key.")
    user: Name = Field("openstack", description="The client's name, without `client.`.")
    secret: Name = Field(
        "ceph-conf-files", description="The Secret with `ceph.conf` and `ceph.client.USER.keyring`."
    )
    conf: SecretValue | None = Field(
        None, description="The `ceph.conf` of an external cluster; null: the Secret is there already."
    )
    keyring: SecretValue | None = Field(
        None, description="The client's keyring of an external cluster; null: the Secret is there already."
    )
    pools: Pools = Field(default_factory=Pools, description="Pools.")
    image: str = Field("quay.io/ceph/demo:latest-squid", description="The pod's image.")
    host_network: bool = Field(True, description="Whether the pod is on its node's network.")
    networks: list[Name] = Field(default_factory=list, description="Attached networks of the pod.")
    address: str | None = Field(
        None, description="The address that the pod's monitor listens on; null: its node's."
    )
    node: Name | None = Field(None, description="The pod's node; null: the first worker.")
    size: Size = Field("2Gi", description="The room that the pod's data, logs and sockets each have.")
    gateway: Name = Field("ceph", description="The name of the pod's object gateway.")
    gateway_user: Name = Field("swift", description="The gateway's user in keystone.")

    @model_validator(mode="after")
    def _both_or_none(self) -> "Ceph":
        if (self.conf is None) != (self.keyring is None):
            raise ValueError("`conf` and `keyring` go together")
        if self.kind == "pod" and self.conf is not None:
            raise ValueError("the pod makes its `conf` and `keyring` itself; they are for `kind: external`")
        return self


class Nfs(Section):
    """An NFS server as a back end; services name it by their `backends`."""

    server: str = Field(description="The server's address.")
    path: str = Field("/", pattern=_FOLDER, description="The exported folder.")
    options: str | None = Field(None, description="Options of the mount.")


class Storage(Section):
    """Storage."""

    class_: Name = Field(
        "local-storage",
        alias="class",
        description="The StorageClass of every volume; with `lvms` and without `local`, that of `lvms`.",
    )
    local: LocalStorage | None = Field(None, description="Local volumes; null: the class exists already.")
    lvms: Lvms | None = Field(None, description="Volumes by the LVM Storage operator; null: none.")
    ceph: Ceph | None = Field(None, description="Ceph as a back end; null: none.")
    nfs: Nfs | None = Field(None, description="NFS as a back end; null: none.")
