"""That no variable of install_yamls is unknown to the import."""

from pathlib import Path

from openstack_k8s_cli.profile.importers import mapping
from openstack_k8s_cli.profile.importers.rules import Fate

LISTED = Path(__file__).parent / "variables.txt"


def named() -> tuple[frozenset[str], frozenset[str]]:
    """Give the variables that most users set, and all others."""
    text = "\n".join(line for line in LISTED.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    important, _, others = text.partition("\n\n")
    return frozenset(important.split()), frozenset(others.split())


def test_what_most_users_set_has_a_place() -> None:
    """Each is carried over, or osk does without it; none is lost, and none waits for something to be built."""
    important, _ = named()
    fates = {name: rule.fate for rules in mapping.RULES.values() for rule in rules for name in rule.variables}

    assert len(important) > 30
    assert {
        name: fates.get(name) for name in important if fates.get(name) not in (Fate.CARRIED, Fate.NEEDLESS)
    } == {}


def test_every_variable_is_known() -> None:
    """A variable without a row would be taken for a misspelling of another."""
    important, others = named()

    assert len(others) > 450
    assert (important | others) - mapping.variables() == frozenset()


def test_nearly_all_of_a_clouds_variables_have_a_place() -> None:
    """Of those that are not for the host and its virtual machines, 95 of 100 are carried over or needless."""
    fates = [
        rule.fate
        for subject, rules in mapping.RULES.items()
        if subject not in {"The host and its virtual machines", "Labs"}
        for rule in rules
        for _ in rule.variables
    ]

    assert len(fates) > 450
    assert sum(fate in (Fate.CARRIED, Fate.NEEDLESS) for fate in fates) / len(fates) >= 0.95
