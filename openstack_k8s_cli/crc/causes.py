"""What crc says when it fails → what is likely wrong and what helps.

The messages are those of crc-org/crc: pkg/crc/preflight, pkg/crc/machine/start.go, pkg/crc/cluster, pkg/crc/validation.
"""

from openstack_k8s_cli.diagnosis import likely
from openstack_k8s_cli.diagnosis.likely import DISK_FULL, NO_KVM, Likely, Rule

_SETUP = "osk crc setup"
_RULES = (
    Rule(
        r"executable is not cached|have you run 'crc setup'|Preflight checks failed|version of the .* executable|capabilities are not correct|does not have the .* capability|/dev/vsock|vsock udev|AppArmor profile|crc network is not active",
        "the host is not set up for this release of crc",
        "Set it up; then the same command again",
        _SETUP,
    ),
    Rule(
        r"renew TLS certificates|certificates? .*(expired|validity)|Failed to check certificate",
        "the cluster's certificates ran out, as they do 30 days after its bundle was made or last run, and were not renewed",
        "See that the host's clock is right and try again; else take a newer crc, or delete the cluster",
        "osk crc delete",
    ),
    Rule(
        r"failed to ask for pull secret|invalid pull secret|empty pull secret|load pull secret|ask for secret|(add|get|update cluster) pull secret|pull secret (on the disk|not updated|is still)",
        "the pull secret is missing or not taken",
        "Download a new one and name it in `platform.crc.pullSecret`",
        "osk profile explain platform.crc.pullSecret",
    ),
    Rule(
        r"proxyconnect",
        "the proxy is not reached",
        "See to `platform.crc.proxy`",
        "osk profile explain platform.crc.proxy",
    ),
    Rule(
        r"Failed internal DNS query|query DNS from host|public DNS|DNS lookup|no such host|server misbehaving",
        "names under crc.testing are not resolved on this host, or the machine has no name server",
        "See that NetworkManager and systemd-resolved run and that no VPN takes all queries; then set it up again",
        _SETUP,
    ),
    Rule(
        r"doesn't match the daemon version",
        "crc's daemon is still that of another release",
        "Stop it, so that the next command starts the right one; then the same command again",
        "systemctl --user stop crc-daemon.service",
    ),
    Rule(
        r"cluster is (busy|stopping or deleting)|cannot abort startup",
        "crc is at something else with the machine",
        "Wait until it is through; then the same command again",
    ),
    Rule(
        r"failed to expose port|port \d+ already in use|address already in use",
        "a port of this host that the cluster takes is somebody else's",
        "See who listens on 6443, 443, 80 or 2222, and stop that; then the same command again",
        "ss --tcp --listening --numeric --processes",
    ),
    Rule(
        r"daemon is not running|Is 'crc daemon' running|crc-http\.sock|unit .*crc-(http|vsock|daemon)|connect to bus",
        "crc's daemon does not run, because the user's own systemd does not",
        "Log in by ssh or at the console and let the user linger; then set it up again",
        "loginctl enable-linger",
    ),
    Rule(
        r"memory.*monitoring|monitoring.*memory",
        "the memory is too small for the cluster's monitoring",
        "Give the machine 14 GiB and what the plan requests (`platform.crc.memory`), or do without `platform.crc.monitoring`",
        "osk profile set platform.crc.monitoring false",
    ),
    Rule(
        r"of memory found|requires memory in MiB|too little memory|Cannot allocate memory|cannot set up guest memory",
        "the memory is too small: the host's, or what the machine is given",
        "End other machines, take services out of the profile, or set `platform.crc.memory`",
    ),
    Rule(
        r"requires CPUs >=|requires disk size|requires integer value",
        "a size of the machine is below what the preset takes",
        "Correct it under `platform.crc`",
        "osk profile explain platform.crc",
    ),
    Rule(
        DISK_FULL,
        "the disk that ~/.crc is on is full",
        "Make room, or link ~/.crc to a larger disk; then the same command again",
    ),
    Rule(
        NO_KVM,
        "the host has no hardware virtualization at hand",
        "Switch it on in the firmware, or nested virtualization where the host itself is a virtual machine",
    ),
    Rule(
        r"not part of the libvirt group|need to logout, re-login",
        "the user is not in the group libvirt, or this login does not have it yet",
        "Log out and in again; then the same command again",
    ),
    Rule(
        r"libvirt network|network 'crc'|'crc' network|already in use by interface|virbr",
        "libvirt's network `crc` is not right, or another one has its addresses or its bridge",
        "Look at the networks and take away what is in the way; then set it up again",
        "virsh --connect qemu:///system net-list --all",
    ),
    Rule(
        r"'hvm' capabilities",
        "libvirt has no QEMU for this processor",
        "Install it (qemu-kvm, or qemu-system-x86); then the same command again",
        "virsh --connect qemu:///system capabilities",
    ),
    Rule(
        r"libvirtd|virtqemud|virsh capabilities|run virsh|libvirt (service|cli|version|daemon)|failed to connect to the hypervisor|libvirt-sock",
        "libvirt does not answer",
        "Start it; then the same command again",
        "sudo systemctl enable --now libvirtd",
    ),
    Rule(
        r"systemd-networkd|NetworkManager",
        "the host's network is not NetworkManager's, which the network mode system needs",
        "Let NetworkManager have it",
    ),
    Rule(
        r"cannot use bundle with version|unexpected bundle|unrecognized format|tag (is not supported|found in bundle)",
        "the bundle does not go with this release of crc",
        "Leave `platform.crc.bundle` out, or name one of this release",
        "osk profile explain platform.crc.bundle",
    ),
    Rule(
        r"is used but bundle is provided for|Bundle '.*' was requested, but the existing VM|bundle .*mismatch",
        "the machine was made from another bundle than the one that is wanted",
        "Delete the cluster, or name its bundle in `platform.crc.bundle`",
        "osk crc delete",
    ),
    Rule(
        r"Error getting bundle|failed to (download|extract)|downloading bundle|unexpected EOF|checksum|sha256sum|shasums|is invalid or missing|unexpected disk image size|not found in bundle|trying to uncompress|Cannot uncompress '|verified hash for default bundle|failed to check signature: openpgp",
        "the bundle was not fetched whole",
        "See that mirror.openshift.com is reached, by `platform.crc.proxy` where there is one; the same command fetches it again",
        _SETUP,
    ),
    Rule(
        r"error in driver during machine creation|domain .*already exists",
        "the machine could not be made whole",
        "Mend what it says; the same command takes away what was made and begins anew",
        "osk crc start",
    ),
    Rule(
        r"error in driver during machine start",
        "libvirt does not start the machine",
        "See what QEMU says; then the same command again",
        "sudo tail /var/log/libvirt/qemu/crc.log",
    ),
    Rule(
        r"missing from the instance directory|Error loading machine|Cannot load 'crc' virtual machine|loading bundle metadata",
        "the machine was made half and cannot be used",
        "Delete it; then start again",
        "osk crc delete",
    ),
    Rule(
        r"Failed to connect to the CRC VM with SSH|waiting for machine to be running|Error getting the IP|i/o timeout",
        "the machine does not come up, or cannot be reached",
        "See that no firewall or VPN is between; then the same command again",
        "virsh --connect qemu:///system console crc",
    ),
    Rule(
        r"waiting for apiserver|cluster (is not ready|operators)|kubelet|stabilize",
        "the cluster did not come up in time, mostly for want of processors, memory or a fast disk",
        "Start it again, it goes on from there; else give it more",
        "osk crc start",
    ),
    Rule(
        r"proxy",
        "the proxy is not taken",
        "See to `platform.crc.proxy`",
        "osk profile explain platform.crc.proxy",
    ),
    Rule(
        r"sudo|a password is required|a terminal is required|permission denied",
        "crc may not become root, which it does through sudo",
        "Run it at a terminal where sudo can ask, or let the user use sudo without a password",
    ),
)  # fmt: skip


def cause_of(message: str) -> Likely | None:
    """Find what is likely wrong; None where nothing is known of it."""
    return likely.first(_RULES, lambda rule: rule.says(message))
