"""docs/parity.md and the list of differences on purpose that it is made from."""

import re

from tests.unit.profile.importers import parity_page


def test_the_page_has_every_difference() -> None:
    """After a change of the list run `python -m tests.unit.profile.importers.parity_page`."""
    _, _, rest = parity_page.PAGE.read_text(encoding="utf-8").partition(f"{parity_page.BEGIN}\n")
    written, _, _ = rest.partition(f"\n{parity_page.END}")

    assert written == parity_page.markdown()


def test_every_difference_is_exact_and_has_a_reason() -> None:
    """Each names a kind and a field that can be read as patterns, none covers everything, and stands in a group."""
    for row in parity_page.rows():
        re.compile(row.thing)
        re.compile(row.field)
        assert re.match(r"\^?\(?[A-Z][A-Za-z0-9]+", row.thing), row
        assert re.search(r"[A-Za-z]{3}", row.field), row
        assert len(row.reason) > 15, row
        assert row.group, row


def test_no_difference_stands_twice() -> None:
    """One line a difference."""
    listed = [(row.case, row.thing, row.field) for row in parity_page.rows()]

    assert sorted(set(listed)) == sorted(listed)
