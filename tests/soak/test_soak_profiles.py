"""Bases and combinations of traits that `make test` has no time for, to Ready and back."""

from pathlib import Path

import pytest

from tests.cluster import combinations
from tests.cluster.commands import at_home
from tests.cluster.rehearsing import rehearse
from tests.cluster.staging import Stage
from tests.cluster.test_profiles import HCI, make_ceph, ready_and_gone

pytestmark = [pytest.mark.soak, pytest.mark.cluster]
CHOSEN = [
    *((base,) for base in combinations.BASES),
    ("okd", "ipv6", "ha"),
    ("crc", "dualstack", "multi-cell"),
    ("openshift", "bgp", "multi-cell"),
    ("okd", "ceph", "ha", "tls-public"),
    ("openshift", "hci", "ipv6"),
]


@pytest.mark.parametrize("chosen", CHOSEN, ids=" ".join)
def test_gets_ready_and_goes(stage: Stage, tmp_path: Path, chosen: tuple[str, ...]) -> None:
    """One command brings everything up, another takes it down."""
    osk = at_home(tmp_path, stage.places.state)
    make_ceph(osk.home)
    for name in ("tls.crt", "tls.key", "ca.crt"):  # of tls-public; nothing here looks into them
        (osk.home / name).write_text(f"{name}\n")
    beside = HCI if "hci" in chosen else ""

    done = rehearse(stage, osk, combinations.text("lab", *chosen) + beside)

    print(f"{' '.join(chosen)}: up in {done.seconds[0]:.0f}s, down in {done.seconds[1]:.0f}s")  # noqa: T201  # figures are what soak is for
    ready_and_gone(done)
