"""The host's trust in the cluster's registry: the router's certificate authority among the system's own."""

from openstack_k8s_cli.crc.ports import Host, readable
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_PLACES = (
    ("update-ca-trust", "/etc/pki/ca-trust/source/anchors/crc-router-ca.pem"),
    ("update-ca-certificates", "/usr/local/share/ca-certificates/crc-router-ca.crt"),
)
"""By program: that of Fedora and its like, that of Debian and its like."""


def is_trusted(host: Host, authority: bytes) -> bool:
    """Tell whether the system has it."""
    return any(readable(host, path) == authority for _, path in _PLACES)


def trust(host: Host, authority: bytes) -> None:
    """Have the system trust it; sudo may ask for the user's password."""
    found = [each for each in _PLACES if host.which(each[0])]
    if not found:
        raise _failed("neither update-ca-trust nor update-ca-certificates is there")
    program, path = found[0]
    for argv, stdin in ((["sudo", "tee", path], authority), (["sudo", program], b"")):
        ran = host.run(argv, stdin=stdin)
        if ran.exit_code:
            raise _failed(ran.stderr.strip() or f"{' '.join(argv)} ended with {ran.exit_code}")


def _failed(why: str) -> OskError:
    advice = Advice("Run it at a terminal where sudo can ask, or leave --trust out")
    problem = Problem(
        "OSK1251", "The host cannot be made to trust the cluster's registry", None, why, (advice,)
    )
    return OskError(problem, exit_code=ExitCode.FAILED)
