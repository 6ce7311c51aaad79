"""Entries of kubeconfigs: those that osk put there, which are marked, and what becomes of them; others' are never touched."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARK = "openstack-k8s-cli"
"""The extension of each entry of osk's own, which kubectl and oc keep."""
KINDS = ("cluster", "user", "context")
_ANYBODYS = "microshift"
"""What crc calls the context of that preset, as others may."""
_CRCS = frozenset({"crc-admin", "crc-developer", _ANYBODYS})
"""Contexts that crc makes: the tokens of the first two last a day."""


@dataclass(frozen=True, slots=True)
class Access:
    """What leads to a cluster."""

    name: str
    """Of its cluster and user in the kubeconfig: osk's own."""
    context: str
    """The profile's choice."""
    cluster: Mapping[str, Any]
    user: Mapping[str, Any]


def named(wholes: Iterable[Mapping[str, Any]], kind: str, name: Any) -> Any:
    """Give an entry of several kubeconfigs; as for kubectl the first counts."""
    entries = (each for whole in wholes for each in whole.get(f"{kind}s") or ())
    return next((each.get(kind) or {} for each in entries if each.get("name") == name), None)


def current(wholes: Iterable[Mapping[str, Any]]) -> str:
    """Give the context of commands that name none."""
    return next((str(found) for whole in wholes if (found := whole.get("current-context"))), "")


def taken(
    wholes: Sequence[Mapping[str, Any]], name: str, context: str, server: str | None
) -> Iterator[tuple[str, str, str]]:
    """Tell which of the names somebody else has, and for which server; what leads to `server` leads to the cluster itself."""
    cluster, leading = named(wholes, "cluster", name), named(wholes, "context", context)
    its_own = cluster is None or _is_ours(cluster) or cluster.get("server") == server
    if not its_own:
        yield "cluster", name, str(cluster.get("server") or "")
    user = named(wholes, "user", name)
    if user is not None and not _is_ours(user) and (cluster is None or not its_own):
        yield "user", name, ""
    if leading is not None:
        target = named(wholes, "cluster", leading.get("cluster"))
        other = str((target or {}).get("server") or "")
        is_ours = _is_ours(leading) and (target is None or _is_ours(target))
        if not is_ours and other != server:
            yield "context", context, other


def put(wholes: Sequence[Any], access: Access) -> bool:
    """Put the access into the first of the kubeconfigs; tells whether it was not there as it should be."""
    whole = wholes[0]
    changed = False
    for kind, content in (("cluster", access.cluster), ("user", access.user)):
        wanted = {**content, "extensions": [_mark()]}
        if named(wholes, kind, access.name) != wanted:
            _set(whole, kind, access.name, wanted)
            changed = True
    before = named(wholes, "context", access.context) or {}
    context = dict(before) | {"cluster": access.name, "user": access.name}
    if not _is_ours(before):
        context["extensions"] = [*(before.get("extensions") or ()), _mark()]
    if before != context:
        _set(whole, "context", access.context, context)
        changed = True
    if _gives_way(wholes, str(access.cluster.get("server") or "")):
        whole["current-context"] = access.context
        changed = True
    return changed


def put_back(whole: Any, before: Mapping[str, Any]) -> bool:
    """Put back what of osk's own crc took out, and the choice of who uses the file; tells whether anything was gone."""
    changed = False
    for kind in KINDS:
        for each in before.get(f"{kind}s") or ():
            content = each.get(kind) or {}
            if _is_ours(content) and named([whole], kind, each.get("name")) is None:
                _set(whole, kind, each["name"], content)
                changed = True
    chosen, now = current([before]), current([whole])
    if chosen not in {*_CRCS, "", now} and named([whole], "context", chosen) is not None:
        whole["current-context"] = chosen
        changed = True
    return changed


def _gives_way(wholes: Sequence[Mapping[str, Any]], server: str) -> bool:
    """Tell whether the current context is none, or one of crc's own."""
    name = current(wholes)
    if name != _ANYBODYS:
        return not name or name in _CRCS
    leading_to = (named(wholes, "context", name) or {}).get("cluster")
    return (named(wholes, "cluster", leading_to) or {}).get("server") == server


def leading(whole: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Name osk's contexts that lead to the cluster of that name."""
    entries = (each for each in whole.get("contexts") or () if _is_ours(each.get("context") or {}))
    return tuple(str(each["name"]) for each in entries if each["context"].get("cluster") == name)


def take_out(whole: Any, name: str) -> bool:
    """Take osk's own entries for a cluster out; tells whether there were any."""
    gone = {"cluster": {name}, "user": {name}, "context": {*leading(whole, name)}}
    changed = False
    for kind in KINDS:
        listed = whole.get(f"{kind}s") or ()
        left = [
            each
            for each in listed
            if each.get("name") not in gone[kind] or not _is_ours(each.get(kind) or {})
        ]
        if len(left) < len(listed):
            whole[f"{kind}s"] = left
            changed = True
    if whole.get("current-context") in gone["context"]:
        whole["current-context"] = ""
    return changed


def _mark() -> dict[str, Any]:
    return {"name": MARK, "extension": {"provider": MARK}}


def _is_ours(content: Mapping[str, Any]) -> bool:
    return any(each.get("name") == MARK for each in content.get("extensions") or ())


def _set(whole: Any, kind: str, name: str, content: Mapping[str, Any]) -> None:
    listed = whole.get(f"{kind}s")
    if not listed:
        whole[f"{kind}s"] = listed = []
    for each in listed:
        if each.get("name") == name:
            each[kind] = content
            return
    listed.append({"name": name, kind: content})
