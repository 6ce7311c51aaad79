"""What crc says when it fails: each message, from its source, finds its cause."""

import pytest

from openstack_k8s_cli.crc import answers
from openstack_k8s_cli.crc.causes import cause_of
from openstack_k8s_cli.crc.performing import steadily
from openstack_k8s_cli.crc.ports import Ran


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("crc-admin-helper executable is not cached", "not set up"),
        ("crc does not seem to be setup correctly, have you run 'crc setup'?", "not set up"),
        ("Failed to renew TLS certificates: please check if a newer CRC release is available", "certificates ran out"),
        ("Failed to ask for pull secret: unable to read", "pull secret"),
        ("invalid pull secret: missing 'auths' JSON-object field", "pull secret"),
        ("Failed to ask for pull secret: cannot ask for secret, crc not launched by a terminal", "pull secret"),
        ('unable to load pull secret from path "" or from configuration', "pull secret"),
        ("/dev/vsock is not readable by the current user", "not set up"),
        ("unexpected version of the crc-admin-helper executable", "not set up"),
        ("libvirt crc network is not active", "not set up"),
        ("Failed to query DNS from host: lookup api.crc.testing", "crc.testing are not resolved"),
        ("The executable version (2.62.0) doesn't match the daemon version (2.61.0)", "another release"),
        ("cluster is stopping or deleting", "at something else"),
        ("failed to expose port :6443 -> 192.168.127.2:6443: listen tcp :6443: bind: address already in use", "somebody else's"),
        ("could not find a x86_64 hypervisor with 'hvm' capabilities", "libvirt has no QEMU"),
        ("cannot use bundle with version 4.20.0, bundle version must satisfy ^4.22 constraint", "does not go with"),
        ("crc.qcow2 hash is missing or shasums are malformed", "not fetched whole"),
        ("unable to get verified hash for default bundle: Invalid signature: openpgp: invalid signature", "not fetched whole"),
        ("failed to check signature: openpgp: signature made by unknown entity", "not fetched whole"),
        ("Unknown file format when trying to uncompress /home/ada/.crc/cache/crc_libvirt.crcbundle", "not fetched whole"),
        ("Cannot uncompress '/tmp/crc/crc-admin-helper-linux'", "not fetched whole"),
        ("Error creating machine: error in driver during machine creation: exit status 1", "not be made whole"),
        ("Error starting machine: error in driver during machine start: Cannot allocate memory", "memory is too small"),
        ("Error starting machine: error in driver during machine start: internal error", "does not start the machine"),
        ("Cannot load 'crc' virtual machine: Error loading bundle metadata", "made half"),
        ("Failed internal DNS query: ; connection timed out", "crc.testing are not resolved"),
        ("Is 'crc daemon' running? Cannot reach daemon API", "daemon does not run"),
        ("only 25.28GB of memory found (26.84GB required)", "memory is too small"),
        ("Too little memory (10.5GiB) allocated to the virtual machine to start the monitoring stack, 14GiB is the minimum", "too small for the cluster's monitoring"),
        ("too little memory (12288) set for cluster monitoring, requires 14336", "too small for the cluster's monitoring"),
        ('Post "https://api.github.com": proxyconnect tcp: dial tcp: lookup proxy: no such host', "proxy is not reached"),
        ("requires CPUs >= 4", "below what the preset takes"),
        ("write /home/ada/.crc/cache/x: no space left on device", "is full"),
        ("virtualization is not available for your CPU", "hardware virtualization"),
        ("kvm kernel module is not loaded", "hardware virtualization"),
        ("ada is not part of the libvirt group", "group libvirt"),
        ("libvirt network crc not found", "libvirt's network `crc`"),
        ("failed to start libvirt service", "libvirt does not answer"),
        ("Network configuration with systemd-networkd is not supported.", "NetworkManager's"),
        ("Preset openshift is used but bundle is provided for okd preset", "another bundle"),
        ("Bundle 'a' was requested, but the existing VM is using 'b'. Please delete", "another bundle"),
        ("Error getting bundle metadata: unexpected EOF", "not fetched whole"),
        ("Required file /home/ada/.crc/machines/crc/id_ed25519 is missing from the instance directory.", "made half"),
        ("Failed to connect to the CRC VM with SSH -- virtual machine might be unreachable", "does not come up"),
        ("Error waiting for apiserver: context deadline exceeded", "did not come up in time"),
        ("Failed to update cluster proxy configuration", "proxy"),
        ("sudo: a terminal is required to read the password", "sudo"),
    ],
)  # fmt: skip
def test_a_message_finds_its_cause(message: str, part: str) -> None:
    """With advice that can be followed."""
    found = cause_of(message)

    assert found is not None
    assert part in found.text
    assert found.advice.text[0].isupper()


