"""`osk hosts add`: what is asked before anything is written."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from openstack_k8s_cli.cli import staffing
from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.workflows.planning import Preview
from tests.unit.workflows import fleets


@dataclass
class Changed:
    """A session whose profile was changed otherwise since it was deployed; its own work, profiles and what they recall."""

    written: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    profile_name: str = "lab.yaml"
    differs: bool = True

    @property
    def work(self) -> "Changed":
        return self

    @property
    def profiles(self) -> "Changed":
        return self

    def recollection(self) -> "Changed":
        return self

    def preview(self, _target: Any) -> Preview:
        _, facts, plan = fleets.planned()
        return Preview(plan, facts, ())

    def tell(self, text: str) -> None:
        self.said.append(text)

    def grow(self, name: str, nodeset: str, number: int, *, dry: bool = False) -> list[str]:
        self.written += [] if dry else [name]
        return [f"{nodeset}-{each}" for each in range(number)]


def test_nothing_is_written_before_the_answer() -> None:
    """Nobody can be asked: the profile's file is as it was, so that the same command with --yes adds no more than it says."""
    session: Any = Changed()
    with pytest.raises(OskError) as caught:
        list(staffing.add(session, "compute", 2, yes=False, skip_checks=True))

    assert "OSK1003" == caught.value.problems[0].code
    assert session.said
    assert [] == session.written
