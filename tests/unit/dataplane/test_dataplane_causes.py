"""dataplane.causes: the likely cause of a failure, in the words that Ansible, hosts and Kubernetes have for it."""

from typing import Any

import pytest

from openstack_k8s_cli.dataplane import causes
from openstack_k8s_cli.dataplane.causes import Symptom
from openstack_k8s_cli.model.objects import Body

TIMED_OUT = "Failed to connect to the host via ssh: ssh: connect to host 192.168.122.100 port 22: Connection timed out"
BOOT = ("bootstrap", "configure-network", "validate-network", "install-os", "configure-os", "run-os")


@pytest.mark.parametrize(
    ("service", "outcome", "message", "words"),
    [
        ("bootstrap", "unreachable", "cloud-admin@h: Permission denied (publickey).", "does not take the key"),
        ("bootstrap", "unreachable", "ssh: Could not resolve hostname h: Name or service", "does not resolve"),
        ("bootstrap", "unreachable", TIMED_OUT, "is down, has another address"),
        ("configure-network", "unreachable", TIMED_OUT, "lost its network"),
        ("install-os", "unreachable", TIMED_OUT, "lost its network"),
        ("run-os", "unreachable", TIMED_OUT, "edpm_sshd_allowed_ranges"),
        ("ovn", "unreachable", TIMED_OUT, "edpm_sshd_allowed_ranges"),
        ("bootstrap", "failed", "timed out waiting for ping module test: ", "600 s"),
        ("install-os", "failed", "OSError: [Errno 28] No space left on device", "disk is full"),
        ("bootstrap", "failed", "Failed to download metadata for repo 'baseos'", "reaches no repository"),
        ("bootstrap", "failed", "No match for argument: openstack-selinux", "lack a package"),
        ("bootstrap", "failed", "This system is not registered with an entitlement", "no subscription"),
        ("install-os", "failed", "pinging container registry quay.io: Get: dial tcp", "does not reach the registry"),
        ("install-os", "failed", "Error: unauthorized: access to the resource", "wants a login"),
        ("nova", "failed", "initializing source docker://x: manifest unknown", "lacks an image"),
        ("nova", "failed", "tls: x509: certificate signed by unknown authority", "not trusted"),
        ("libvirt", "failed", "Could not access KVM kernel module", "hardware virtualization"),
        ("bootstrap", "failed", "sudo: a password is required", "become root"),
        ("nova", "failed", "'edpm_nova_x' is undefined", "variable"),
        ("validate-network", "failed", "ping: 100% packet loss", "do not reach their gateways"),
        ("configure-network", "failed", "non-zero return code", "os-net-config"),
        ("nova", "pod", "[WARNING]: Could not match supplied host pattern, ignoring: x", "no host is meant"),
        ("mine", "pod", "ERROR! the role 'x' was not found in /usr", "lacks a playbook, role"),
        ("nova", "pod", 'ImagePullBackOff: Back-off pulling image "x"', "image of Ansible's pods"),
        ("nova", "pod", "ErrImagePull: unauthorized", "image of Ansible's pods"),
        ("nova", "pod", 'FailedMount: secret "nova-cell1-compute-config" not found', "mounts a Secret"),
        ("bootstrap", "pod", "cannot find a network-attachment-definition (ctlplane)", "its networks"),
        ("bootstrap", "pod", 'serviceaccount "edpm" not found', "ServiceAccount"),
        ("bootstrap", "pod", "Unschedulable: 0/1 nodes are available: 1 Insufficient memory", "no node"),
        ("bootstrap", "pod", "OOMKilled", "want of memory"),
    ],
)  # fmt: skip
def test_likely_causes(service: str, outcome: str, message: str, words: str) -> None:
    """What is said, by whom, and after which services tells why; each has something to do."""
    before = BOOT[: BOOT.index(service)] if service in BOOT else BOOT
    found = causes.cause_of(Symptom(service, outcome, message, before=before))

    assert found is not None
    assert words in found.text
    assert found.advice.text


def test_nothing_is_made_up() -> None:
    """A failure that no rule knows has no cause."""
    assert causes.cause_of(Symptom("nova", "failed", "something else")) is None


def pod(phase: str, **state: Any) -> Body:
    """Make a pod with one container."""
    return {"status": {"phase": phase, "containerStatuses": [{"state": state}]}}


@pytest.mark.parametrize(
    ("body", "silent", "words"),
    [
        (pod("Pending", waiting={"reason": "ErrImagePull", "message": "no"}), None, "ErrImagePull: no"),
        (pod("Pending", waiting={"reason": "ContainerCreating"}), None, ""),
        (pod("Running", running={}), None, ""),
        (pod("Failed", terminated={"reason": "OOMKilled", "exitCode": 137}), None, "OOMKilled"),
        ({"status": {"phase": "Failed", "reason": "Evicted", "message": "low"}}, None, "Evicted: low"),
        (
            pod(
                "Failed",
                terminated={
                    "reason": "Error",
                    "startedAt": "2026-01-01T10:00:00Z",
                    "finishedAt": "2026-01-01T11:00:01Z",
                },
            ),
            3.0,
            "job limit: ended after 3601 s",
        ),
        (pod("Failed", terminated={"reason": "Error"}), 600.0, "idle limit: ended 600 s after its last word"),
        (
            {
                "status": {
                    "phase": "Pending",
                    "conditions": [
                        {
                            "type": "PodScheduled",
                            "status": "False",
                            "reason": "Unschedulable",
                            "message": "full",
                        }
                    ],
                }
            },
            None,
            "Unschedulable: full",
        ),
    ],
)
def test_why_a_pod_does_not_run(body: Body, silent: float | None, words: str) -> None:
    """Its container's state, its own status, its scheduling, or ansible-runner's two limits."""
    assert words == causes.of_pod(body, silent=silent)
