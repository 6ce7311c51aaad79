"""The operators and the storage of the built-in catalogue."""

import pytest

from openstack_k8s_cli.model.objects import get
from openstack_k8s_cli.model.steps import Fate, Policy
from tests.unit.render.rendered import manifests, steps
from tests.unit.render.variants import bodies


def test_local_volumes_are_numbered_as_their_folders() -> None:
    """Each worker has all its volumes, with as many digits as the last number has."""
    overlay = "platform: {workers: [w0, w1]}\nstorage: {local: {volumes: 100}}"
    volumes = bodies(steps("crc", overlay=overlay), "PersistentVolume")

    assert len(volumes) == 200
    assert get(volumes["local-storage007-w1"], "spec", "local", "path") == "/mnt/openstack/pv007"


def test_operators_that_are_there_are_used() -> None:
    """Their Subscription is not made, their configuration is."""
    rendered = steps(
        "crc", facts={"operators": frozenset({"nmstate", "metallb", "certManager", "openstack"})}
    )

    assert not bodies(rendered, "Subscription")
    assert {"MetalLB", "NMState", "OpenStack"} <= {each.id.kind for each in manifests(rendered).values()}


def test_catalogs_are_awaited_for_what_comes_from_them() -> None:
    """With every operator there, no catalog is asked."""
    every = frozenset({"nmstate", "metallb", "certManager"})

    asked = [step.id for step in steps("crc", facts={"operators": every}) if "marketplace" in step.id]

    assert asked == []


def test_a_catalog_by_address_has_no_image() -> None:
    """OLM prefers an image, so it must not be there beside an address."""
    rendered = steps("crc", overlay="operators: {openstack: {address: '127.0.0.1:50051'}}")
    [catalog] = bodies(rendered, "CatalogSource").values()

    assert catalog["spec"] == {"sourceType": "grpc", "address": "127.0.0.1:50051"}


def test_a_catalog_that_is_there_is_not_made() -> None:
    """With a namespace for the source the Subscription points there."""
    overlay = "operators: {openstack: {source: mine, sourceNamespace: openshift-marketplace, version: v1, approval: manual}}"
    rendered = steps("crc", overlay=overlay)

    assert not bodies(rendered, "CatalogSource")
    assert bodies(rendered, "Subscription")["openstack-operator"]["spec"] == {
        "name": "openstack-operator",
        "channel": "alpha",
        "source": "mine",
        "sourceNamespace": "openshift-marketplace",
        "installPlanApproval": "Manual",
        "startingCSV": "v1",
    }


def test_the_kind_of_bare_metal_hosts_is_for_a_cluster() -> None:
    """It is made once where a cluster lacks it, and never taken away."""
    found = manifests(steps("crc", facts={"cluster_id": "u", "catalogs": ("redhat-operators",)}))
    kind = found["CustomResourceDefinition baremetalhosts.metal3.io"]

    assert (kind.policy, kind.on_teardown) == (Policy.CREATE, Fate.KEEP)
    assert str(kind.id) not in manifests(steps())


def test_the_communitys_cert_manager_watches_everything() -> None:
    """Its OperatorGroup has no target namespaces, and its operands are awaited where it is."""
    overlay = (
        "operators: {sources: {certManager: {catalog: community-operators, package: cert-manager,"
        " channel: stable, namespace: certs}}}"
    )
    rendered = {step.id: step for step in steps("crc", overlay=overlay)}
    step = rendered["operators/cert-manager/operator"]

    [group] = bodies([step], "OperatorGroup").values()
    assert group["spec"] == {"upgradeStrategy": "Default"}
    assert {gate.target.namespace for gate in step.gates} == {"", "certs"}
    assert {"operators/marketplace[community-operators]/catalog"} <= step.after


def test_single_operators_are_swapped_and_stopped() -> None:
    """Images go to the operator by OLM, the rest into the resource OpenStack beside what is there by itself."""
    overlay = """
operators:
  overrides:
    nova: {image: "quay.io/me/nova:1", replicas: 0}
    openstack-baremetal: {image: "quay.io/me/baremetal:1"}
    openstack: {image: "quay.io/me/openstack:1"}
    glance: {memory: 1Gi, spec: {tolerations: [{operator: Exists}]}}
"""
    rendered = steps("crc", overlay=overlay)

    subscription = bodies(rendered, "Subscription")["openstack-operator"]
    assert {each["name"]: each["value"] for each in get(subscription, "spec", "config", "env")} == {
        "RELATED_IMAGE_NOVA_OPERATOR_MANAGER_IMAGE_URL": "quay.io/me/nova:1",
        "RELATED_IMAGE_OPENSTACK_BAREMETAL_OPERATOR_MANAGER_IMAGE_URL": "quay.io/me/baremetal:1",
        "OPERATOR_IMAGE_URL": "quay.io/me/openstack:1",
    }
    entries = {
        each["name"]: each
        for each in get(bodies(rendered, "OpenStack")["openstack"], "spec", "operatorOverrides")
    }
    assert sorted(entries) == ["glance", "infra", "nova"]
    assert entries["nova"] == {"name": "nova", "replicas": 0}
    assert entries["glance"] == {
        "name": "glance",
        "controllerManager": {"resources": {"limits": {"memory": "1Gi"}}},
        "tolerations": [{"operator": "Exists"}],
    }


