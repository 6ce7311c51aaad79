"""The cluster's access in the user's kubeconfig, under a context of its own; what else is in there stays as it is.

It is the administrator's certificate that crc makes: it needs no password, and unlike a token it lasts.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from openstack_k8s_cli.crc import contexts
from openstack_k8s_cli.crc.contexts import Access
from openstack_k8s_cli.crc.ports import Host, home
from openstack_k8s_cli.model.problems import AGAIN, Advice, ExitCode, OskError, Problem

NAME = "osk-crc"
"""Of the cluster and user of this machine's CRC, and of the context unless the profile names another."""
_OWN_FILE = "~/.crc/machines/crc/kubeconfig"
_API, _PORT = "api.crc.testing", 6443
SERVER = f"https://{_API}:{_PORT}"
_EMPTY: Mapping[str, Any] = MappingProxyType({"apiVersion": "v1", "kind": "Config"})
_TRIES, _PAUSE = 15, "1"
"""How often, and after how many seconds each time, a lock is tried that somebody has."""
_STALE = ("-not", "-newermt", "10 seconds ago")
"""In find's words: a lock of somebody who was ended; kubectl has its own for milliseconds."""


def place(host: Host) -> str:
    """Give the kubeconfig that is written: the first of KUBECONFIG, or the usual one."""
    return places(host)[0]


def places(host: Host) -> tuple[str, ...]:
    """Give all that are read."""
    named = [each for each in host.environment.get("KUBECONFIG", "").split(":") if each]
    return tuple(named) or (f"{home(host)}/.kube/config",)


def own(host: Host) -> bytes | None:
    """Give the one that crc wrote for its machine; None: there is none."""
    return host.read(f"{home(host)}/.crc/machines/crc/kubeconfig")


def address(access: bytes) -> tuple[str, int]:
    """Give name and port of the API."""
    cluster = _cluster(_read(_yaml(), access, _OWN_FILE))
    parts = urlsplit(str(cluster.get("server") or ""))
    return parts.hostname or _API, parts.port or _PORT


def rerouted(access: bytes, server: str) -> bytes:
    """Give it with another address of the API, which is still known by the name that its certificate has."""
    name, _ = address(access)
    yaml = _yaml()
    whole = _read(yaml, access, _OWN_FILE)
    cluster = _cluster(whole)
    cluster["server"] = server
    cluster["tls-server-name"] = name
    return _written(yaml, whole)


def _cluster(whole: Any) -> Any:
    return contexts.named([whole], "cluster", _context(whole).get("cluster")) or {}


def _context(whole: Any) -> Any:
    return contexts.named([whole], "context", whole.get("current-context") or "admin") or {}


def check(host: Host, name: str, context: str, server: str | None = SERVER) -> None:
    """Refuse names that somebody else has in the kubeconfig; `server`: the cluster's, known before. Raises OskError (exit 4)."""
    for kind, taken, other in contexts.taken(_wholes(_yaml(), host), name, context, server):
        of = f" of {other}" if other else ""
        what = f"The kubeconfig has a {kind} `{taken}`{of} that osk did not put there"
        advice = (
            Advice("Name another one for CRC", "osk profile explain platform.context")
            if kind == "context"
            else Advice("Give it another name, or take it out where nobody needs it")
        )
        raise OskError(Problem("OSK1364", what, place(host), None, (advice,)), exit_code=ExitCode.REFUSED)


def merge(host: Host, context: str | None, access: bytes | None = None, *, name: str = NAME) -> str:
    """Put the access there, the host's own unless another is given; says what was done, or nothing.

    `name` is that of its cluster and user. The file as it was before osk's first change is kept beside it.
    """
    access, path = access or own(host), place(host)
    if access is None:
        return ""
    found = _access(access, name, context or name)
    check(host, name, found.context, str(found.cluster.get("server")))
    if not contexts.put(_wholes(_yaml(), host), found):
        return ""
    with _locked(host, path):
        yaml = _yaml()
        wholes = _wholes(yaml, host)
        contexts.put(wholes, found)
        kept = _replaced(host, path, _written(yaml, wholes[0]))
    return f"context {found.context} in {path}{kept}"


def alone(access: bytes, context: str) -> bytes:
    """Give a kubeconfig that has nothing but the access, under a context of that name."""
    yaml = _yaml()
    whole: dict[str, Any] = dict(_EMPTY)
    contexts.put([whole], _access(access, NAME, context))
    return _written(yaml, whole)


def leading(host: Host, name: str) -> tuple[str, ...]:
    """Name osk's contexts of a cluster."""
    return contexts.leading(_wholes(_yaml(), host)[0], name)


