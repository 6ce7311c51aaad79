"""The built-in catalogue, rendered for the built-in profiles and what people make of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

import pytest

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.secrets import Generated, Given
from openstack_k8s_cli.model.steps import Fate, Layer, Policy, Step
from tests.unit.render.rendered import anew, manifests, refused, steps

RELEASES = files.ProfileFiles().releases()
SIX = """
networks:
  ctlplane: {cidr: "fd00:aaaa::/64"}
  internalapi: {cidr: "fd00:bbbb::/64"}
  external: {cidr: "fd00:ffff::/64"}
  storage: {cidr: "fd00:cccc::/64"}
  tenant: {cidr: "fd00:dddd::/64"}
  storagemgmt: {cidr: "fd00:dede::/64"}
  octavia: {cidr: "fd00:eeee::/64", attachment: {type: bridge, routes: [{destination: "fd6c::/64", gateway: .96}]}}
  designate: {cidr: "fd00:eded::/64"}
  designateext: {cidr: "fd00:eaea::/64"}
"""
BOTH = """
networks:
  ctlplane:
    cidr: [192.168.122.0/24, "fd00:aaaa::/64"]
    gateway: [192.168.122.1, "fd00:aaaa::1"]
    routes: [{destination: 10.1.0.0/16, gateway: .1}, {destination: "fd77::/64", gateway: .9}]
  internalapi: {cidr: [172.17.0.0/24, "fd00:bbbb::/64"]}
"""
ALL_ON = """
controlplane:
  tls: {podLevel: false}
  services:
    heat: {enabled: true, replicas: 3, config: "[DEFAULT]\\na = 1\\n"}
    horizon: {enabled: true}
    manila: {enabled: true}
    designate: {enabled: true}
    octavia: {enabled: true}
    redis: {enabled: true, replicas: 3}
    ironic: {enabled: true}
    nova: {replicas: 3, config: "[DEFAULT]\\nx = 1\\n"}
    rabbitmq: {replicas: 3, storage: 5Gi}
dataplane:
  dns: [192.168.122.1]
  deployment: {exact: false}
  nodesets:
    compute: {count: 3}
    networkers: {role: networker, count: 1, address: "ctlplane[200+{i}]"}
