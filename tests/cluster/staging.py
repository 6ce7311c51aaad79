"""The rehearsal cluster of a whole test run: started once, put back to its first state where a test asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import kubernetes
from openstack_k8s_cli.apply.ports import Cluster
from openstack_k8s_cli.rehearsal import directories, lifecycle
from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from openstack_k8s_cli.rehearsal.options import Options, Pace

NO_FAULTS = "faults: []\n"


class Stage:
    """The run's cluster, and whether something was done to it since its first state."""

    def __init__(self, rehearsal: Rehearsal, places: Places) -> None:
        self.rehearsal = rehearsal
        self.places = places
        self._used = False

    @property
    def faults(self) -> Path:
        """Give the file that orders what goes wrong; a test that writes it gives it back."""
        return self.places.state / "faults.yaml"

    def fresh(self) -> Rehearsal:
        """Give the cluster in its first state."""
        if self._used:
            lifecycle.reset(self.rehearsal.name, places=self.places)
        self._used = True
        return self.rehearsal


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Give the user's cache and a state folder of this run: runs do not meet."""
    return Places(cache=directories.places().cache, state=tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def stage(places: Places) -> Iterator[Stage]:
    """Start the cluster of the run; it ends with the run, however that ends."""
    faults = places.state / "faults.yaml"
    faults.write_text(NO_FAULTS)
    options = Options(pace=Pace.INSTANT, faults=faults)
    with lifecycle.running("tests", options=options, places=places) as cluster:
        yield Stage(cluster, places)


@pytest.fixture(scope="module")
def rehearsal(stage: Stage) -> Rehearsal:
    """Give the cluster, in its first state when a module begins."""
    return stage.fresh()


@pytest.fixture
def fresh_rehearsal(stage: Stage) -> Rehearsal:
    """Give the cluster, in its first state when a test begins (about ten seconds)."""
    return stage.fresh()


@pytest.fixture
def kubeconfig(rehearsal: Rehearsal) -> Path:
    """Give the path of the module's cluster's kubeconfig."""
    return rehearsal.kubeconfig


@pytest.fixture
def cluster(rehearsal: Rehearsal) -> Cluster:
    """Connect to the module's cluster."""
    return kubernetes.connect(str(rehearsal.kubeconfig))
