"""`operators.optional`: operators that a cloud may have beside those that it needs, with what they run."""

from pydantic import Field

from openstack_k8s_cli.profile.shape import Count, Free, Name, Section


class Operator(Section):
    """An operator that is installed on request."""

    enabled: bool = Field(False, description="Whether it is installed.")


class Loki(Operator):
    """Loki, and a LokiStack on object storage."""

    instance: bool = Field(True, description="Whether a LokiStack is made too.")
    name: Name = Field("loki", description="The LokiStack's name.")
    namespace: Name = Field("netobserv", description="Where it is.")
    size: str = Field("1x.demo", description="Its size, such as 1x.demo or 1x.small.")
    mode: str = Field("openshift-network", description="Whose logs it takes: its tenants' mode.")
    secret: Name = Field(
        "loki-s3",
        description="The Secret with the storage's keys; `secrets` has `access_key_id` and `access_key_secret`.",
    )
    bucket: str = Field("s3-bucket-name", description="The storage's bucket.")
    endpoint: str = Field("https://s3.eu-central-1.amazonaws.com", description="The storage's address.")
    region: str = Field("eu-central-1", description="The storage's region.")
    spec: Free = Field(default_factory=dict, description="Merged into the LokiStack as it is.")


class NetworkObservability(Operator):
    """Network observability, and a FlowCollector."""

    instance: bool = Field(True, description="Whether a FlowCollector is made too.")
    namespace: Name | None = Field(
        None, description="Where it runs; null: beside Loki, `operators.optional.loki.namespace`."
    )
    sampling: Count = Field(500, description="One packet of so many is looked at.")
    spec: Free = Field(default_factory=dict, description="Merged into the FlowCollector as it is.")


class ClusterObservability(Operator):
    """Cluster observability, which telemetry's metrics need."""


class Rook(Operator):
    """Rook, and a CephCluster for tests."""

    instance: bool = Field(True, description="Whether a CephCluster is made too.")
    name: Name = Field("my-cluster", description="The CephCluster's name.")
    image: str = Field("quay.io/ceph/demo:latest-squid", description="Ceph's image.")
    spec: Free = Field(default_factory=dict, description="Merged into the CephCluster as it is.")


class BareMetal(Operator):
    """Upstream's bare metal operator, where the cluster has none; from `operators.sources.baremetal.manifests`."""

    images: dict[str, str] = Field(
        default_factory=dict,
        description="Images in place of the manifests', by the containers that run them, such as `manager` or `ironic`.",
    )
    settings: dict[str, str] = Field(
        default_factory=dict,
        description="Ironic's settings in place of the manifests', such as `IRONIC_IP` or `IPA_BRANCH`.",
    )


class Optional(Section):
    """Operators that a cloud may have besides."""

    loki: Loki = Field(default_factory=Loki, description="Logs.")
    netobserv: NetworkObservability = Field(
        default_factory=NetworkObservability, description="The network's flows."
    )
    cluster_observability: ClusterObservability = Field(
        default_factory=ClusterObservability, description="Metrics."
    )
    rook: Rook = Field(default_factory=Rook, description="Ceph in the cluster.")
    baremetal: BareMetal = Field(default_factory=BareMetal, description="Bare metal machines.")