"""
VARIANTS: list[tuple[str, tuple[str, ...], str]] = [
    *(("crc", (f"release={release}",), "") for release in RELEASES),
    ("crc", ("networks.isolation=false",), ""),
    ("crc", ("storage.local=null", "dataplane.nodesets=null"), ""),
    ("crc", (), SIX),
    ("crc", (), BOTH),
    ("crc", ("networks.defaults.mtu=9000",), "platform: {workers: [w0, w1, w2]}"),
    *(("crc", (f"release={release}",), ALL_ON) for release in RELEASES),
]
CLUSTER_SCOPED = frozenset(
    {
        "CustomResourceDefinition",
        "Namespace",
        "NMState",
        "NodeNetworkConfigurationPolicy",
        "PersistentVolume",
        "StorageClass",
    }
)
BLANK = re.compile(r"\.(labels|nodeSelector|matchLabels)\.[^.]+(\.[^.]+)*$")
"""Where Kubernetes itself writes empty texts: labels without a value."""

each_variant = pytest.mark.parametrize(("name", "sets", "overlay"), VARIANTS)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def _bodies(rendered: Sequence[Step], kind: str) -> dict[str, Body]:
    found = manifests(rendered).values()
    return {each.id.name: each.body for each in found if each.id.kind == kind}


@each_variant
def test_nothing_is_null_or_empty(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """No leaf is null, an empty text, or anything that JSON does not know."""
    rendered = steps(name, *sets, overlay=overlay)

    found = [
        f"{key}{path}: {value!r}"
        for key, manifest in manifests(rendered).items()
        for path, value in _leaves(manifest.body)
        if value is None
        or not isinstance(value, (str, int, float))
        or (value == "" and not BLANK.search(path))
    ]

    assert found == []


@each_variant
def test_namespaces_are_where_they_belong(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """Every object of a namespaced kind names its namespace, no other does."""
    rendered = steps(name, *sets, overlay=overlay)

    wrong = [
        str(each.id)
        for each in manifests(rendered).values()
        if bool(each.id.namespace) == (each.id.kind in CLUSTER_SCOPED)
    ]

    assert wrong == []


@each_variant
def test_edges_lead_to_steps(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """Every step that another comes after is there, and no layer waits for one above it."""
    rendered = steps(name, *sets, overlay=overlay)
    layers = {step.id: list(Layer).index(step.layer) for step in rendered}

    assert all(layers[before] <= layers[step.id] for step in rendered for before in step.after)


@each_variant
def test_the_same_profile_gives_the_same_steps(name: str, sets: tuple[str, ...], overlay: str) -> None:
    """Rendering twice gives equal steps, in the same order, keys in the same order."""
    assert repr(anew(name, sets, overlay)) == repr(steps(name, *sets, overlay=overlay))


def test_the_default_flow_is_complete() -> None:
    """The profile crc has every kind of the default flow."""
    kinds = {each.id.kind for each in manifests(steps()).values()}

    assert kinds == {
        "CatalogSource",
        "ConfigMap",
        "IPAddressPool",
        "Job",
        "L2Advertisement",
        "MetalLB",
        "NMState",
        "Namespace",
        "NetConfig",
        "NetworkAttachmentDefinition",
        "NodeNetworkConfigurationPolicy",
        "OpenStack",
        "OpenStackControlPlane",
        "OpenStackDataPlaneDeployment",
        "OpenStackDataPlaneNodeSet",
        "OpenStackDataPlaneService",
        "OperatorGroup",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Role",
        "RoleBinding",
        "Secret",
        "ServiceAccount",
        "StorageClass",
        "Subscription",
    }


def test_templates_ask_for_no_product_or_release() -> None:
    """What depends on platform or release is asked by capability or field."""
    asked = re.compile(r"(facts|platform)\.(flavour|provider)|\brelease\s*(==|!=|in\b)|fields\s*==")

    found = [path for path, text in files.catalogue().items() if asked.search(text)]

    assert found == []


def test_without_isolation_there_are_no_networks() -> None:
    """No policy, attachment or pool is made, and the control plane asks for none; MetalLB's operator stays."""
    rendered = steps("crc", "networks.isolation=false")
    [control_plane] = _bodies(rendered, "OpenStackControlPlane").values()

    assert {step.layer for step in rendered if "nodes" in step.id} == {Layer.DATAPLANE}
    assert not _bodies(rendered, "NetworkAttachmentDefinition")
    assert "metallb" not in str(control_plane)
    assert "networkAttachment" not in str(control_plane)
    assert "metallb-operator-sub" in _bodies(rendered, "Subscription")


def test_nodes_are_configured_one_after_another() -> None:
    """Each node has a policy and addresses of its own, and waits for the node before it."""
    rendered = {step.id: step for step in steps("crc", overlay="platform: {workers: [w0, w1, w2]}")}

    turns = [rendered[f"networks/nodes[w{number}]/interfaces"] for number in range(3)]
    addresses = [
        next(
            get(each, "ipv4", "address", 0, "ip")
            for each in turn.manifests[0].body["spec"]["desiredState"]["interfaces"]
            if each["name"] == "ospbr"
        )
        for turn in turns
    ]

    assert [each.manifests[0].id.name for each in turns] == ["enp6s0-w0", "enp6s0-w1", "enp6s0-w2"]
    assert turns[0].id in turns[1].after
    assert turns[1].id in turns[2].after
    assert addresses == ["192.168.122.10", "192.168.122.11", "192.168.122.12"]


