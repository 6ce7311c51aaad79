"""What holds for the whole test run: its one rehearsal cluster, and which tests share a process."""

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.cluster.staging"]

_CLUSTER = Path(__file__).parent / "cluster"
_STANDING = (
    "test_main_job",
    "test_looking",
    "test_taking",
    "test_hooks_and_services",
    "test_dev",
    "test_dev_run",
    "test_redeploy",
    "test_dev_images",
    "test_dev_undoing",
    "test_testing",
    "test_profiles_dry_run",
    "test_hosts",
)
"""Modules that look at a deployment that stands, and leave it standing but for the first and the last."""
_BESIDE = ("test_main_job_troubles", "test_dataplane_failing", "test_rehearsal_lifecycle")
"""Modules of clusters that are all their own: these go beside the run's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the modules of a standing deployment come one after another, which saves four deployments."""
    for item in items:
        if item.path.is_relative_to(_CLUSTER):
            item.add_marker(pytest.mark.cluster)
    items.sort(key=lambda item: _STANDING.index(item.path.stem) if item.path.stem in _STANDING else -1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Keep together what shares something: all tests of the cluster, and of the others those of a module."""
    return _Halves(config, log)


class _Halves(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """What `make test` gives its two processes; xdist's own groups (3.8) are not heeded by pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        shared = file.startswith(("tests/cluster/", "tests/contract/")) and Path(file).stem not in _BESIDE
        return "cluster" if shared else file
