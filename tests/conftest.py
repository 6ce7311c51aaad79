"""What holds for the whole test run: its one rehearsal cluster, and which tests share a process."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.cluster.staging"]

_CLUSTER = Path(__file__).parent / "cluster"
_STANDING = (
    "test_main_job",
    "test_looking",
    "test_taking",
    "test_hooks_and_services",
    "test_testing",
    "test_profiles_dry_run",
    "test_hosts",
)
"""Modules that look at a deployment that stands, and leave it standing but for the first and the last."""


@pytest.hookimpl(tryfirst=True)  # before xdist puts the groups into the names
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares something: all tests of the cluster, and of the others those of a module.

    Those of a standing deployment come one after another, which saves four deployments.
    `make test` runs two processes (`--dist loadgroup`); the largest group, after the quick ones of the architecture, is the cluster's.
    """
    for item in items:
        if item.path.is_relative_to(_CLUSTER):
            item.add_marker(pytest.mark.cluster)
        group = "cluster" if item.get_closest_marker("cluster") else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: _STANDING.index(item.path.stem) if item.path.stem in _STANDING else -1)
