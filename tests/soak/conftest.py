"""The long variants look at the same deployment as the short ones."""

import pytest

from tests.cluster.staging import Stage
from tests.cluster.stories import Story


@pytest.fixture(scope="session")
def story(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Have the uninterrupted deployment of the run."""
    return Story(stage, tmp_path_factory.mktemp("home"))
