"""The data plane."""

from typing import Any

from openstack_k8s_cli.profile.importers.draft import Draft
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target, by, needless, to
from openstack_k8s_cli.profile.importers.scenarios import BGP_NETWORKS, OWN_SERVICES, PASSES, SCENARIOS, peers
from openstack_k8s_cli.profile.importers.settings import Settings

_COMPUTE = "dataplane.nodesets.compute"
_NETWORKER = "dataplane.nodesets.networker"
_PASSWORD = "secrets.baremetalset-password-secret.NodeRootPassword"  # noqa: S105  # a path
_BARE = frozenset({"edpm_deploy_baremetal"})


def _nova(settings: Settings, draft: Draft) -> None:
    if snippet := settings.file("DATAPLANE_EXTRA_NOVA_CONFIG_FILE"):
        draft.set("dataplane.novaConfig", snippet)


_DNS = "ctlplane_dns_nameservers"
_MOVES = (
    "NETWORK_ISOLATION_IPV4",
    "NETWORK_ISOLATION_USE_DEFAULT_NETWORK",
    "NNCP_CTLPLANE_IP_ADDRESS_PREFIX",
    "NNCP_DNS_SERVER",
)
"""Variables that give the control plane's network another name server."""


def _ranges(settings: Settings, draft: Draft) -> None:
    listed = settings["DATAPLANE_SSHD_ALLOWED_RANGES"].strip().strip("[]").split(",")
    draft.set("dataplane.sshRanges", [each.strip().strip("'\"") for each in listed if each.strip()])


def _computes(settings: Settings, draft: Draft) -> None:
    """Carry over what edpm_deploy makes."""
    name = settings["DATAPLANE_KUSTOMIZE_SCENARIO"]
    if name not in SCENARIOS:
        reason = f"`{name}` is a sample of one's own"
        draft.lose("DATAPLANE_KUSTOMIZE_SCENARIO", reason, f"write what it changes under `{_COMPUTE}`")
        return
    own = settings.has("DATAPLANE_KUSTOMIZE_SCENARIO")
    draft.on_behalf(("DATAPLANE_KUSTOMIZE_SCENARIO" if own else "NETWORK_BGP",))
    sample = _sample(name, settings)
    role = sample.get("role", "compute")
    path = _COMPUTE if role != "networker" else _NETWORKER
    if path != _COMPUTE:
        draft.set(_COMPUTE, None)
    _lay(draft, path, sample)
    _services(name, sample, draft)
    word = _word(settings, draft, path, role)
    if "first" in SCENARIOS[name]:
        draft.on_behalf(("DATAPLANE_KUSTOMIZE_SCENARIO",))
        draft.set(f"{path}.nodes.edpm-{word}-0.vars", SCENARIOS[name]["first"])
    count = _count(settings, draft, "DATAPLANE_TOTAL_NODES", path, sample["count"])
    if name == "bgp_ovn_cluster" and settings.true("NETWORK_BGP"):
        _racks(draft, f"{path}.nodes.edpm-{word}", count)
    if name != "ovs_dpdk":
        _first(settings, draft, "DATAPLANE_COMPUTE_IP", path, f"edpm-{word}-0")
    logs = settings["CRC_STORAGE_NAMESPACE"] == settings["NAMESPACE"]
    if logs and "crc_storage" in settings.ran:
        draft.on_behalf(("CRC_STORAGE_NAMESPACE",))
        draft.set("dataplane.logs", "ansible-ee-logs")


def _sample(name: str, settings: Settings) -> dict[str, Any]:
    """Give what a sample says of its node set; without BGP there are no networks of racks.

    Its name server is that of the default network; in another one the hosts have the network's own.
    """
    found = {"count": 1, **{key: each for key, each in SCENARIOS[name].items() if key != "first"}}
    if "networks" in found and not settings.true("NETWORK_BGP"):
        found["networks"] = [each for each in found["networks"] if each not in BGP_NETWORKS]
        found = {key: each for key, each in found.items() if key not in {"addresses", "subnets"}}
    moved = any(settings.differs(each) for each in _MOVES)
    if moved and (found.get("vars") or {}).get(_DNS) == ["192.168.122.1"]:
        found["vars"] = {key: each for key, each in found["vars"].items() if key != _DNS}
    return found


