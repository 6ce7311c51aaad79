"""CRDs of a checkout beside those of the cluster: what they change, what they would take from stored objects.

They are effects of an entry: applied as a whole, put back by its reset.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openstack_k8s_cli.apply.ports import Cluster, ClusterError, ErrorKind, Resource
from openstack_k8s_cli.developing import differing, embedding, losing, telling
from openstack_k8s_cli.developing.differing import Difference
from openstack_k8s_cli.developing.embedding import EMBEDDERS, Embedded
from openstack_k8s_cli.developing.entries import Entry
from openstack_k8s_cli.developing.losing import Loss
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import refusals
from openstack_k8s_cli.workflows.developing import effects, store
from openstack_k8s_cli.workflows.developing.effects import Wanted

RESOURCE = Resource(
    "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False
)
_FEW = 8


@dataclass(frozen=True, slots=True)
class Compared:
    """What CRDs would change."""

    wishes: tuple[Wanted, ...]
    """Those that are other than the cluster's."""
    differences: tuple[Difference, ...]
    embedded: tuple[Embedded, ...]
    """Kinds that embed what is new and do not know it."""


def compared(cluster: Cluster, bodies: Iterable[Body]) -> Compared:
    """Compare CRDs with the cluster's; raises OskError where objects would lose fields, and ClusterError."""
    given = {body["metadata"]["name"]: body for body in bodies}
    live = {name: cluster.get(RESOURCE, "", name) for name in given}
    found = {name: differing.difference(live[name], body) for name, body in given.items()}
    differences = {name: each for name, each in found.items() if not each.is_none}
    problems = [
        problem
        for name, each in differences.items()
        for problem in _problems(cluster, live[name], given[name], each)
    ]
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)
    wishes = tuple(effects.wanted(_over(live[name], given[name])) for name in differences)
    _check(cluster, wishes)
    return Compared(wishes, tuple(differences.values()), tuple(_embedded(cluster, live, given, differences)))


def check_reset(cluster: Cluster, gone: Iterable[Entry]) -> None:
    """Refuse to put CRDs back under which objects would lose what they have by now; raises OskError and ClusterError."""
    for entry in gone:
        found = lost(cluster, entry)
        if found:
            raise OskError(_in_use(entry, found), exit_code=ExitCode.REFUSED)


def lost(cluster: Cluster, entry: Entry) -> list[Loss]:
    """Give what objects would lose by an entry's reset; raises ClusterError."""
    mine = [each for each in entry.effects if each.object.kind == RESOURCE.kind]
    earlier = store.earlier(cluster, entry) if mine else {}
    found: list[Loss] = []
    for each in mine:
        live = cluster.get(RESOURCE, "", each.object.name)
        if live is None or effects.is_others(each, live):
            continue
        before = earlier.get(each.object) or {**live, "spec": {**live["spec"], "versions": []}}
        if not each.was_there or losing.may_lose(differing.difference(live, before)):
            found += losing.losses(live, before, _stored(cluster, live))
    return found


def words(found: Compared) -> Iterator[str]:
    """Say what is changed, and who would have to change as well."""
    for each in found.differences:
        yield f"{each.name}: {_told(each)}"
    for other in found.embedded:
        yield (
            f"{other.words} is not known there: {other.name} embeds it; "
            "make it from a checkout of openstack-operator that uses this one, and add `--crds` of that"
        )


def _told(found: Difference) -> str:
    if found.fresh:
        return "new"
    parts = [
        *(f"+{differing.shown(each)}" for each in found.added),
        *(f"-{differing.shown(each)}" for each in found.removed),
        *(f"~{differing.shown(each)}" for each in found.changed),
        *(f"+{each}" for each in found.versions),
        *(f"-{each}" for each in found.gone),
    ]
    return several(parts, _FEW) or "columns or names"


def _problems(cluster: Cluster, live: Body | None, body: Body, found: Difference) -> Iterator[Problem]:
    if live is None:
        return
    stored = set(get(live, "status", "storedVersions") or ()) - differing.versions(body).keys()
    if stored:
        advice = Advice("Keep the version in the CustomResourceDefinition until no object is stored as it")
        summary = f"Objects are stored as {', '.join(sorted(stored))}, which the new form has not"
        yield Problem("OSK1413", summary, found.name, None, (advice,))
    elif losing.may_lose(found):
        losses = list(losing.losses(live, body, _stored(cluster, live)))
        if losses:
            yield _losing(found, losses)


def _losing(found: Difference, losses: Sequence[Loss]) -> Problem:
    return Problem(
        "OSK1411",
        f"Stored objects would lose what they have under the new {found.kind}",
        found.name,
        "\n".join(each.words for each in losses),
        (
            Advice("Take the fields out of the objects, or leave them in the CustomResourceDefinition"),
            Advice(
                "Or leave the cluster's as they are: `dev image` without `--crds`, `dev run` with `--no-crds`"
            ),
        ),
    )


def _in_use(entry: Entry, losses: Sequence[Loss]) -> Problem:
    return Problem(
        "OSK1412",
        f"Objects use what {entry.title} brought, and would lose it",
        entry.title,
        "\n".join(each.words for each in losses),
        (
            Advice("Take the fields out of the objects, then run it again", telling.undo(entry)),
            Advice("Or let them go", f"{telling.undo(entry)} --force"),
        ),
    )


def _stored(cluster: Cluster, crd: Body) -> tuple[Body, ...]:
    """List the objects of a kind, at the version that is served first."""
    spec = crd["spec"]
    version = next((name for name, each in differing.versions(crd).items() if each.get("served")), None)
    if version is None:
        return ()
    names = spec["names"]
    resource = Resource(
        spec["group"], version, names["kind"], names["plural"], spec.get("scope") != "Cluster"
    )
    return refusals.unless_gone(lambda: cluster.list(resource).items) or ()


def _over(live: Body | None, body: Body) -> Body:
    """Give the whole of a CRD as it is to be: what others marked the cluster's with stays."""
    meta: dict[str, object] = {"name": body["metadata"]["name"]}
    for key in ("labels", "annotations"):
        marked = {**(get(live or {}, "metadata", key) or {}), **(get(body, "metadata", key) or {})}
        if marked:
            meta[key] = marked
    return {"apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": meta, "spec": body["spec"]}


def _check(cluster: Cluster, wishes: Iterable[Wanted]) -> None:
    """Ask the API server whether it would take them, before any is written."""
    problems = []
    for wish in wishes:
        try:
            cluster.apply(wish.body or {}, dry_run=True, force=True)
        except ClusterError as error:
            if error.kind not in {ErrorKind.INVALID, ErrorKind.UNKNOWN_FIELD}:
                raise
            advice = Advice(
                "Correct the types of the operator, and make its manifests again", "make manifests"
            )
            problems.append(
                Problem(
                    "OSK1413",
                    "The API server does not take the CRD",
                    wish.object.name,
                    error.message,
                    (advice,),
                )
            )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def _embedded(
    cluster: Cluster,
    live: Mapping[str, Body | None],
    given: Mapping[str, Body],
    differences: Mapping[str, Difference],
) -> Iterator[Embedded]:
    changing = [
        (body, differences[name].added) for name, body in live.items() if body and name in differences
    ]
    if not any(added for _, added in changing):
        return
    others = [given.get(name) or cluster.get(RESOURCE, "", name) for name in EMBEDDERS]
    for before, added in changing:
        yield from embedding.embedded(before, added, [each for each in others if each])
