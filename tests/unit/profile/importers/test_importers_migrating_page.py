"""docs/migrating.md says what the import does."""

import re

from openstack_k8s_cli.cli.tree import COMMANDS
from openstack_k8s_cli.profile import outline, paths
from openstack_k8s_cli.profile.importers import mapping
from openstack_k8s_cli.profile.importers.rules import Fate, Rule, Target
from tests.unit.profile.importers import migrating_page

EVERYTHING: tuple[Rule | Target, ...] = (
    *(each for listed in mapping.RULES.values() for each in listed),
    *(each for listed in mapping.TARGETS.values() for each in listed),
)


def test_the_page_has_the_mapping() -> None:
    """After a change of the mapping run `python -m tests.unit.profile.importers.migrating_page`."""
    _, _, rest = migrating_page.PAGE.read_text(encoding="utf-8").partition(f"{migrating_page.BEGIN}\n")
    written, _, _ = rest.partition(f"\n{migrating_page.END}")

    assert written == migrating_page.markdown()


def test_commands_that_take_something_over_are_there() -> None:
    """What is carried over names a command that osk has."""
    named = {
        word
        for each in EVERYTHING
        if each.fate is Fate.CARRIED
        for word in re.findall(r"^osk ([a-z]\S*)", each.place)
    }

    assert set() == named - set(COMMANDS)


def test_paths_that_take_something_over_are_there() -> None:
    """What is carried over names paths that profiles have."""
    placed = {
        each.place for each in EVERYTHING if each.fate is Fate.CARRIED and re.fullmatch(r"[\w.]+", each.place)
    }

    assert [] == [path for path in sorted(placed) if outline.find(paths.parse(path)) is None]


def test_what_is_not_carried_says_why() -> None:
    """Nothing is lost or called needless without a reason, and what is lost has a nearest replacement."""
    assert [] == [
        each
        for each in EVERYTHING
        if (each.fate in {Fate.LOST, Fate.NEEDLESS} and not each.note)
        or (each.fate is Fate.LOST and not each.place)
    ]
