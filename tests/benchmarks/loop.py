"""The operator developer's loop: osk beside kubectl by hand and install_yamls' calls, in turn on the same cluster."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import Body, get
from openstack_k8s_cli.model.steps import Policy
from openstack_k8s_cli.plan import choosing
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.benchmarks import byhand
from tests.benchmarks.measuring import Figures, median, run, until
from tests.cluster import localoperator, stories
from tests.cluster.commands import Osk

OSK, HAND, YAMLS = "osk", "kubectl by hand", "install_yamls' calls"
IMAGES = {
    way: f"quay.io/me/nova-operator:{way.partition(' ')[0].rstrip(chr(39))}" for way in (OSK, HAND, YAMLS)
}
_TIMES = 3
_KUBECTL = Path(sys.executable).parent
_PROGRAM = str(Path(localoperator.__file__).resolve())
_FORCED = "apply.forceFrom=[kubectl, kubectl-patch, kubectl-client-side-apply]"
"""What is done by hand in between would be a conflict to osk."""
Compared = Mapping[str, Figures]
"""By the way."""
Do = Callable[[], Figures]


def report(osk: Osk, cluster: Rehearsal, told: Callable[[str], object]) -> tuple[str, str]:
    """Give the table; nothing is too slow, for that depends on the machine."""
    told("osk deploy all")
    deploy = osk.command("deploy", "all", "-p", "crc", f"--rehearsal={cluster.name}", "--set", _FORCED)
    run(deploy, environment=osk.variables, folder=osk.home)
    return table(dict(Loop(osk, cluster, _TIMES, told).rows())), ""


@dataclass(frozen=True, slots=True)
class Way:
    """How something is done, and undone before the next."""

    do: Do
    undo: Do | None = None


class Loop:
    """The parts of the loop on one deployed cluster."""

    def __init__(self, osk: Osk, rehearsal: Rehearsal, times: int, told: Callable[[str], object]) -> None:
        self._osk = osk
        self._times = times
        self._told = told
        self._to = ("-p", "crc", f"--rehearsal={rehearsal.name}", "--set", _FORCED)
        self._cluster = kubernetes.connect(str(rehearsal.kubeconfig))
        self._rehearsal = rehearsal
        path = f"{_KUBECTL}:{osk.variables['PATH']}"
        self._variables = osk.variables | {"PATH": path, "KUBECONFIG": str(rehearsal.kubeconfig)}
        self._plane = _only(self._cluster, "core.openstack.org", "OpenStackControlPlane", byhand.CLOUD)

    def rows(self) -> Iterator[tuple[str, Compared]]:
        """Measure everything."""
        yield from self._image()
        yield "`osk dev run` → first reconcile", self._local()
        yield "one field of one service → Ready", self._field()
        yield "`osk deploy controlplane`, nothing to change", self._nothing()

    def _image(self) -> Iterator[tuple[str, Compared]]:
        old = self._nova()
        yamls = partial(byhand.script, byhand.YAMLS_IMAGE)
        ways = {
            OSK: Way(
                lambda: self._ran("dev", "image", "nova", IMAGES[OSK]),
                lambda: self._ran("dev", "reset", "nova"),
            ),
            HAND: Way(
                lambda: self._by(byhand.script(byhand.IMAGE, IMAGES[HAND])),
                lambda: self._by(byhand.script(byhand.IMAGE_BACK, old)),
            ),
            YAMLS: Way(
                lambda: self._by(yamls(old, IMAGES[YAMLS])), lambda: self._by(yamls(IMAGES[YAMLS], old))
            ),
        }
        there, back = self._rounds("image swap", ways)
        yield "image swap → new operator Ready", there
        yield "back to the release's image", back

    def _local(self) -> Compared:
        body = _only(self._cluster, "operator.openstack.org", "OpenStack", byhand.OPERATORS)
        before = get(body, "spec", "operatorOverrides") or []
        words = (json.dumps([*before, {"name": "horizon", "replicas": 0}]), sys.executable, _PROGRAM)
        command = ("dev", "run", "horizon", str(self._osk.home), *self._to, "--", sys.executable, _PROGRAM)
        ways = {
            OSK: Way(lambda: self._reconciled(self._osk.command(*command))),
            HAND: Way(
                lambda: self._reconciled(byhand.script(byhand.RUN, *words)),
                lambda: self._by(byhand.script(byhand.RUN_BACK, json.dumps(before))),
            ),
        }
        return self._rounds("a local run", ways)[0]

    def _reconciled(self, command: Sequence[str]) -> Figures:
        """Run an operator here until it has seen an object that is new."""
        kind = self._cluster.resource("horizon.openstack.org", "Horizon")
        assert kind is not None
        name = f"local-{time.monotonic_ns()}"
        meta = {"name": name, "namespace": localoperator.NAMESPACE}
        spec = {"containerImage": "any", "memcachedInstance": "any", "secret": "any"}
        self._cluster.create(
            {"apiVersion": kind.api_version, "kind": "Horizon", "metadata": meta, "spec": spec}
        )

        def seen() -> bool:
            body = self._cluster.get(kind, localoperator.NAMESPACE, name)
            return bool(get(body or {}, "metadata", "annotations", localoperator.SEEN))

        told = {"ENABLE_WEBHOOKS": "false", "OPERATOR_TEMPLATES": "templates", "WATCH_NAMESPACE": ""}
        try:
            return until(command, seen, environment=self._variables | told, folder=self._osk.home)
        finally:
            self._cluster.delete(kind, localoperator.NAMESPACE, name)

    def _field(self) -> Compared:
        deploy = ("deploy", "controlplane", "--yes")
        by_hand = partial(byhand.script, byhand.FIELD, self._plane["metadata"]["name"])
        one, two = (self._written({"replicas": number}) for number in (1, 2))
        ways = {
            OSK: Way(
                lambda: self._ran(*deploy, "--set", "controlplane.services.placement.replicas=2"),
                lambda: self._ran(*deploy),
            ),
            HAND: Way(lambda: self._by(by_hand("2")), lambda: self._by(by_hand("1"))),
            YAMLS: Way(lambda: self._by(_yamls(two, "2")), lambda: self._by(_yamls(one, "1"))),
        }
        there, _ = self._rounds("one field", ways)
        self._ran(*deploy)
        return there

    def _nothing(self) -> Compared:
        applied = ("kubectl", "apply", "--server-side", "--validate=false", "--force-conflicts")
        file = self._osk.home / "controlplane.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": self._objects()}))
        folder = self._written({})
        ways = {
            OSK: Way(lambda: self._ran("deploy", "controlplane", "--yes")),
            HAND: Way(lambda: self._by([*applied, "--filename", str(file)])),
            YAMLS: Way(lambda: self._by(_yamls(folder, ""))),
        }
        return self._rounds("nothing to change", ways)[0]

    def _objects(self) -> list[Body]:
        plan = stories.plan_of("crc", self._rehearsal, self._cluster)
        part = choosing.select(plan, ["controlplane"])
        return [each.body for each in part.manifests if each.policy is Policy.APPLY]

    def _written(self, placement: Mapping[str, Any]) -> str:
        """Write what install_yamls applies, as its generators do: a resource and a kustomization over it."""
        network = _only(self._cluster, "network.openstack.org", "NetConfig", byhand.CLOUD)
        patch = {"spec": {"placement": {"template": placement}}}
        name = f"plane-{placement.get('replicas', 'same')}"
        _kustomization(self._osk.home / "netconfig", network, {})
        _kustomization(self._osk.home / name, self._plane, patch if placement else {})
        space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": byhand.CLOUD}}
        (self._osk.home / "namespace.yaml").write_text(json.dumps(space))
        return name

    def _nova(self) -> str:
        kind = self._cluster.resource("apps", "Deployment")
        assert kind is not None
        body = self._cluster.get(kind, byhand.OPERATORS, "nova-operator-controller-manager") or {}
        (container,) = get(body, "spec", "template", "spec", "containers")
        return str(container["image"])

    def _rounds(self, what: str, ways: Mapping[str, Way]) -> tuple[Compared, Compared]:
        """Do something in each way in turn, as often as is asked for; give the medians, those of undoing it too."""
        there: dict[str, list[Figures]] = {way: [] for way in ways}
        back: dict[str, list[Figures]] = {way: [] for way in ways}
        for number in range(self._times):
            for way, each in ways.items():
                there[way].append(each.do())
                self._told(f"{what}, {number + 1}, {way}: {there[way][-1].wall:.2f} s")
                if each.undo:
                    back[way].append(each.undo())
        return _medians(there), _medians(back)

    def _ran(self, *words: str) -> Figures:
        return self._by(self._osk.command(*words, *self._to))

    def _by(self, command: Sequence[str]) -> Figures:
        return run(command, environment=self._variables, folder=self._osk.home)


def table(rows: Mapping[str, Compared]) -> str:
    """Give seconds and processor seconds of each way, and what osk takes beside the other ways in the same run."""
    ways = (OSK, HAND, YAMLS)
    head = f"| | {' | '.join(ways)} | osk's own share | osk to the others |"
    lines = [head, f"| --- |{' ---: |' * (len(ways) + 2)}"]
    for what, compared in rows.items():
        cells = [
            f"{each.wall:.2f} ({each.processor:.2f})" if (each := compared.get(way)) else "" for way in ways
        ]
        osk = compared[OSK]
        ratios = [f"{osk.wall / compared[way].wall:.2f}" for way in ways[1:] if way in compared]
        cells += [f"{osk.wall - compared[HAND].wall:.2f}", ", ".join(ratios)]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _medians(figures: Mapping[str, Sequence[Figures]]) -> Compared:
    return {way: median(each) for way, each in figures.items() if each}


def _yamls(folder: str, replicas: str) -> list[str]:
    return byhand.script(byhand.YAMLS_DEPLOY, folder, replicas)


def _kustomization(folder: Path, body: Body, patch: Body) -> None:
    folder.mkdir(exist_ok=True)
    plain = {key: body[key] for key in ("apiVersion", "kind", "spec")}
    meta = {key: body["metadata"][key] for key in ("name", "labels") if key in body["metadata"]}
    (folder / "resource.yaml").write_text(json.dumps(plain | {"metadata": meta}))
    patches = [{"target": {"kind": body["kind"]}, "patch": json.dumps(plain | {"metadata": meta} | patch)}]
    own = {"resources": ["resource.yaml"], "namespace": byhand.CLOUD, "patches": patches if patch else []}
    (folder / "kustomization.yaml").write_text(json.dumps(own))


def _only(cluster: Cluster, group: str, kind: str, namespace: str) -> Body:
    resource = cluster.resource(group, kind)
    assert resource is not None
    (found,) = cluster.list(resource, namespace).items
    return found
