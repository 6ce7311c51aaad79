"""The catalogue: documented, and every code shown by a sample."""

import pytest

from openstack_k8s_cli.profile import deploychecks
from openstack_k8s_cli.validation import releases, running
from openstack_k8s_cli.validation.catalogue import RULES, SECTIONS
from openstack_k8s_cli.validation.findings import Finding, Severity
from openstack_k8s_cli.validation.lint import waits
from openstack_k8s_cli.validation.schemas import Schemas
from tests.unit.validation import lint_page, test_lint_rules, test_validation_objects
from tests.unit.validation.samples import items, plane, secret


def test_the_page_is_current() -> None:
    """docs/lint.md is what `python -m tests.unit.validation.lint_page` writes."""
    assert lint_page.page() == lint_page.PAGE.read_text(encoding="utf-8")


def test_every_code_is_in_one_section() -> None:
    """The page leaves out no code and repeats none."""
    listed = [code for _, codes in SECTIONS for code in codes]

    assert sorted(RULES) == sorted(listed)


def test_every_code_has_a_sample() -> None:
    """No rule is without a test that shows its mistake."""
    tables = {each[0] for each in test_lint_rules.CASES}
    objects = {each[-1] for each in test_validation_objects.CASES}
    elsewhere = {
        "OSK0807",
        "OSK0810",
        "OSK0849",
        "OSK0860",
        "OSK0861",
        "OSK0862",
        *(each[1] for each in WAITS),
    }

    assert set(RULES) == tables | objects | elsewhere


WAITS = [
    ("oc wait pod -l a=b --for condition=Ready --timeout=5min", "OSK0880"),
    ("oc -n openstack wait osctlplane controlplane --for condition=Ready", "OSK0881"),
    ("oc wait ns openstack2 --for jsonpath='{.status.phase}'=Active --timeout=60s", "OSK0882"),
    ("oc wait nncp --for jsonpath='{.status.conditions[0].reason}'=Ok --timeout=5m", "OSK0883"),
]


@pytest.mark.parametrize(("line", "code"), WAITS)
def test_waits(line: str, code: str) -> None:
    """A wait that cannot do what it is there for is found, with its stage."""
    document = {"vas": {"hci": {"stages": [{"name": "nncp", "wait_conditions": [line]}]}}}

    (found,) = waits.check(document)

    assert (code, "hci, stage nncp, wait 1") == (found.code, found.where)


@pytest.mark.parametrize("timeout", ["--timeout=5m", "--timeout 1h30m", "--timeout=300s"])
def test_a_good_wait(timeout: str) -> None:
    """A wait for a condition by its type with a duration that kubectl reads is fine."""
    line = f"oc wait nncp --for condition=Available {timeout}"

    assert [] == list(waits.check({"vas": {"hci": {"stages": [{"wait_conditions": [line]}]}}}))


def test_choosing_codes() -> None:
    """Codes are chosen and left out by what they begin with."""
    found = [Finding(code, Severity.ERROR, None, (), "", "") for code in ("OSK0820", "OSK0825", "OSK0870")]

    def codes(select: list[str], ignore: list[str]) -> list[str]:
        return [each.code for each in running.chosen(found, select=select, ignore=ignore)]

    assert ["OSK0820", "OSK0825", "OSK0870"] == codes([], [])
    assert ["OSK0820"] == codes(["OSK082"], ["OSK0825"])
    assert ["OSK0820", "OSK0825"] == codes([], ["OSK0870"])


def test_findings_come_once_in_the_order_of_objects() -> None:
    """Two rules on one object stand together, and what is found twice is told once."""
    broken = {**secret("b"), "data": {"key": "no base64!"}}
    found = running.validate(items(plane(dns="_replaced_"), broken, broken), Schemas())

    assert ["OSK0809", "OSK0864", "OSK0870", "OSK0805", "OSK0861"] == [each.code for each in found]
    assert "all.yaml" == found[0].place


def test_fields_of_a_newer_release_are_one_warning() -> None:
    """Schemas older than the profile's release are said to be so; other unknown fields stay errors."""
    newer, wrong = (
        Finding("OSK0801", Severity.ERROR, None, ("spec", name), "", "")
        for name in ("messagingBus", "fooBar")
    )
    values = {"release": "main", "fields": {"messagingBus": True, "watcher": False}}

    judged = releases.judged([newer, wrong], values)

    assert ["OSK0810", "OSK0801"] == [each.code for each in judged]
    assert "messagingBus" in judged[0].message
    assert [wrong] == releases.judged([wrong], values)
    assert ([wrong], ("messagingBus",)) == releases.divided([newer, wrong], values)


def test_shipped_services_have_those_of_every_release() -> None:
    """What osk's own profiles run on hosts is known to ship, but for what osk renders itself."""
    assert {"bootstrap", "nova", "reboot-os", "ovn"} <= set(deploychecks.SHIPPED)