def test_large_frames_reach_every_interface() -> None:
    """An MTU is set on the card, the VLANs, the bridges and in NetConfig."""
    rendered = steps("crc", "networks.defaults.mtu=9000")
    [policy] = _bodies(rendered, "NodeNetworkConfigurationPolicy").values()
    [config] = _bodies(rendered, "NetConfig").values()
    interfaces = policy["spec"]["desiredState"]["interfaces"]

    assert {each["name"]: each.get("mtu") for each in interfaces}.keys() >= {"enp6s0", "enp6s0.20", "ospbr"}
    assert {each["mtu"] for each in [*interfaces, *config["spec"]["networks"]]} == {9000}


def test_ipv6_leaves_no_ipv4() -> None:
    """With every network in IPv6 no IPv4 address of a network is left."""
    rendered = steps("crc", overlay=SIX)
    networks = [step for step in rendered if step.layer in {Layer.NETWORKS, Layer.CONTROLPLANE}]

    texts = [
        value
        for each in manifests(networks).values()
        for _, value in _leaves(each.body)
        if isinstance(value, str)
    ]

    assert not [text for text in texts if re.search(r"\b(192\.168|172\.\d+)\.\d+\.\d+", text)]


def test_dual_stack_has_both_families() -> None:
    """Services get an address of each family, NetConfig a subnet of each, and routes those of their own."""
    rendered = steps("crc", overlay=BOTH)
    [control_plane] = _bodies(rendered, "OpenStackControlPlane").values()
    [config] = _bodies(rendered, "NetConfig").values()
    annotations = get(
        control_plane,
        "spec",
        "keystone",
        "template",
        "override",
        "service",
        "internal",
        "metadata",
        "annotations",
    )
    subnets = config["spec"]["networks"][0]["subnets"]

    assert annotations["metallb.universe.tf/loadBalancerIPs"] == "172.17.0.80,fd00:bbbb::80"
    assert [each["gateway"] for each in subnets] == ["192.168.122.1", "fd00:aaaa::1"]
    assert [ip_address(each["routes"][0]["nexthop"]).version for each in subnets] == [4, 6]


def test_local_volumes_are_numbered_as_their_folders() -> None:
    """Each worker has all its volumes, with as many digits as the last number has."""
    overlay = "platform: {workers: [w0, w1]}\nstorage: {local: {volumes: 100}}"
    volumes = _bodies(steps("crc", overlay=overlay), "PersistentVolume")

    assert len(volumes) == 200
    assert get(volumes["local-storage007-w1"], "spec", "local", "path") == "/mnt/openstack/pv007"


def test_passwords_are_generated_unless_given() -> None:
    """The profile's value wins; everything else is made when it is missing, and kept with the databases."""
    rendered = manifests(steps("crc", overlay="secrets: {osp-secret: {AdminPassword: {env: ADMIN}}}"))
    secret = rendered["Secret openstack/osp-secret"]
    sources = {key.name: key.source for key in secret.secret_keys}

    assert sources["AdminPassword"] == Given("secrets.osp-secret.AdminPassword")
    assert sources["DbRootPassword"] == Generated("password(32)")
    assert sources["BarbicanSimpleCryptoKEK"] == Generated("fernet")
    assert (secret.policy, secret.on_teardown) == (Policy.ENSURE, Fate.IDENTITY)


def test_key_pairs_fit_each_other() -> None:
    """Both halves of a pair are of one kind, and Ansible's public key is let in."""
    rendered = manifests(steps())
    ansible = rendered["Secret openstack/dataplane-ansible-ssh-private-key-secret"]
    migration = rendered["Secret openstack/nova-migration-ssh-key"]

    assert {key.name: key.source for key in ansible.secret_keys} == {
        "ssh-privatekey": Generated("rsa-4096.private"),
        "ssh-publickey": Generated("rsa-4096.public"),
        "authorized_keys": Generated("rsa-4096.public"),
    }
    assert {key.source for key in migration.secret_keys} == {
        Generated("ecdsa-p521.private"),
        Generated("ecdsa-p521.public"),
    }
    assert migration.body["type"] == "kubernetes.io/ssh-auth"


