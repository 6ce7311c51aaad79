"""A failed task, or a pod that did not run one → the likely cause and what to do: a table of rules, the first that fits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openstack_k8s_cli.diagnosis import likely
from openstack_k8s_cli.diagnosis.likely import DISK_FULL, NO_KVM, Likely, Rule
from openstack_k8s_cli.model.objects import Body, get

JOB_LIMIT = 3600
IDLE_LIMIT = 600
"""Seconds after which ansible-runner ends a pod's run: in all, and without a word (RUNNER_JOB_TIMEOUT, RUNNER_IDLE_TIMEOUT)."""
_NEARLY = 5
"""Seconds by which times that pods tell may fall short of a limit."""
NETWORK, RESTART = "configure-network", "run-os"


@dataclass(frozen=True, slots=True)
class Symptom:
    """What is known of a failure."""

    service: str
    outcome: str
    """failed, unreachable, or `pod` where no task is to blame."""
    message: str
    task: str = ""
    before: tuple[str, ...] = ()
    """Services that ran on the node set before."""


@dataclass(frozen=True, slots=True)
class _Rule(Rule):
    outcome: str = "failed"
    """Empty: whichever."""
    after: str = ""
    """A service that has run, or is the one that failed; empty: whichever."""
    service: str = ""

    def fits(self, symptom: Symptom) -> bool:
        return (
            self.outcome in {"", symptom.outcome}
            and (not self.after or self.after in (*symptom.before, symptom.service))
            and (not self.service or re.fullmatch(self.service, symptom.service) is not None)
            and self.says(f"{symptom.task}\n{symptom.message}")
        )


