"""The faults file is read, and refused with advice where it is wrong."""

import os
from pathlib import Path

import pytest

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.rehearsal.simulators import faults
from openstack_k8s_cli.rehearsal.simulators.faults import Trouble


def test_reads_what_its_page_shows(tmp_path: Path) -> None:
    """Every form of the documented example is understood."""
    lines = [line for line in (faults.__doc__ or "").splitlines() if line.startswith("    ")]
    (tmp_path / "faults.yaml").write_text("\n".join(line[4:] for line in lines))
    read = faults.read(tmp_path / "faults.yaml")

    assert set(Trouble) == {each.fault for each in read.faults}


def test_names_narrow(tmp_path: Path) -> None:
    """A fault with a name hits that object only, one without hits all of the kind."""
    (tmp_path / "faults.yaml").write_text(
        "faults: [{fault: error, kind: Galera, name: a}, {fault: never-ready, kind: Swift}]"
    )
    read = faults.read(tmp_path / "faults.yaml")

    assert read.of("Galera", "a", Trouble.ERROR) is not None
    assert read.of("Galera", "b", Trouble.ERROR) is None
    assert read.of("Swift", "any", Trouble.NEVER_READY) is not None
    assert read.of("Swift", "any", Trouble.ERROR) is None


@pytest.mark.parametrize(
    "text",
    [
        "faults: [{fault: nonsense, kind: A}]",
        "faults: [{fault: error, kind: A, until: 3}]",
        "faults: {",
        "[]: 1",
    ],
)
def test_refuses_with_advice(tmp_path: Path, text: str) -> None:
    """A file that is wrong is refused by its path, with advice."""
    (tmp_path / "faults.yaml").write_text(text)
    with pytest.raises(OskError) as refused:
        faults.read(tmp_path / "faults.yaml")

    problem = refused.value.problems[0]
    assert str(tmp_path / "faults.yaml") == problem.subject
    assert problem.advice


def written(path: Path, text: str, at: int) -> None:
    """Write a file at a moment of its own."""
    path.write_text(text)
    os.utime(path, (at, at))


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    """Only then; one that is wrong, or gone, leaves the faults as they were and is told once."""
    said: list[str] = []
    path = tmp_path / "faults.yaml"
    file = faults.FaultsFile(path, warn=said.append)
    seen = []
    for at, text in enumerate(("faults: [{fault: error, kind: A}]", "faults: {", "faults: []"), start=1):
        written(path, text, at)
        seen += [(file.changed(), len(file.faults.faults)), (file.changed(), len(file.faults.faults))]

    assert [(True, 1), (False, 1), (False, 1), (False, 1), (True, 0), (False, 0)] == seen
    assert 1 == len(said)
    assert "OSK0960" in said[0] or "faults file" in said[0]


def test_an_order_holds_from_when_it_is_written(tmp_path: Path) -> None:
    """Whoever asks has it, also before the next look for changes, which tells of it all the same."""
    path = tmp_path / "faults.yaml"
    path.write_text("faults: []")
    file = faults.FaultsFile(path, warn=pytest.fail)
    first = file.changed()
    at = path.stat().st_mtime_ns
    path.write_text("faults: [{fault: error, kind: A}]")
    os.utime(path, ns=(at, at))  # two writes within one tick of the kernel's clock

    assert (False, 1, True) == (first, len(file.faults.faults), file.changed())


def test_no_file_is_no_fault() -> None:
    """Most clusters have none."""
    file = faults.FaultsFile(None, warn=pytest.fail)

    assert (False, faults.NONE) == (file.changed(), file.faults)