def test_operators_that_are_there_are_used() -> None:
    """Their Subscription is not made, their configuration is."""
    rendered = steps(
        "crc", facts={"operators": frozenset({"nmstate", "metallb", "certManager", "openstack"})}
    )

    assert not _bodies(rendered, "Subscription")
    assert {"MetalLB", "NMState", "OpenStack"} <= {each.id.kind for each in manifests(rendered).values()}


def test_a_catalog_that_is_not_there_is_said() -> None:
    """On a cluster without the catalog of an operator nothing begins, and the catalogs that it has are named."""
    known = {"cluster_id": "u", "catalogs": ("community-operators",), "operators": frozenset({"nmstate"})}

    problems = refused(lambda: steps("crc", facts=known))

    assert [problem.subject for problem in problems] == ["operators/marketplace/checks.j2:6"] * 2
    assert all("there are: community-operators" in problem.summary for problem in problems)


def test_catalogs_are_awaited_for_what_comes_from_them() -> None:
    """With every operator there, no catalog is asked."""
    every = frozenset({"nmstate", "metallb", "certManager"})

    asked = [step.id for step in steps("crc", facts={"operators": every}) if "marketplace" in step.id]

    assert asked == []


def test_a_catalog_by_address_has_no_image() -> None:
    """OLM prefers an image, so it must not be there beside an address."""
    rendered = steps("crc", overlay="operators: {openstack: {address: '127.0.0.1:50051'}}")
    [catalog] = _bodies(rendered, "CatalogSource").values()

    assert catalog["spec"] == {"sourceType": "grpc", "address": "127.0.0.1:50051"}


def test_a_catalog_that_is_there_is_not_made() -> None:
    """With a namespace for the source the Subscription points there."""
    overlay = "operators: {openstack: {source: mine, sourceNamespace: openshift-marketplace, version: v1, approval: manual}}"
    rendered = steps("crc", overlay=overlay)

    assert not _bodies(rendered, "CatalogSource")
    assert _bodies(rendered, "Subscription")["openstack-operator"]["spec"] == {
        "name": "openstack-operator",
        "channel": "alpha",
        "source": "mine",
        "sourceNamespace": "openshift-marketplace",
        "installPlanApproval": "Manual",
        "startingCSV": "v1",
    }


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_decides_on_fields(release: str) -> None:
    """Fields that a release lacks are not rendered, in any of its services."""
    [control_plane] = _bodies(
        steps("crc", f"release={release}", overlay=ALL_ON), "OpenStackControlPlane"
    ).values()
    newer = release == "main"

    assert ("notificationsBus" in str(control_plane)) is newer
    assert ("messagingBus" in str(control_plane)) is newer
    assert ("cellMessageBusInstance" in str(control_plane)) is not newer
    assert ("cloudkitty" in str(control_plane)) is newer


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ("platform: {flavour: kubernetes}", "is installed by OLM"),
        ("controlplane: {services: {redis: {config: x}}}", "redis takes no customServiceConfig"),
        (
            "release: 18.0-fr2\ncontrolplane: {services: {watcher: {enabled: true}}}",
            "this release has no Watcher",
        ),
    ],
)
def test_what_cannot_be_is_refused(overlay: str, words: str) -> None:
    """A setting that would have no effect is an error instead."""
    problems = refused(lambda: steps("crc", overlay=overlay))

    assert all(words in problem.summary for problem in problems)


