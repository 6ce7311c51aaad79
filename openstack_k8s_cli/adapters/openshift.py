"""OpenShift's client `oc`, asked through openshift-client how one logs in; where either is missing, less is said.

It is asked about itself, and who the login is. Nothing logs in here: `oc login` asks for the password itself.
"""

import shlex
import shutil
from dataclasses import dataclass, replace

from openstack_k8s_cli.model.problems import Advice

_LONGEST = 10
"""Seconds that an answer may take."""
_ADMIN = "kubeadmin"
_WEB = "--web"


@dataclass(frozen=True, slots=True)
class Login:
    """What a login is for."""

    server: str
    kubeconfig: str | None = None
    """The file that was named; None: `oc` finds it as osk does."""
    context: str | None = None
    user: str | None = None
    """Who it was before."""

    def advice(self) -> tuple[Advice, ...]:
        """Say how one logs in again: at the terminal, and in a browser where this `oc` can."""
        if shutil.which("oc") is None:
            return (Advice("Log in again; CRC brings `oc`: `eval $(crc oc-env)`", _command(self)),)
        first = Advice("Log in again", _command(self))
        if _WEB not in _said("login", "--help"):
            return (first,)
        return first, Advice("Or in a browser", _command(replace(self, user=None), _WEB))

    def as_admin(self) -> Advice:
        """Say how one with more rights logs in."""
        return Advice("Log in as a user with the role cluster-admin", _command(replace(self, user=_ADMIN)))

    def who(self) -> str:
        """Name who is logged in; empty where that is not told."""
        if shutil.which("oc") is None:
            return ""
        files = [f"--kubeconfig={self.kubeconfig}"] if self.kubeconfig else []
        context = [f"--context={self.context}"] if self.context else []
        return _said("whoami", *files, *context).strip()


def _command(login: Login, *more: str) -> str:
    user = ("-u", login.user) if login.user else ()
    file = ("--kubeconfig", login.kubeconfig) if login.kubeconfig else ()
    return shlex.join(["oc", "login", login.server, *user, *file, *more])


def former(entry: str) -> str | None:
    """Read the user's name out of what `oc login` calls its entry in a kubeconfig: NAME/SERVER."""
    name, slash, _ = entry.partition("/")
    if name == "kube:admin":
        return _ADMIN
    return name if slash and name and ":" not in name else None


def _said(verb: str, *words: str) -> str:
    """Give what `oc` answers; empty where it does not, or openshift-client is not installed."""
    try:
        import openshift_client  # noqa: PLC0415  # an extra, for an error's sake only
    except ImportError:
        return ""
    try:
        with openshift_client.timeout(_LONGEST), openshift_client.no_tracking():
            found = openshift_client.invoke(verb, list(words), auto_raise=False)
    except OSError:
        return ""
    return "" if found.status() else str(found.out())
