"""What the tests of the rehearsal cluster share."""

import pytest

from openstack_k8s_cli.rehearsal.directories import Places
from openstack_k8s_cli.rehearsal.lifecycle import Rehearsal
from tests.cluster.commands import Osk, at_home
from tests.cluster.staging import Stage
from tests.cluster.stories import Story


@pytest.fixture(scope="module")
def osk(rehearsal: Rehearsal, places: Places, tmp_path_factory: pytest.TempPathFactory) -> Osk:
    """Give the command in a home of its own, which knows the run's cluster by its name."""
    assert rehearsal.directory.parent == places.state
    return at_home(tmp_path_factory.mktemp("home"), places.state)


@pytest.fixture(scope="session")
def story(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Have the uninterrupted deployment of the run, made when the first test asks for it."""
    return Story(stage, tmp_path_factory.mktemp("home"))
