"""Filling a mirror by oc-mirror, and what the profile has to say of it then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from openstack_k8s_cli.model.mirrors import Job
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.workflows import mirrored

_SETS = {"ImageDigestMirrorSet": "imageDigestMirrors", "ImageTagMirrorSet": "imageTagMirrors"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants of it."""

    workspace: str
    """The folder that it keeps its state in."""
    to: str = ""
    """A folder for an archive, instead of the registry."""
    source: str = ""
    """The folder of such an archive, instead of the images' own registries."""
    more: tuple[str, ...] = ()
    """Options of oc-mirror's own."""


class Program(Protocol):
    """oc-mirror (adapters.ocmirror.OcMirror)."""

    def run(self, job: Job) -> tuple[Body, ...]:
        """Mirror, and give the objects that it has written for the cluster; raises OskError where it fails."""
        ...


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the mirror has now and the profile does not say yet."""

    destination: str
    sources: Mapping[str, str]
    """Entries for `mirror.sources`."""
    catalogs: Mapping[str, str]
    """Entries for `mirror.catalogs`."""


def job(image_set: Body, mirror: Mapping[str, Any], asked: Asked, *, auth: str | None, ca: str | None) -> Job:
    """Say what oc-mirror is to do: copy to the registry, to an archive, or from one to the registry."""
    if asked.to:
        return Job(image_set, f"file://{asked.to}", asked.to, asked.more, auth, ca)
    folder = asked.source or asked.workspace
    arguments = ["--from" if asked.source else "--workspace", f"file://{folder}"]
    arguments += ["--dest-tls-verify=false"] if mirror["insecure"] else []
    destination = f"docker://{mirror['registry']}"
    return Job(image_set, destination, folder, (*arguments, *asked.more), auth, ca)


def push(wanted: Job, mirror: Mapping[str, Any], program: Program) -> Pushed:
    """Have it done; raises OskError where it fails."""
    bodies = program.run(wanted)
    if not wanted.destination.startswith("docker://"):
        bodies = ()
    sources = {
        source: found[len(mirror["registry"]) :].strip("/")
        for source, found in _mirrors(bodies)
        if _is_at(found, mirror["registry"]) and mirrored.place(source, mirror) != f"{found}:latest"
    }
    known = set((mirror["catalogs"] or {}).values())
    catalogs = {
        body["metadata"]["name"]: str(image)
        for body in bodies
        if body["kind"] == "CatalogSource" and (image := get(body, "spec", "image")) and image not in known
    }
    return Pushed(wanted.destination, dict(sorted(sources.items())), catalogs)


def _mirrors(bodies: Iterable[Body]) -> Iterable[tuple[str, str]]:
    for body in bodies:
        for each in get(body, "spec", _SETS.get(body["kind"], "")) or ():
            yield from ((str(each["source"]), str(found)) for found in each.get("mirrors") or ())


def _is_at(found: str, registry: str) -> bool:
    return PurePath(found).is_relative_to(registry)