_GONE = "unreachable"
_POD = "pod"
_RULES: Sequence[_Rule] = (
    _Rule(
        r"permission denied \(|authentication failed|no supported authentication|invalid privatekey|error in libcrypto",
        "the host does not take the key, or not for this user",
        "put the public key into ~/.ssh/authorized_keys of the node set's `ansibleUser`, or name the key that it knows in `dataplane.sshSecret`",
        "osk dataplane check",
        outcome=_GONE,
    ),
    _Rule(
        r"host key verification failed|remote host identification has changed",
        "the host has another host key than before, such as after it was installed anew",
        "see that it is the right host; its old key has to go from known_hosts",
        outcome=_GONE,
    ),
    _Rule(
        r"could not resolve hostname|name or service not known",
        "the host's name does not resolve in the cluster",
        "give the node an `address` in the profile",
        outcome=_GONE,
    ),
    _Rule(
        r"",
        "the host's firewall lets the cluster's pods in no more: run-os allows only `edpm_sshd_allowed_ranges`",
        "let that range contain the addresses that the pods have on ctlplane; on the host, `nft list ruleset` shows what is allowed",
        outcome=_GONE,
        after=RESTART,
    ),
    _Rule(
        r"",
        "the host lost its network when it was configured: the template, the interface's name or the VLANs do not fit it",
        "look at the host's console: /etc/os-net-config/config.yaml has what was applied; correct `interface` or the network template of the node set",
        "osk dataplane check",
        outcome=_GONE,
        after=NETWORK,
    ),
    _Rule(
        r"",
        "the host is down, has another address or user, or cannot be reached from the pods' network ctlplane",
        "see that it is up and that its `address` is right; look from where the pods look",
        "osk dataplane check --from-cluster",
        outcome=_GONE,
    ),
    _Rule(
        r"wait_for_connection|timed out waiting for (ping|connection)|timeout waiting for .*connection",
        "the host did not come within the 600 s that are waited for it: it is down, or boots for longer",
        "see that it is up; for slow machines raise `edpm_bootstrap_command`'s and the reboot's time-outs in the node set's `vars`",
        "osk dataplane check",
    ),
    _Rule(
        DISK_FULL,
        "the host's disk is full",
        "make room, mostly in /var/lib/containers, or give it a larger disk",
        "osk dataplane check",
    ),
    _Rule(
        r"not registered|subscription-manager|no enabled subscription|this system is not entitled",
        "the host has no subscription",
        "let the node set register it: `edpm_bootstrap_release_version_package` and the rhc or subscription-manager variables",
    ),
    _Rule(
        r"failed to download metadata for repo|cannot download repomd|there are no enabled repositor|no enabled repos|"
        r"cannot (prepare internal mirrorlist|find a valid baseurl)|curl error|all mirrors were tried",
        "the host reaches no repository",
        "open its way to it, name a mirror, or have the service repo-setup in front of the others",
        "osk dataplane check",
    ),
    _Rule(
        r"no match for argument|unable to find a match|nothing provides|no package .* available|conflicting requests",
        "the host's repositories lack a package, or have another release of it",
        "see that the repositories are those of the release: the service repo-setup, or the node set's own",
    ),
    _Rule(
        r"lockfile is held|waiting for process with pid|could not get lock|is locked by another",
        "another program on the host holds the package manager",
        "wait until it ends (often an automatic update), and switch it off",
    ),
    _Rule(
        r"(unauthorized|authentication required|denied: requested access|invalid username/password)",
        "the registry wants a login that the host does not have, or refuses it",
        "give it in the node set's `vars` as `edpm_container_registry_logins`, or see that it is valid",
    ),
    _Rule(
        r"manifest unknown|name unknown|repository .* not found|not found: manifest",
        "the registry lacks an image of this release",
        "see that `release` and the mirror fit each other",
    ),
    _Rule(
        r"certificate (signed by unknown authority|verify failed|has expired|is not yet valid)|x509:",
        "a certificate is not trusted on the host: another authority signed it, or the host's clock is wrong",
        "have the authority's certificate put on the hosts, and see to the clock",
        "osk dataplane check",
    ),
    _Rule(
        r"initializing source docker|pinging container registry|unable to (copy from source|pull)|error pulling image",
        "the host does not reach the registry",
        "open its way there, or name a mirror",
        "osk dataplane check",
    ),
    _Rule(
        NO_KVM,
        "the host has no hardware virtualization",
        "switch it on in its firmware, or nested virtualization in its hypervisor",
    ),
    _Rule(
        r"sudo: a password is required|missing sudo password|is not in the sudoers|privilege escalation",
        "the user may not become root without a password",
        "let it: a file in /etc/sudoers.d with `USER ALL=(ALL) NOPASSWD: ALL`",
    ),
    _Rule(
        r"is undefined|undefined variable|has no attribute",
        "a variable that the playbook needs is missing",
        "give it in the node set's `vars`",
        outcome="",
    ),
    _Rule(
        r"ping|unreachable|packet loss|gateway",
        "the host's new networks do not reach their gateways or the other hosts",
        "see to VLANs and MTU of the switch or bridge that it is on, and to the gateways in the profile",
        service="validate-network",
    ),
    _Rule(
        r"",
        "os-net-config could not apply the network template on the host",
        "see that the interface is there and the template fits the host; its own words are in /var/log/os-net-config.log",
        "osk dataplane check",
        service="configure-network",
    ),
    _Rule(
        r"could not match supplied host pattern|hosts list is empty|no hosts matched|does not match any hosts",
        "no host is meant: the limit names none of the node set",
        "name hosts as the node set has them",
        "osk plan",
        outcome=_POD,
    ),
    _Rule(
        r"(role|module|collection|playbook).*(not found|could not be found|couldn't resolve)|couldn't resolve module",
        "the image of Ansible's pods lacks a playbook, role or module",
        "see that `dataplane.runner` fits the release, or what the service names",
        outcome="",
    ),
    _Rule(
        r"job limit",
        f"Ansible was ended after {JOB_LIMIT} s, which is as long as a service may take",
        "let it take longer: RUNNER_JOB_TIMEOUT in `dataplane.env`; the same command goes on",
        outcome=_POD,
    ),
    _Rule(
        r"idle limit",
        f"Ansible was ended because it said nothing for {IDLE_LIMIT} s: a host hangs, or a task takes long",
        "look at the task that ran last; RUNNER_IDLE_TIMEOUT in `dataplane.env` gives it longer",
        outcome=_POD,
    ),
    _Rule(
        r"ErrImagePull|ImagePullBackOff|InvalidImageName|pull(ing)? image|pull access denied",
        "the image of Ansible's pods cannot be pulled",
        "see that the cluster reaches its registry and has its login; `dataplane.runner` names another image",
        outcome=_POD,
    ),
    _Rule(
        r"network-attachment-definition|failed to create pod sandbox|multus|cni",
        "the pod cannot be attached to its networks: the NetworkAttachmentDefinition, the bridge or the interface is not there on the node",
        "deploy the networks first",
        "osk deploy networks",
        outcome=_POD,
    ),
    _Rule(
        r"(secret|configmap) .*not found|references non-existent (secret|config) key|FailedMount|MountVolume",
        "the pod mounts a Secret or ConfigMap that is not there, or lacks a key",
        "see to the `dataSources` of the service, and to what the message names",
        outcome=_POD,
    ),
    _Rule(
        r"serviceaccount .*not found|forbidden",
        "the pod may not be made: its ServiceAccount or a right is missing",
        "see to the node set's condition ServiceAccountReady and to the namespace's quotas",
        outcome=_POD,
    ),
    _Rule(
        r"insufficient|unschedulable|didn't match|untolerated taint|exceeded quota",
        "no node of the cluster takes the pod",
        "make room, or see to `ansibleJobNodeSelector` of the node set",
        outcome=_POD,
    ),
    _Rule(
        r"OOMKilled|Evicted",
        "the pod was ended for want of memory or disk on its node",
        "use smaller node sets (`dataplane.shards`), or fewer forks (ANSIBLE_FORKS in `dataplane.env`)",
        outcome=_POD,
    ),
)  # fmt: skip


