"""What crc says when it fails → what is likely wrong and what helps.

The messages are those of crc-org/crc: pkg/crc/preflight, pkg/crc/machine/start.go, pkg/crc/cluster, pkg/crc/validation.
"""

import re
from dataclasses import dataclass

from openstack_k8s_cli.model.problems import Advice


@dataclass(frozen=True, slots=True)
class Cause:
    """What is likely wrong."""

    text: str
    advice: Advice


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: str
    text: str
    advice: str
    command: str | None = None


_SETUP = "osk crc setup"
_RULES = (
    _Rule(
        r"executable is not cached|have you run 'crc setup'|Preflight checks failed",
        "the host is not set up for this release of crc",
        "set it up; then the same command again",
        _SETUP,
    ),
    _Rule(
        r"renew TLS certificates|certificates? .*(expired|validity)|Failed to check certificate",
        "the cluster's certificates ran out, as they do 30 days after its bundle was made or last run, and were not renewed",
        "see that the host's clock is right and try again; else take a newer crc, or delete the cluster",
        "osk crc delete",
    ),
    _Rule(
        r"[Ff]ailed to ask for pull secret|invalid pull secret|empty pull secret|update cluster pull secret|pull secret on the disk",
        "the pull secret is missing or not taken",
        "download a new one and name it in `platform.crc.pullSecret`",
        "osk profile explain platform.crc.pullSecret",
    ),
    _Rule(
        r"Failed internal DNS query|public DNS|DNS lookup|no such host|server misbehaving",
        "names under crc.testing are not resolved on this host, or the machine has no name server",
        "see that NetworkManager and systemd-resolved run and that no VPN takes all queries; then set it up again",
        _SETUP,
    ),
    _Rule(
        r"daemon is not running|Is 'crc daemon' running|crc-http\.sock|unit .*crc-(http|vsock|daemon)|connect to bus",
        "crc's daemon does not run, because the user's own systemd does not",
        "log in by ssh or at the console and let the user linger; then set it up again",
        "loginctl enable-linger",
    ),
    _Rule(
        r"of memory found|requires memory in MiB|[Tt]oo little memory|Cannot allocate memory|cannot set up guest memory",
        "the memory is too small: the host's, or what the machine is given",
        "end other machines, take services out of the profile, or set `platform.crc.memory`",
    ),
    _Rule(
        r"requires CPUs >=|requires disk size|requires integer value",
        "a size of the machine is below what the preset takes",
        "correct it under `platform.crc`",
        "osk profile explain platform.crc",
    ),
    _Rule(
        r"[Nn]o space left on device|not enough (disk|space)|disk quota",
        "the disk that ~/.crc is on is full",
        "make room, or link ~/.crc to a larger disk; then the same command again",
    ),
    _Rule(
        r"virtualization is not available|kvm kernel module|enable virtualization in BIOS|KVM .*not|/dev/kvm",
        "the host has no hardware virtualization at hand",
        "switch it on in the firmware, or nested virtualization where the host itself is a virtual machine",
    ),
    _Rule(
        r"not part of the libvirt group|need to logout, re-login",
        "the user is not in the group libvirt, or this login does not have it yet",
        "log out and in again; then the same command again",
    ),
    _Rule(
        r"libvirt network|network 'crc'|'crc' network|already in use by interface|virbr",
        "libvirt's network `crc` is not right, or another one has its addresses or its bridge",
        "look at the networks and take away what is in the way; then set it up again",
        "virsh --connect qemu:///system net-list --all",
    ),
    _Rule(
        r"libvirtd|virtqemud|libvirt (service|cli|version|daemon)|failed to connect to the hypervisor|libvirt-sock",
        "libvirt does not answer",
        "start it; then the same command again",
        "sudo systemctl enable --now libvirtd",
    ),
    _Rule(
        r"systemd-networkd|NetworkManager",
        "the host's network is not NetworkManager's, which the network mode system needs",
        "let NetworkManager have it",
    ),
    _Rule(
        r"is used but bundle is provided for|Bundle '.*' was requested, but the existing VM|bundle .*mismatch",
        "the machine was made from another bundle than the one that is wanted",
        "delete the cluster, or name its bundle in `platform.crc.bundle`",
        "osk crc delete",
    ),
    _Rule(
        r"Error getting bundle|[Ff]ailed to (download|extract)|downloading bundle|unexpected EOF|checksum|sha256sum|is invalid or missing",
        "the bundle was not fetched whole",
        "see that mirror.openshift.com is reached, by `platform.crc.proxy` where there is one; the same command fetches it again",
        _SETUP,
    ),
    _Rule(
        r"missing from the instance directory|Error loading machine|Cannot load 'crc' virtual machine|error in driver during machine creation|domain .*already exists",
        "the machine was made half and cannot be used",
        "delete it; then start again",
        "osk crc delete",
    ),
    _Rule(
        r"Failed to connect to the CRC VM with SSH|waiting for machine to be running|Error getting the IP|i/o timeout",
        "the machine does not come up, or cannot be reached",
        "see that no firewall or VPN is between; then the same command again",
        "virsh --connect qemu:///system console crc",
    ),
    _Rule(
        r"waiting for apiserver|[Cc]luster (is not ready|operators)|kubelet|stabilize",
        "the cluster did not come up in time, mostly for want of processors, memory or a fast disk",
        "start it again, it goes on from there; else give it more",
        "osk crc start",
    ),
    _Rule(
        r"proxy",
        "the proxy is not taken",
        "see to `platform.crc.proxy`",
        "osk profile explain platform.crc.proxy",
    ),
    _Rule(
        r"sudo|a password is required|a terminal is required|permission denied",
        "crc may not become root, which it does through sudo",
        "run it at a terminal where sudo can ask, or let the user use sudo without a password",
    ),
)  # fmt: skip


def cause_of(message: str) -> Cause | None:
    """Find what is likely wrong; None where nothing is known of it."""
    rule = next((each for each in _RULES if re.search(each.pattern, message)), None)
    return Cause(rule.text, Advice(rule.advice[0].upper() + rule.advice[1:], rule.command)) if rule else None
