"""What `osk validate` does: gathers objects and schemas, has them checked, and shows what is found."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters import manifests as files
from openstack_k8s_cli.cli import documents, printing
from openstack_k8s_cli.model.objects import Body
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.rehearsal import crds, directories
from openstack_k8s_cli.validation import manifests, releases, running
from openstack_k8s_cli.validation.catalogue import RULES
from openstack_k8s_cli.validation.findings import Finding, Item, Severity
from openstack_k8s_cli.validation.schemas import Schemas
from openstack_k8s_cli.workflows import refusals, tracing
from openstack_k8s_cli.workflows.world import Target

if TYPE_CHECKING:
    from openstack_k8s_cli.apply.ports import Cluster
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session


class Validation:
    """One run of all checks."""

    def __init__(self, session: "Session", folders: Sequence[Path], work: "Work | None" = None) -> None:
        self._session = session
        self._folders = folders
        self._work = work
        self.objects = 0
        """How many objects were looked at."""
        self.unchecked: tuple[str, ...] = ()
        """Fields of the profile's release that osk's own schemas do not have yet."""

    def given(self, names: Sequence[str]) -> list[Finding]:
        """Check anyone's manifests."""
        found = manifests.read(manifests.Text(label, text) for label, text in files.texts(names))
        self.objects = len(found.items)
        if not (found.items or found.stages):
            raise OskError(_nothing(names), exit_code=ExitCode.USAGE)
        return running.validate(found.items, self._schemas(), stages=found.stages)

    def own(self) -> list[Finding]:
        """Check what the profile renders, by the schemas of the cluster that the options name."""
        return self._checked(self._schemas)

    def rendered(self) -> list[Finding]:
        """Check what the profile renders, by osk's own schemas: a cluster's are many megabytes."""
        return self._checked(lambda: Schemas(_shipped().values()))

    def _checked(self, schemas: Callable[[], Schemas]) -> list[Finding]:
        """Check what the profile renders, and trace each finding to its template and profile value."""
        work = self._work or self._session.work
        plan = work.plan(Target())  # a profile that is wrong waits for no schemas
        items = [
            Item(each.id, documents.body(each), each.origin.template, order)
            for order, each in enumerate(plan.manifests)
        ]
        self.objects = len(items)
        found = running.validate(items, schemas(), own=True)
        if self._folders or work.has_cluster:
            findings = releases.judged(found, work.loaded.values)
        else:
            findings, self.unchecked = releases.divided(found, work.loaded.values)
        return tracing.traced(findings, plan, work.loaded, work.catalogue) if findings else findings

    def _schemas(self) -> Schemas:
        scope = self._session.scope
        if scope.rehearsal or scope.kubeconfig or scope.context:
            cluster = self._session.work.connection.cluster
            return Schemas([*refusals.reading(lambda: served(cluster)), *self._overlaid({})])
        return Schemas(self._overlaid(_shipped()))

    def _overlaid(self, shipped: dict[str, Body]) -> Iterable[Body]:
        cache = directories.places(self._session.environment).cache
        return crds.overlay(crds.Definitions(shipped), self._folders, cache=cache).bodies.values()


def _nothing(names: Sequence[str]) -> Problem:
    where = ", ".join("stdin" if name == "-" else name for name in names)
    advice = Advice("See whether what writes the manifests failed", "osk validate --from DIR|FILE|-")
    return Problem("OSK0892", "There is no Kubernetes object to check", where, advice=(advice,))


def _shipped() -> dict[str, Body]:
    """Give the rehearsal's CRDs; without Go, and never having had it, there are none."""
    try:
        return dict(crds.collect(printing.tell, cache=directories.places().cache).bodies)
    except OskError as error:
        printing.warn(f"{error}; only Kubernetes' own kinds and those of --crds are checked")
        return {}


def served(cluster: "Cluster") -> Iterator[Body]:
    """Give the CRDs of a cluster."""
    kind = cluster.resource("apiextensions.k8s.io", "CustomResourceDefinition")
    return iter(cluster.list(kind).items if kind else ())


def document(findings: Sequence[Finding], validation: Validation) -> dict[str, Any]:
    """Give the JSON form."""
    counts = Counter(each.severity for each in findings)
    return {
        "objects": validation.objects,
        "unchecked": list(validation.unchecked),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "findings": [_plain(each) for each in findings],
    }


def _plain(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "object": {
            "group": subject.group,
            "kind": subject.kind,
            "namespace": subject.namespace,
            "name": subject.name,
        }
        if subject
        else None,
        "path": finding.field,
        "message": finding.message,
        "place": finding.place,
        "profile": finding.profile,
        "advice": RULES[finding.code].remedy,
    }


def lines(findings: Iterable[Finding]) -> str:
    """Give a line for each finding, then what to do about each code."""
    found = list(findings)
    codes = sorted({each.code for each in found})
    return "\n".join([*map(_line, found), *(f"{code} → {RULES[code].remedy}" for code in codes)])


def _line(finding: Finding) -> str:
    words = [f"{finding.place}:", finding.severity.value, finding.code]
    words += [f"{finding.subject}"] if finding.subject else []
    words += [finding.field] if finding.field else []
    text = f"{' '.join(words)}: {finding.message}"
    return f"{text}  (from {finding.profile})" if finding.profile else text
