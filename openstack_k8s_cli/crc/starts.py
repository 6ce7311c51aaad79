"""Whether the last start of CRC's machine came to its end; crc itself does nothing more for a machine that runs."""

from openstack_k8s_cli.crc.ports import Host, home

_BEGUN = b"begun\n"


def begin(host: Host) -> None:
    """Note that one begins."""
    host.write(_place(host), _BEGUN, 0o600)


def end(host: Host) -> None:
    """Note that none is under way any more."""
    if is_begun(host):
        host.write(_place(host), b"", 0o600)


def is_begun(host: Host) -> bool:
    """Tell whether one was begun and not finished."""
    return host.read(_place(host)) == _BEGUN


def _place(host: Host) -> str:
    return f"{home(host)}/.crc/osk-start"