def _services(name: str, sample: dict[str, Any], draft: Draft) -> None:
    """Have the services that the operators do not bring, and limit the deployment where the sample does."""
    for service in (*sample.get("services", ()), *PASSES.get(name, ())):
        if service in OWN_SERVICES:
            draft.set(f"dataplane.ownServices.{service}", dict(OWN_SERVICES[service]))
    if name in PASSES:
        draft.set("dataplane.deployment.services", list(PASSES[name]))


def _racks(draft: Draft, hosts: str, count: int) -> None:
    """Give every host after the first the leaves of its own rack."""
    for number in range(2, count + 1):
        variables = ("edpm_frr_bgp_peers", "edpm_ovn_bgp_agent_local_ovn_peer_ips")
        draft.set(f"{hosts}-{number - 1}.vars", {name: peers(number) for name in variables})


def _networkers(settings: Settings, draft: Draft) -> None:
    """Carry over what edpm_deploy_networker makes."""
    if not settings.ran & {"edpm_deploy", *_BARE}:
        draft.set(_COMPUTE, None)
    networker = {
        "role": "networker",
        "resource": "openstack-edpm-ipam-networker",
        "address": "ctlplane[200+{i}]",
    }
    _lay(draft, _NETWORKER, networker)
    _count(settings, draft, "DATAPLANE_TOTAL_NETWORKER_NODES", _NETWORKER, 1)
    _first(settings, draft, "DATAPLANE_NETWORKER_IP", _NETWORKER, "edpm-networker-0")


def _machines(settings: Settings, draft: Draft) -> None:
    """Carry over what edpm_deploy_baremetal makes."""
    _count(settings, draft, "DATAPLANE_TOTAL_NODES", _COMPUTE, 1)
    if not settings.has("DEPLOYMENT_NAME"):
        draft.set("dataplane.deployment.name", "edpm-deployment-ipam")
    provision = f"{_COMPUTE}.provision"
    draft.set(f"{provision}.interface", settings["BM_CTLPLANE_INTERFACE"])
    for variable, key in (
        ("BMO_PROVISIONING_INTERFACE", "provisioningInterface"),
        ("BAREMETAL_OS_IMG", "image"),
        ("BAREMETAL_OS_CONTAINER_IMG", "container"),
        ("BAREMETAL_OS_IMG_TYPE", "containerType"),
    ):
        if settings[variable].strip():
            draft.on_behalf((variable,))
            draft.set(f"{provision}.{key}", settings[variable].strip())
    if settings["BMH_NAMESPACE"] != settings["NAMESPACE"]:
        draft.on_behalf(("BMH_NAMESPACE",))
        draft.set(f"{provision}.namespace", settings["BMH_NAMESPACE"])
    if settings["BM_ROOT_PASSWORD"]:
        draft.on_behalf(("BM_ROOT_PASSWORD",))
        draft.set(f"{provision}.rootPassword", True)
        draft.set(_PASSWORD, settings["BM_ROOT_PASSWORD"])
    if settings["DATAPLANE_GROWVOLS_ARGS"]:
        draft.on_behalf(("DATAPLANE_GROWVOLS_ARGS",))
        draft.set(f"{_COMPUTE}.growvols", settings["DATAPLANE_GROWVOLS_ARGS"])


def _lay(draft: Draft, path: str, values: dict[str, Any]) -> None:
    for key, value in values.items():
        draft.set(f"{path}.{key}", value)


def _count(settings: Settings, draft: Draft, variable: str, path: str, least: int) -> int:
    """Set the number of hosts; samples with several keep theirs where fewer are asked for."""
    count = max(settings.number(variable), least)
    if settings.has(variable):
        draft.on_behalf((variable,))
    draft.set(f"{path}.count", count)
    return count