def test_services_can_be_anything() -> None:
    """`spec` reaches every field of a service, the whole control plane comes last."""
    overlay = """
controlplane:
  services:
    cinder: {spec: {template: {cinderBackup: null, cinderVolumes: {volume1: {replicas: 2}}}}}
    placement: {enabled: false}
  spec: {nodeSelector: {a: b}, cinder: {template: {cinderVolumes: {volume1: {replicas: 3}}}}}
"""
    [control_plane] = _bodies(steps("crc", overlay=overlay), "OpenStackControlPlane").values()
    cinder = control_plane["spec"]["cinder"]["template"]

    assert "cinderBackup" not in cinder
    assert cinder["cinderVolumes"]["volume1"]["replicas"] == 3
    assert control_plane["spec"]["nodeSelector"] == {"a": "b"}
    assert control_plane["spec"]["placement"]["enabled"] is False


def test_three_of_everything() -> None:
    """The trait ha scales what scales."""
    [control_plane] = _bodies(steps("crc", "controlplane.replicas=3"), "OpenStackControlPlane").values()
    spec = control_plane["spec"]

    assert spec["keystone"]["template"]["replicas"] == 3
    assert spec["ovn"]["template"]["ovnNorthd"]["replicas"] == 3
    assert spec["rabbitmq"]["templates"]["rabbitmq-cell1"]["replicas"] == 3
    assert spec["swift"]["template"]["swiftRing"]["ringReplicas"] == 3
    assert spec["nova"]["template"]["schedulerServiceTemplate"]["replicas"] == 3


def test_a_deployment_is_named_by_its_content() -> None:
    """Without `exact` a change of the hosts is another deployment, the same hosts are the same one."""
    names = [
        next(
            iter(
                _bodies(
                    steps("crc", "dataplane.deployment.exact=false", *sets), "OpenStackDataPlaneDeployment"
                )
            )
        )
        for sets in ((), (), ("dataplane.nodesets.compute.count=2",))
    ]

    assert names[0] == names[1] != names[2]
    assert re.fullmatch(r"edpm-deployment-[0-9a-f]{8}", names[0])


def test_hosts_are_discovered_by_nova() -> None:
    """A step in the conductor's pod follows the deployment; without compute hosts there is none."""
    only = "dataplane: {nodesets: {compute: {role: networker}}}"
    found = {step.id: step for step in steps()}["dataplane/deployment/discover-hosts"]

    assert found.after == {"dataplane/deployment/deploy"}
    assert found.exec is not None
    assert found.exec.command[:3] == ("nova-manage", "cell_v2", "discover_hosts")
    assert not [step.id for step in steps("crc", overlay=only) if step.exec]


def test_hosts_have_settings_of_their_own() -> None:
    """A node set's variables go over all hosts' ones, a host's name, address and variables over its rules."""
    overlay = """
dataplane:
  vars: {everywhere: 1, edpm_x: 1}
  nodesets:
    compute:
      count: 2
      vars: {edpm_x: 2, timesync_ntp_servers: [{hostname: mine}]}
      nodes: {edpm-compute-1: {hostName: other, address: .77, vars: {y: z}}}
"""
    [node_set] = _bodies(steps("crc", overlay=overlay), "OpenStackDataPlaneNodeSet").values()
    variables = node_set["spec"]["nodeTemplate"]["ansible"]["ansibleVars"]
    second = node_set["spec"]["nodes"]["edpm-compute-1"]

    assert (variables["everywhere"], variables["edpm_x"]) == (1, 2)
    assert variables["timesync_ntp_servers"] == [{"hostname": "mine"}]
    assert second["hostName"] == "other"
    assert second["ansible"] == {"ansibleHost": "192.168.122.77", "ansibleVars": {"y": "z"}}
    assert second["networks"][0]["fixedIP"] == "192.168.122.77"


def test_the_kind_of_bare_metal_hosts_is_for_a_cluster() -> None:
    """It is made once where a cluster lacks it, and never taken away."""
    found = manifests(steps("crc", facts={"cluster_id": "u", "catalogs": ("redhat-operators",)}))
    kind = found["CustomResourceDefinition baremetalhosts.metal3.io"]

    assert (kind.policy, kind.on_teardown) == (Policy.CREATE, Fate.KEEP)
    assert str(kind.id) not in manifests(steps())
