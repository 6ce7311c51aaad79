"""The host's trust in the cluster's registry: the router's certificate authority among the system's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openstack_k8s_cli.crc.ports import Host, readable
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem


@dataclass(frozen=True, slots=True)
class _System:
    """Where a system has its authorities."""

    program: str
    """Makes the bundle of all of them."""
    anchor: str
    """The file that osk adds."""
    bundle: str


_SYSTEMS = (
    _System(
        "update-ca-trust",
        "/etc/pki/ca-trust/source/anchors/crc-router-ca.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    ),
    _System(
        "update-ca-certificates",
        "/usr/local/share/ca-certificates/crc-router-ca.crt",
        "/etc/ssl/certs/ca-certificates.crt",
    ),
)
"""Fedora and its like, Debian and its like."""


def is_trusted(host: Host, authority: bytes) -> bool:
    """Tell whether the system has it: the file alone is only half of it."""
    return any(
        readable(host, each.anchor) == authority
        and _bare(authority) in _bare(readable(host, each.bundle) or b"")
        for each in _SYSTEMS
    )


def trust(host: Host, authority: bytes) -> None:
    """Have the system trust it; sudo may ask for the user's password."""
    found = [each for each in _SYSTEMS if host.which(each.program)]
    if not found:
        raise _failed("neither update-ca-trust nor update-ca-certificates is there")
    _rooted(host, ["tee", found[0].anchor], authority)
    _rooted(host, [found[0].program])


def known(host: Host) -> Iterator[str]:
    """Name the files that have the system trust a cluster's registry."""
    return (each.anchor for each in _there(host))


def distrust(host: Host) -> Iterator[str]:
    """End it for a cluster that is gone; says what was done."""
    for each in _there(host):
        _rooted(host, ["rm", "-f", each.anchor])
        _rooted(host, [each.program])
        yield "this host no longer trusts the cluster's registry"


def _there(host: Host) -> Sequence[_System]:
    return [each for each in _SYSTEMS if readable(host, each.anchor) is not None]


def _rooted(host: Host, argv: Sequence[str], stdin: bytes = b"") -> None:
    ran = host.run(["sudo", *argv], stdin=stdin)
    if ran.exit_code:
        raise _failed(ran.stderr.strip() or f"{' '.join(argv)} ended with {ran.exit_code}")


def _bare(text: bytes) -> bytes:
    """Leave out how lines are broken, which differs from one program to the next."""
    return b"".join(text.split())


def _failed(why: str) -> OskError:
    advice = Advice("Run it at a terminal where sudo can ask, or leave --trust out")
    problem = Problem(
        "OSK1251", "The host cannot be made to trust the cluster's registry", None, why, (advice,)
    )
    return OskError(problem, exit_code=ExitCode.FAILED)