def _first(settings: Settings, draft: Draft, variable: str, path: str, host: str) -> None:
    """Set the first host's address, which alone follows the variable."""
    if settings.differs(variable):
        draft.on_behalf((variable,))
        draft.set(f"{path}.nodes.{host}.address", settings[variable])


def _word(settings: Settings, draft: Draft, path: str, role: str) -> str:
    """Carry over the word in the hosts' names, and give it."""
    word = settings["DATAPLANE_SERVER_ROLE"].strip()
    if not settings.differs("DATAPLANE_SERVER_ROLE") or not word:
        return role
    draft.on_behalf(("DATAPLANE_SERVER_ROLE",))
    draft.set(f"{path}.name", f"edpm-{word}-{{i}}")
    return word


def _share(settings: Settings, draft: Draft) -> None:
    if settings["DATAPLANE_NOVA_NFS_PATH"]:
        draft.set("dataplane.novaShare", settings["DATAPLANE_NOVA_NFS_PATH"])


def _tls(settings: Settings, draft: Draft) -> None:
    if not settings.true("DATAPLANE_TLS_ENABLED"):
        draft.set("controlplane.tls.podLevel", False)


def _keys(settings: Settings, draft: Draft) -> None:
    """Carry over who makes the keys; the target that makes them labels the namespace, too."""
    made = settings.true("GENERATE_SSH_KEYS")
    draft.set("dataplane.generateKeys", made)
    if not made and "edpm_deploy_generate_keys" not in settings.named:
        _unlabelled(draft)


def _unlabelled(draft: Draft) -> None:
    for label in ("pod-security.kubernetes.io/enforce", "security.openshift.io/scc.podSecurityLabelSync"):
        draft.set(f'namespaces.labels."{label}"', None)


_HOSTS = ("edpm_", "EDPM_", "DATAPLANE_")
"""What targets and variables of the data plane begin with."""


def hosts(settings: Settings, draft: Draft) -> None:
    """Have no hosts, nor what their Ansible needs, where no target and no variable is about them."""
    if not any(name.startswith(_HOSTS) for name in (*settings.ran, *settings.given)):
        draft.on_behalf(("no make edpm_deploy",))
        draft.set("dataplane.nodesets", None)
        _unlabelled(draft)


def _root(settings: Settings, draft: Draft) -> None:
    if settings["EDPM_ROOT_PASSWORD"] and not draft.get(_PASSWORD):
        draft.set(_PASSWORD, settings["EDPM_ROOT_PASSWORD"])


def _told(*variables: str, place: str, note: str = "") -> Rule:
    """Say where variables go that a target carries over."""
    return Rule(variables, Fate.CARRIED, place, note)


_ONLY_FIRST = "the first host's alone, as there; further ones count from the node set's rule"

