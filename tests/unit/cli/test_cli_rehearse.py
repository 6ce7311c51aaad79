"""What `osk rehearse` says of a cluster that stays."""

import pytest

from openstack_k8s_cli.cli.commands import rehearse


@pytest.mark.parametrize(
    ("name", "down"), [("default", "osk rehearse down"), ("two", "osk rehearse down --rehearsal=two")]
)
def test_a_rehearsal_that_is_kept_says_how_to_end_it(name: str, down: str) -> None:
    """The command that ends a kept cluster ends that one, not the default one."""
    assert f"`{down}`" in rehearse.runs_on(name)