@pytest.mark.parametrize(
    "message",
    [
        "Error waiting for apiserver: x509: invalid signature: parent certificate cannot sign this kind of certificate",
        "failed to verify JWT: token has an invalid signature",
        "x509: ECDSA verification failure, bad signature",
        "Failed to uncompress kubeconfig",
    ],
)
def test_other_signatures_are_not_the_bundles(message: str) -> None:
    """A download would not mend them."""
    found = cause_of(message)

    assert found is None or "bundle" not in found.text


def test_an_unknown_message_has_no_cause() -> None:
    """It is shown as it is."""
    assert cause_of("the moon is full") is None


def test_success_is_read_and_not_the_exit_status() -> None:
    """Crc ends with 0 either way where it answers in JSON, and bars of progress may stand before that."""
    failed = answers.outcome(Ran(0, '10% done\n{"success": false, "error": "no"}', ""))
    done = answers.outcome(Ran(0, '{"success": true}', 'level=error msg="of no matter"'))
    plain = answers.outcome(Ran(1, "", 'level=info msg="a"\nlevel=error msg="Value \\"2\\" is invalid"'))
    silent = answers.outcome(Ran(3, "", ""))

    assert (failed.success, failed.error) == (False, "no")
    assert done.success
    assert plain.error == 'Value "2" is invalid'
    assert silent.error == "crc ended with 3"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('time="x" level=info msg="Checking if KVM is enabled"', "Checking if KVM is enabled"),
        ('level=warning msg="Skipping above check..."', "warning: Skipping above check..."),
        (" 1.2 GiB / 5 GiB [==>---] 24.00%", "1.2 GiB / 5 GiB [==>---] 24.00%"),
        ('{"clusterConfig": {"password": "hush 100%"}}', ""),
    ],
)
def test_progress_is_crcs_own_words_and_never_its_answer(line: str, told: str) -> None:
    """The answer of `crc start` holds passwords."""
    assert answers.heard(line) == told


def test_bars_of_progress_are_told_each_ten_per_cent() -> None:
    """They redraw several times a second; what is said between them is told at once."""
    told: list[str] = []
    hear = steadily(told.append)

    for line in ("#  3.1%", "##  9.9%", "###  10.2%", "unpacking", "###  11%", "########  100.0%"):
        hear(line)

    assert told == ["3.1%", "10.2%", "unpacking", "100.0%"]


def test_passwords_among_the_settings_are_not_kept() -> None:
    """Those that were set by hand."""
    text = "- cpus                                  : 12\n- kubeadmin-password                    : hush\n"

    assert answers.Settings.read(text).values == {"cpus": "12"}


def test_a_machine_is_read_as_crc_wrote_it() -> None:
    """Preset by its bundle, network mode by its socket."""
    text = b'{"Driver": {"BundleName": "crc_okd_libvirt_4.22.0_amd64", "CPU": 4, "Memory": 10752, "DiskCapacity": 33285996544, "VSock": true}}'

    found = answers.Machine.read(text)

    assert found == answers.Machine("okd", "user", "crc_okd_libvirt_4.22.0_amd64", 4, 10752, 31)
    assert answers.Machine.read(None) is None
