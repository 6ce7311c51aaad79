"""The main job on the run's cluster: one uninterrupted deployment, which many tests look at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openstack_k8s_cli import components
from openstack_k8s_cli.adapters import files, kubernetes
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.plan import Plan
from openstack_k8s_cli.profile import loading
from openstack_k8s_cli.rehearsal import layer
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.workflows import facts, planning
from tests.cluster import histories, listings
from tests.cluster.commands import Ended, Osk, at_home
from tests.cluster.histories import History
from tests.cluster.listings import Listing
from tests.cluster.staging import Stage

_MARK = ObjectId("", "Namespace", "", "osk-system")


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment of everything, from a bare cluster to Ready."""

    osk: Osk
    rehearsal: Rehearsal
    before: Listing
    ended: Ended
    after: Listing
    planned: Ended | None = None
    """What `osk plan` said of the bare cluster, where it was asked."""

    @property
    def cluster(self) -> Cluster:
        """Connect to the cluster."""
        return kubernetes.connect(str(self.rehearsal.kubeconfig))

    @property
    def stands(self) -> bool:
        """Whether this is what is in the cluster now."""
        spaces = self.cluster.resource("", "Namespace")
        assert spaces is not None
        found = self.cluster.get(spaces, "", _MARK.name)
        return found is not None and found["metadata"]["uid"] == self.after[_MARK]["metadata"]["uid"]


class Story:
    """Deploys once, and again where a test needs the deployment to stand."""

    def __init__(self, stage: Stage, home: Path) -> None:
        self._stage = stage
        self._osk = at_home(home, stage.places.state)
        self._first: Deployed | None = None
        self._last: Deployed | None = None
        self._lives: Mapping[ObjectId, History] = {}

    def uninterrupted(self) -> Deployed:
        """Give the first deployment of the run, whatever became of it since."""
        if self._first is None:
            self._first = self._last = self._deploy()
            self._lives = histories.of_simulated(self._first.cluster)
        return self._first

    def lives(self) -> Mapping[ObjectId, History]:
        """Give how the objects of simulated kinds came up in the first deployment."""
        self.uninterrupted()
        return self._lives

    def standing(self) -> Deployed:
        """Give a deployment that is in the cluster now."""
        last = self._last or self.uninterrupted()
        if not last.stands:
            self._last = last = self._deploy()
        return last

    def _deploy(self) -> Deployed:
        rehearsal = self._stage.fresh()
        cluster = kubernetes.connect(str(rehearsal.kubeconfig))
        before = listings.quiet(cluster)
        everything = ("all", "-p", "crc", f"--rehearsal={rehearsal.name}", "-o", "json")
        planned = self._osk("plan", *everything, "--exit-code")
        ended = self._osk("deploy", *everything)
        return Deployed(self._osk, rehearsal, before, ended, listings.quiet(cluster), planned)


def plan_of(profile: str, rehearsal: Rehearsal, cluster: Cluster) -> Plan:
    """Make the plan that a command makes for this cluster."""
    overlay = layer.layer(rehearsal.name, rehearsal.directory)
    loaded = loading.load(profile, reader=files.ProfileFiles(), overlays=(overlay,))
    found = facts.gather(cluster, loaded.values, profile=loaded.name)
    return planning.whole(loaded, components.parse(files.catalogue()), found)


def requests_of(osk: Osk) -> dict[str, int]:
    """Read from the last run's log how many requests it made, by verb and kind."""
    last = max((osk.home / ".local" / "state" / "osk" / "runs").iterdir())
    lines = (last / "osk.log").read_text().splitlines()
    (counts,) = (line.partition(" requests: ")[2] for line in lines if " requests: " in line)
    found: dict[str, int] = json.loads(counts)
    return found
