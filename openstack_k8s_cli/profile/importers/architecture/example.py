"""The files of an example: which hold values, and which of these come after which."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import OskError, Problem
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.importers.outcome import Lost
from openstack_k8s_cli.profile.sources import Source

_BREAK = re.compile(r"(?m)^---[ \t]*$")
_LIST = re.compile(r"\s*(#.*\s+)*-\s")
_BLANK = re.compile(r"_?change_?me|_replaced?_", re.IGNORECASE)
_SECOND = re.compile(r"(?P<first>.+)2")
_NEEDLESS = {"ConfigMap", "NodeNetworkConfigurationPolicy", "NetworkAttachmentDefinition", "IPAddressPool", "BGPPeer",
             "OpenStackDataPlaneService", "Namespace", "OperatorGroup", "Subscription", "LVMCluster"}  # fmt: skip
"""Kinds that a profile's own sections make."""
_LATER = {"scaledown"}
"""Folders of what is done to a cloud that is up."""


@dataclass(frozen=True, slots=True)
class Values:
    """One ConfigMap of values."""

    place: str
    """The file, by its path in the example."""
    name: str
    data: Mapping[str, Any]

    @property
    def folder(self) -> PurePosixPath:
        """Where the file is."""
        return PurePosixPath(self.place).parent


@dataclass(frozen=True, slots=True)
class Example:
    """What is in the folder."""

    values: tuple[Values, ...]
    """In the order in which they are applied, so that of two for one thing the later one holds."""
    services: tuple[Body, ...]
    """Services of the data plane that it brings."""
    left: tuple[Lost, ...]
    """What is in the folder besides."""

    def merged(self, *names: str) -> dict[str, Any]:
        """Lay the values of these names over each other."""
        found: dict[str, Any] = {}
        for each in self.values:
            if each.name in names:
                found = over(found, each.data)
        return found


def read(files: Mapping[str, Source]) -> Example:
    """Read the files of an example, by their paths in it; those that are no values are looked at for what they are."""
    values: list[Values] = []
    services: list[Body] = []
    left: dict[str, Lost] = {}
    for place, source in sorted(files.items(), key=lambda each: _turn(each[0])):
        reason = _besides(place, files)
        for body in _bodies(source):
            if isinstance(body, Problem):
                left[place] = Lost(place, f"{body.summary} ({body.subject})", "correct the file")
                continue
            kind, name = str(body.get("kind")), str(get(body, "metadata", "name"))
            if kind == "ConfigMap" and isinstance(body.get("data"), dict):
                if reason:
                    left.setdefault(place, Lost(place, *reason))
                else:
                    values.append(Values(place, name, body["data"]))
            elif kind == "OpenStackDataPlaneService":
                services.append(body)
            elif kind not in _NEEDLESS and not _BLANK.search(name):
                what = f"{kind} {name} ({place})"
                left[what] = Lost(what, "no section of a profile makes it", "`hooks.NAME.manifest`")
    return Example(tuple(values), tuple(services), tuple(left.values()))


def is_blank(value: Any) -> bool:
    """Tell whether a value, or one in it, is left to be filled in."""
    if isinstance(value, Mapping):
        return any(is_blank(each) for each in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(is_blank(each) for each in value)
    return isinstance(value, str) and bool(_BLANK.search(value))


def _turn(place: str) -> tuple[int, str]:
    """Order files: what is deep in the example is its beginning, what is at its top is its end."""
    return (-place.count("/"), place)


def _besides(place: str, files: Mapping[str, Source]) -> tuple[str, str] | None:
    """Say why a file's values are not for this profile, and what to do instead."""
    parts = PurePosixPath(place).parts[:-1]
    if _LATER & set(parts):
        return (
            "it is for a cloud that is up, to take a part away",
            "change the profile then, and deploy it again",
        )
    second = _SECOND.fullmatch(parts[0]) if parts else None
    if second and any(each.startswith(f"{second['first']}/") for each in files):
        return "it is a second cloud's", f"`osk profile import architecture` with the folder {parts[0]}"
    return None


def _bodies(source: Source) -> Iterator[Body | Problem]:
    lines = 0
    for text in _BREAK.split(source.text):
        try:
            body = parse(Source(source.label, "\n" * lines + text)).values
        except OskError as error:
            if not _LIST.match(text):  # such as a patch
                yield error.problems[0]
        else:
            if body.get("kind"):
                yield body
        lines += text.count("\n")


def over(under: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one mapping over another."""
    found = dict(under)
    for key, value in upper.items():
        below = found.get(key)
        found[key] = (
            over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
        )
    return found
