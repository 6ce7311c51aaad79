"""Whether setup and start came to their end: crc does nothing more for a machine that runs, nor tells of half a setup."""

from openstack_k8s_cli.crc.ports import Host, home

_BEGUN = b"begun\n"


SETUP = "setup"


def begin(host: Host, what: str = "start") -> None:
    """Note that one begins."""
    host.write(_place(host, what), _BEGUN, 0o600)


def end(host: Host, what: str = "start") -> None:
    """Note that none is under way any more."""
    if is_begun(host, what):
        host.write(_place(host, what), b"", 0o600)


def is_begun(host: Host, what: str = "start") -> bool:
    """Tell whether one was begun and not finished."""
    return host.read(_place(host, what)) == _BEGUN


def _place(host: Host, what: str) -> str:
    return f"{home(host)}/.crc/osk-{what}"