def forget(host: Host, name: str | None = None) -> str:
    """Take osk's entries for a cluster that is gone out again; says what was done, or nothing."""
    path, name = place(host), name or NAME
    if not contexts.take_out(_wholes(_yaml(), host)[0], name):
        return ""
    with _locked(host, path):
        yaml = _yaml()
        whole = _wholes(yaml, host)[0]
        gone = ", ".join(contexts.leading(whole, name)) or name
        contexts.take_out(whole, name)
        kept = _replaced(host, path, _written(yaml, whole))
    return f"context {gone} taken out of {path}{kept}"


@contextmanager
def keeping(host: Host, told: Callable[[str], object]) -> Iterator[None]:
    """Keep osk's entries, and the current context, while a program runs that takes out all that leads to crc's API.

    They come back however the program ends; where they cannot, that is told, and does not change how it ended.
    """
    before = {path: found for path in places(host) if (found := _if_one(host, path))}
    try:
        yield
    finally:
        for path, whole in before.items():
            try:
                _put_back(host, path, whole)
            except OskError as error:
                problem = error.problems[0]
                why = f": {problem.detail}" if problem.detail else ""
                told(f"warning: contexts are not put back in {path}: {problem.summary}{why}")


def _put_back(host: Host, path: str, whole: Any) -> None:
    if not contexts.put_back(_if_one(host, path) or dict(_EMPTY), whole):
        return
    with _locked(host, path):
        yaml = _yaml()
        now = _read(yaml, host.read(path) or b"", path) or dict(_EMPTY)
        contexts.put_back(now, whole)
        host.write(path, _written(yaml, now), 0o600)


def _if_one(host: Host, path: str) -> Any:
    """Read one; None where it is none, which is not this command's matter."""
    with suppress(OskError):
        return _read(_yaml(), host.read(path) or b"", path)
    return None


def is_current(host: Host, context: str | None) -> bool:
    """Tell whether commands go to the cluster unless they name another."""
    return contexts.current(_wholes(_yaml(), host)) == (context or NAME)


def _access(access: bytes, name: str, context: str) -> Access:
    whole = _read(_yaml(), access, _OWN_FILE)
    user = contexts.named([whole], "user", _context(whole).get("user")) or {}
    return Access(name, context, _cluster(whole), user)


def _wholes(yaml: YAML, host: Host) -> list[Any]:
    return [_read(yaml, host.read(each) or b"", each) or dict(_EMPTY) for each in places(host)]


def _replaced(host: Host, path: str, after: bytes) -> str:
    """Write it, with the user's own kept beside it; says so."""
    before, beside = host.read(path), f"{path}.before-osk"
    keeps = before is not None and host.read(beside) is None
    if before is not None and keeps:
        host.write(beside, before, 0o600)
    host.write(path, after, 0o600)
    return f"; as it was: {beside}" if keeps else ""


@contextmanager
def _locked(host: Host, path: str) -> Iterator[None]:
    """Keep others from writing it meanwhile, as kubectl does: by a name beside it that only one can make."""
    lock = f"{path}.lock"
    host.run(["mkdir", "-m", "700", "-p", path.rpartition("/")[0] or "/"])
    why = ""
    for _ in range(_TRIES):
        made = host.run(["mkdir", lock])
        why = made.stderr.strip()
        if made.exit_code == 0:
            break
        if host.run(["find", lock, "-maxdepth", "0", *_STALE]).stdout.strip():
            host.run(["rm", "-d", "-f", lock])
        elif host.run(["test", "-e", lock]).exit_code == 0:
            host.run(["sleep", _PAUSE])
    else:
        advice = (Advice("Try again", AGAIN), Advice(f"Take {lock} away where nothing writes"))
        summary = "The kubeconfig cannot be locked, so nothing was written"
        problem = Problem("OSK1365", summary, path, why or None, advice)
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    try:
        yield
    finally:
        host.run(["rmdir", lock])


def _written(yaml: YAML, whole: Any) -> bytes:
    text = io.BytesIO()
    yaml.dump(whole, text)
    return text.getvalue()


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    return yaml


def _read(yaml: YAML, text: bytes, path: str) -> Any:
    try:
        found = yaml.load(text)
    except (YAMLError, UnicodeDecodeError) as error:
        found = error
    if found is not None and not isinstance(found, Mapping):
        advice = Advice("Correct it, or name another one in the variable KUBECONFIG")
        problem = Problem(
            "OSK1246", "The kubeconfig is not one, so nothing was written", path, None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    return found
