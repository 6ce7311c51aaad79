"""A running cloud into a profile that leaves it as it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from openstack_k8s_cli.apply import labels, lookups
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.components import Catalogue
from openstack_k8s_cli.model.facts import Facts
from openstack_k8s_cli.model.objects import Body, ObjectId, get
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Policy
from openstack_k8s_cli.profile.importers import minimal, writing
from openstack_k8s_cli.profile.importers.draft import CRC, Draft
from openstack_k8s_cli.profile.importers.live import taken
from openstack_k8s_cli.profile.importers.live.found import KINDS, Found
from openstack_k8s_cli.profile.importers.minimal import Entries
from openstack_k8s_cli.profile.importers.outcome import Lost, Outcome
from openstack_k8s_cli.profile.sources import Reader
from openstack_k8s_cli.workflows import facts as gathering
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.world import Loaded

_SEEN = "see it with `osk plan`"
_ROUNDS = 4
"""Patches change what is rendered; what still differs after so many rounds is said."""


@dataclass(frozen=True, slots=True)
class Taking:
    """What a cloud is taken over with."""

    cluster: Cluster
    catalogue: Catalogue
    reader: Reader
    load: Callable[[str, Reader], Loaded]
    name: str | None = None
    """Of the profile; None: by which osk knows the cloud already, or its namespace."""
    rounds: int = _ROUNDS

    def take(self, namespace: str | None) -> Outcome:
        """Read the cloud in a namespace, or the only one, into a profile."""
        base = self.load(CRC, self.reader)
        facts = refusals.reading(lambda: gathering.gather(self.cluster, base.values, profile=base.name))
        found = refusals.reading(lambda: self._found(facts, namespace))
        choice = self._base(facts)
        values = self.load(choice, self.reader).values
        draft = taken.draft(found, base=choice, values=values)
        draft.name = self.name or _known_as(found) or found.namespace
        missing, differing, wrong = self._kept(draft)
        kept, problems = minimal.reduced(
            draft.entries, lambda entries: self._text(draft, entries), reader=self.reader
        )
        return Outcome(
            profile=self._text(draft, kept),
            carried=(),
            needless=(),
            lost=(
                *(
                    Lost(str(each), "the cloud does not have it, and osk would make it", _SEEN)
                    for each in missing
                ),
                *(Lost(str(each), "osk would change it", _SEEN) for each in differing),
            ),
            warnings=tuple(dict.fromkeys(problem.summary for problem in (*wrong, *problems))),
        )

    def _base(self, facts: Facts) -> str:
        return facts.flavour if facts.provider != CRC and facts.flavour in self.reader.built_in() else CRC

    def _found(self, facts: Facts, namespace: str | None) -> Found:
        bodies = tuple(
            body if "kind" in body else {**body, "kind": kind}
            for group, kind in KINDS
            if (resource := self.cluster.resource(group, kind))
            for body in self.cluster.list(resource).items
        )
        planes = sorted(
            str(body["metadata"]["namespace"]) for body in bodies if body["kind"] == "OpenStackControlPlane"
        )
        chosen = namespace or (planes[0] if len(planes) == 1 else None)
        if chosen not in planes:
            raise _no_cloud(planes, namespace)
        return Found(str(chosen), facts.provider, facts.flavour, facts.workers, bodies)

    def _kept(self, draft: Draft) -> tuple[list[ObjectId], list[ObjectId], tuple[Problem, ...]]:
        """Add to the draft what keeps every object as it is.

        Gives the objects that would be made, those that would be changed all the same, and what is wrong with the draft.
        """
        missing: list[ObjectId] = []
        for left in range(self.rounds, -1, -1):
            try:
                pairs = list(self._pairs(self._text(draft, draft.entries)))
            except OskError as error:
                return missing, [], error.problems
            missing = [ours for ours, _, live in pairs if live is None]
            there = [(ours, body, live) for ours, body, live in pairs if live is not None]
            if not left:
                return missing, [ours for ours, body, live in there if taken.differs(body, live)], ()
            if not taken.keep(draft, ((body, live) for _, body, live in there)):
                break
        return missing, [], ()

    def _pairs(self, text: str) -> Iterator[tuple[ObjectId, Body, Body | None]]:
        """Give each object that the profile would apply, with the live one."""
        loaded = self.load(minimal.NAME, minimal.With(self.reader, text))
        facts = refusals.reading(lambda: gathering.gather(self.cluster, loaded.values, profile=loaded.name))
        for step in planning.whole(loaded, self.catalogue, facts).steps:
            for manifest in step.manifests:
                if manifest.policy is Policy.APPLY:
                    yield manifest.id, labels.plain(manifest.body), lookups.find(self.cluster, manifest.id)

    def _text(self, draft: Draft, entries: Entries) -> str:
        head = {"apiVersion": "osk/v1", "kind": "Profile", "name": draft.name, "extends": draft.extends}
        return writing.text(entries, head=head, remark="Taken from the cloud that runs.")


def _known_as(found: Found) -> str | None:
    """Give the profile's name that osk deployed the cloud by, if it did."""
    plane = found.first("OpenStackControlPlane")
    return get(plane, "metadata", "labels", f"{labels.PREFIX}profile") if plane else None


def _no_cloud(planes: list[str], asked: str | None) -> OskError:
    known = ", ".join(f"`{each}`" for each in planes) or "none"
    summary = (
        f"There is no cloud in namespace `{asked}`"
        if asked
        else "Which cloud?"
        if planes
        else "There is no cloud"
    )
    problem = Problem(
        "OSK0132",
        summary,
        subject="OpenStackControlPlane",
        detail=f"Namespaces with an OpenStackControlPlane: {known}",
        advice=(Advice("Name the namespace", "osk profile import cluster --namespace NAMESPACE"),),
    )
    return OskError(problem, exit_code=ExitCode.USAGE)