RULES: tuple[Rule, ...] = (
    _told("DATAPLANE_TOTAL_NODES", place=f"{_COMPUTE}.count"),
    _told("DATAPLANE_TOTAL_NETWORKER_NODES", place=f"{_NETWORKER}.count"),
    _told("DATAPLANE_KUSTOMIZE_SCENARIO", place=_COMPUTE, note="each sample is a few keys of the node set"),
    _told("DATAPLANE_SERVER_ROLE", place=f"{_COMPUTE}.name"),
    _told("DATAPLANE_COMPUTE_IP", place=f"{_COMPUTE}.nodes.NAME.address", note=_ONLY_FIRST),
    _told("DATAPLANE_NETWORKER_IP", place=f"{_NETWORKER}.nodes.NAME.address", note=_ONLY_FIRST),
    to("DATAPLANE_ANSIBLE_SECRET", "dataplane.sshSecret"),
    by(
        lambda settings, draft: draft.set(
            "dataplane.user", settings["DATAPLANE_ANSIBLE_USER"] or "cloud-admin"
        ),
        "DATAPLANE_ANSIBLE_USER",
        place="dataplane.user",
    ),
    to("DATAPLANE_NETWORK_INTERFACE_NAME", "dataplane.interface"),
    to("DATAPLANE_NTP_SERVER", "dataplane.ntp"),
    by(_ranges, "DATAPLANE_SSHD_ALLOWED_RANGES", place="dataplane.sshRanges"),
    to("DATAPLANE_REGISTRY_URL", "dataplane.registry.url"),
    to("DATAPLANE_CONTAINER_TAG", "dataplane.registry.tag"),
    to("DATAPLANE_CONTAINER_PREFIX", "dataplane.registry.prefix"),
    to("DATAPLANE_REPO_SETUP_REPO", "dataplane.repositories.repository"),
    to("DATAPLANE_REPO_SETUP_BRANCH", "dataplane.repositories.branch"),
    by(_nova, "DATAPLANE_EXTRA_NOVA_CONFIG_FILE", place="dataplane.novaConfig"),
    by(_share, "DATAPLANE_NOVA_NFS_PATH", place="dataplane.novaShare"),
    by(
        _tls,
        "DATAPLANE_TLS_ENABLED",
        place="controlplane.tls.podLevel",
        note="both sides have to say the same: hosts follow the control plane",
    ),
    by(
        lambda settings, draft: draft.set("dataplane.runner", settings["DATAPLANE_RUNNER_IMG"] or None),
        "DATAPLANE_RUNNER_IMG",
        place="dataplane.runner",
        note="by an OpenStackVersion, not by a change to the operator",
    ),
    by(_keys, "GENERATE_SSH_KEYS", place="dataplane.generateKeys"),
    to("DEPLOYMENT_NAME", "dataplane.deployment.name"),
    by(_root, "EDPM_ROOT_PASSWORD", place=_PASSWORD),
    _told("BM_ROOT_PASSWORD", place=f"{_PASSWORD} and {_COMPUTE}.provision.rootPassword"),
    _told("DATAPLANE_GROWVOLS_ARGS", place=f"{_COMPUTE}.growvols"),
    _told("BM_CTLPLANE_INTERFACE", place=f"{_COMPUTE}.provision.interface"),
    _told("BMO_PROVISIONING_INTERFACE", place=f"{_COMPUTE}.provision.provisioningInterface"),
    _told("BMH_NAMESPACE", place=f"{_COMPUTE}.provision.namespace"),
    _told("BAREMETAL_OS_IMG", place=f"{_COMPUTE}.provision.image"),
    _told("BAREMETAL_OS_CONTAINER_IMG", place=f"{_COMPUTE}.provision.container"),
    _told("BAREMETAL_OS_IMG_TYPE", place=f"{_COMPUTE}.provision.containerType"),
    needless("DATAPLANE_DEFAULT_GW", note="install_yamls reads it nowhere; the gateway is that of ctlplane"),
    needless(
        "EDPM_IP_ADDRESS_OFFSET",
        note="install_yamls reads it nowhere; addresses begin at `dataplane.nodesets.NAME.address`",
    ),
)

TARGETS: tuple[Target, ...] = (
    Target(
        ("edpm_deploy_prep", "edpm_deploy_networker_prep", "edpm_deploy_baremetal_prep"),
        "osk render --layer dataplane",
    ),
    Target(("edpm_deploy_generate_keys",), "osk deploy keys"),
    Target(("edpm_patch_ansible_runner_image",), "dataplane.runner"),
    Target(
        ("edpm_nova_discover_hosts",), "osk deploy dataplane", "hosts are discovered after each deployment"
    ),
    Target(("edpm_register_dns",), "osk deploy dataplane", "the operators register every host"),
    Target(("edpm_deploy",), "osk deploy dataplane", brings=("input",), carry=_computes),
    Target(("edpm_wait_deploy",), "osk deploy dataplane", brings=("edpm_deploy",)),
    Target(
        ("edpm_deploy_cleanup", "edpm_deploy_networker_cleanup", "edpm_deploy_baremetal_cleanup"),
        "osk teardown dataplane",
    ),
    Target(("edpm_deploy_networker",), "osk deploy dataplane", brings=("input",), carry=_networkers),
    Target(("edpm_deploy_baremetal",), "osk deploy dataplane", brings=("input",), carry=_machines),
    Target(("edpm_wait_deploy_baremetal",), "osk deploy dataplane", brings=("edpm_deploy_baremetal",)),
)