def test_operators_of_single_services_need_no_other() -> None:
    """Each has its own catalog, and the first one brings the group that they share."""
    overlay = "operators: {openstack: {enabled: false}, single: {keystone: {}, rabbitmq: {index: mine}}}"
    rendered = steps("crc", overlay=overlay)

    catalogs = {name: each["spec"]["image"] for name, each in bodies(rendered, "CatalogSource").items()}
    assert catalogs == {
        "keystone-operator-index": "quay.io/openstack-k8s-operators/keystone-operator-index:latest",
        "rabbitmq-cluster-operator-index": "mine",
    }
    subscriptions = bodies(rendered, "Subscription")
    assert "openstack-operator" not in subscriptions
    assert subscriptions["rabbitmq-cluster-operator"]["spec"] == {
        "name": "rabbitmq-cluster-operator",
        "channel": "alpha",
        "source": "rabbitmq-cluster-operator-index",
        "sourceNamespace": "openstack-operators",
    }
    assert "OperatorGroup openstack-operators/openstack" in manifests(rendered)


def test_single_operators_share_a_catalog_of_the_marketplace() -> None:
    """Where the OpenStack operator comes from a catalog that is there, so do they; an image that is given is a catalog beside it."""
    overlay = """
operators:
  openstack: {source: redhat-operators, sourceNamespace: openshift-marketplace, channel: stable-v1.0}
  single: {keystone: {}, nova: {index: "registry/nova:1"}}
"""
    rendered = steps("crc", overlay=overlay)

    assert {"nova-operator-index": "registry/nova:1"} == {
        name: each["spec"]["image"] for name, each in bodies(rendered, "CatalogSource").items()
    }
    assert bodies(rendered, "Subscription")["keystone-operator"]["spec"] == {
        "name": "keystone-operator",
        "channel": "stable-v1.0",
        "source": "redhat-operators",
        "sourceNamespace": "openshift-marketplace",
    }


@pytest.mark.parametrize(
    ("overlay", "package", "kind"),
    [
        ("storage: {lvms: {}}", "lvms-operator", "LVMCluster"),
        ("operators: {optional: {loki: {enabled: true}}}", "loki-operator", "LokiStack"),
        ("operators: {optional: {netobserv: {enabled: true}}}", "netobserv-operator", "FlowCollector"),
        (
            "operators: {optional: {clusterObservability: {enabled: true}}}",
            "cluster-observability-operator",
            None,
        ),
    ],
)
def test_optional_operators_come_with_what_they_run(overlay: str, package: str, kind: str | None) -> None:
    """On request; one that is there already is used for what it runs."""
    rendered = steps("crc", overlay=overlay)
    every = frozenset({"lvms", "loki", "netobserv", "clusterObservability"})
    used = steps("crc", overlay=overlay, facts={"operators": every})

    assert package in bodies(rendered, "Subscription")
    assert package not in bodies(steps(), "Subscription")
    assert package not in bodies(used, "Subscription")
    assert kind is None or (bodies(rendered, kind) and bodies(used, kind))


def test_lvms_brings_the_class() -> None:
    """Without local volumes every claim is of its class, unless the profile names another."""
    alone = steps("crc", overlay="storage: {local: null, lvms: {deviceClass: fast}}")
    named = steps("crc", overlay="storage: {local: null, lvms: {deviceClass: fast}, class: mine}")

    assert [
        get(next(iter(bodies(each, "OpenStackControlPlane").values())), "spec", "storageClass")
        for each in (alone, named)
    ] == ["lvms-fast", "mine"]


def test_a_storage_namespace_that_is_the_clouds_is_made_once() -> None:
    """The Jobs may run where the cloud is."""
    rendered = steps("crc", "namespaces.storage=openstack")

    assert "Job openstack/crc-storage-crc" in manifests(rendered)


def test_a_community_metallb_gets_its_variables_by_olm() -> None:
    """OLM would put back what is changed in its Deployments."""
    subscription = bodies(steps("crc", "platform.flavour=okd"), "Subscription")["metallb-operator-sub"]

    assert {each["name"] for each in get(subscription, "spec", "config", "env")} == {
        "DEPLOY_SERVICEMONITORS",
        "METALLB_BGP_TYPE",
        "FRR_IMAGE",
    }


def test_operators_that_someone_else_installs() -> None:
    """`install: false` leaves an operator and its catalog alone."""
    names = ("nmstate", "metallb", "certManager")
    rendered = steps("crc", *(f"operators.sources.{name}.install=false" for name in names))

    assert [*bodies(rendered, "Subscription")] == ["openstack-operator"]
    assert not [step.id for step in rendered if "marketplace" in step.id]


def test_a_ceph_that_is_there_is_known_by_its_files() -> None:
    """The profile's configuration and keyring become the Secret that the services mount, and stay unseen."""
    overlay = "storage: {ceph: {conf: {file: c}, keyring: 'AQ=='}}"
    secret = manifests(steps("crc", overlay=overlay))["Secret openstack/ceph-conf-files"]

    assert {each.name for each in secret.secret_keys} == {"ceph.conf", "ceph.client.openstack.keyring"}
    assert "AQ==" not in str(secret)


def test_a_ceph_in_a_pod_fills_its_secret_itself() -> None:
    """It comes before the control plane, and after the passwords that its gateway needs."""
    overlay = "storage: {ceph: {kind: pod, hostNetwork: false, networks: [storage], size: 10Gi}}"
    rendered = {step.id: step for step in steps("crc", overlay=overlay)}
    [pod] = bodies([*rendered.values()], "Pod").values()

    assert get(pod, "metadata", "annotations") == {
        "k8s.v1.cni.cncf.io/networks": '[{"name": "storage", "namespace": "openstack"}]'
    }
    assert [each["name"] for each in get(pod, "spec", "containers")[0]["env"]].count("MON_IP") == 1
    assert "controlplane/ceph/pools" in rendered["controlplane/control-plane/services"].after