def cause_of(symptom: Symptom) -> Likely | None:
    """Find what is likely wrong; None where nothing is known of it."""
    return likely.first(_RULES, lambda rule: rule.fits(symptom))


def of_pod(pod: Body, *, silent: float | None = None) -> str:
    """Say why a pod does not run, or ended without a recap; empty where it does and did.

    `silent`: seconds from its last word to its end.
    """
    statuses: Sequence[Mapping[str, Any]] = get(pod, "status", "containerStatuses") or ()
    for status in statuses:
        waiting = get(status, "state", "waiting") or {}
        if waiting.get("reason") not in {None, "ContainerCreating", "PodInitializing"}:
            return _words(waiting)
    if get(pod, "status", "phase") == "Failed":
        ended: Mapping[str, Any] = next(
            (found for each in statuses if (found := get(each, "state", "terminated"))), {}
        )
        lasted = _lasted(ended)
        if silent is not None and silent >= IDLE_LIMIT - _NEARLY:
            return f"idle limit: ended {round(silent)} s after its last word"
        if lasted >= JOB_LIMIT - _NEARLY:
            return f"job limit: ended after {round(lasted)} s"
        return _words(get(pod, "status") or {}) or _words({**ended, "message": ""})
    for each in get(pod, "status", "conditions") or ():
        if each.get("type") == "PodScheduled" and each.get("status") == "False":
            return _words(each)
    return ""


def _words(said: Mapping[str, Any]) -> str:
    return ": ".join(str(said[key]) for key in ("reason", "message") if said.get(key))


def _lasted(ended: Mapping[str, Any]) -> float:
    try:
        first, last = (datetime.fromisoformat(str(ended[key])) for key in ("startedAt", "finishedAt"))
    except (KeyError, ValueError):
        return 0.0
    return (last - first).total_seconds()
