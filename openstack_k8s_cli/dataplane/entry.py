"""Whether osk got into a host, and why not: ssh's words → a remedy."""

from openstack_k8s_cli.dataplane.checks import Seen
from openstack_k8s_cli.dataplane.facts import Facts
from openstack_k8s_cli.model.checks import Result, State

_SILENT = (
    "timed out",
    "connection refused",
    "no route to host",
    "network is unreachable",
    "host is down",
    "could not resolve hostname",
    "name or service not known",
)
"""No server answered: the host may be down, or only be reachable from elsewhere."""
_REASONS = (
    (
        "permission denied",
        "it does not take the key",
        "Put the cluster's public key into ~/.ssh/authorized_keys of the user on the host",
    ),
    (
        "too many authentication failures",
        "it does not take the key",
        "Put the cluster's public key into ~/.ssh/authorized_keys of the user on the host",
    ),
    (
        "invalid format",
        "the key cannot be read",
        "Mend the key in the Secret that `dataplane.sshSecret` names",
    ),
    (
        "error in libcrypto",
        "the key cannot be read",
        "Mend the key in the Secret that `dataplane.sshSecret` names",
    ),
    ("host key verification failed", "its host key is another one", "Remove the old one from known_hosts"),
)


def judge(seen: Seen | None, secret: str) -> Result:
    """Judge how it went; `secret` has the key pair. UNKNOWN: nothing answered, which may be due to where osk asked from."""
    if seen is None:
        return Result(State.UNKNOWN, "Ansible ended before it came to this host", "Run the command again")
    if seen.unreachable:
        return _closed(seen.unreachable, secret)
    if not Facts.read(seen).whole:
        detail = "the shell there did not run osk's probe to its end"
        return Result(
            State.FAILED,
            detail,
            "See that the user's login shell is a POSIX shell and that it may run commands",
        )
    return Result(State.OK)


def _closed(said: str, secret: str) -> Result:
    low = said.lower()
    for words, detail, remedy in _REASONS:
        if words in low:
            return Result(
                State.FAILED,
                detail,
                remedy,
                f"osk secrets show {secret}/ssh-publickey" if "authorized_keys" in remedy else "",
            )
    reason = next((each for each in _SILENT if each in low), "")
    if reason:
        return Result(
            State.UNKNOWN,
            reason,
            "See that it is on and at this address, or look from the cluster",
            "osk dataplane check --from-cluster",
        )
    return Result(State.FAILED, said.strip().splitlines()[-1][:200], "See what `ssh -v` says")
