"""Profiles and the catalogue on disk."""

import os
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters.files import ProfileFiles, catalogue, write_whole
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.profile.loading import load
from tests.fakes.profiles import HEAD


def write(path: Path, text: str) -> Path:
    """Write a file and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refused(name: str) -> tuple[str, str | None]:
    """Give code and summary of the problem with a file."""
    with pytest.raises(OskError) as caught:
        ProfileFiles().read(name, None)
    (problem,) = caught.value.problems
    assert caught.value.exit_code is ExitCode.USAGE
    assert problem.advice
    return problem.code, problem.summary


def test_a_file_extends_its_neighbours(tmp_path: Path) -> None:
    """Paths count from the folder of the file that has them, whatever the working directory is."""
    write(tmp_path / "shared/low.yaml", f"{HEAD}name: low\nextends: crc\ndataplane: {{user: low}}\n")
    lab = write(tmp_path / "labs/lab.yaml", f"{HEAD}name: lab\nextends: ../shared/low.yaml\n")

    loaded = load(str(lab), reader=ProfileFiles())

    assert (loaded.name, loaded.values["dataplane"]["user"]) == ("lab", "low")


def test_a_circle_over_links_is_found(tmp_path: Path) -> None:
    """Two names of one file are one profile."""
    lab = write(tmp_path / "lab.yaml", f"{HEAD}name: lab\nextends: ./other.yaml\n")
    (tmp_path / "other.yaml").symlink_to(lab)

    with pytest.raises(OskError) as caught:
        load(str(lab), reader=ProfileFiles())

    assert [problem.code for problem in caught.value.problems] == ["OSK0105"]


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """Absent, a folder, not text: each is one clear problem."""
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    found = [refused(str(path)) for path in (tmp_path / "no.yaml", tmp_path, binary)]

    assert {code for code, _ in found} == {"OSK0104"}
    assert "No such file" in str(found[0][1])
    assert "UTF-8" in str(found[2][1])


def test_an_endless_file_ends() -> None:
    """A device is not read to its end, which never comes."""
    assert refused("/dev/zero") == (
        "OSK0104",
        "The file `/dev/zero` cannot be read: it is larger than 1000000 characters",
    )


@pytest.mark.parametrize(
    ("name", "code", "why"),
    [
        ("loop.yaml", "OSK0104", "symbolic links"),
        ("~nobody-of-that-name/lab.yaml", "OSK0104", "home folder"),
        ("x" * 300, "OSK0103", "no profile"),
        ("x" * 300 + ".yaml", "OSK0104", "too long"),
        ("./a\0.yaml", "OSK0104", "null byte"),
        ("./\udcff.yaml", "OSK0104", "No such file"),
    ],
)
def test_a_name_that_cannot_be_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str, why: str
) -> None:
    """Names that the system itself rejects are wrong input, no fault of osk's."""
    monkeypatch.chdir(tmp_path)
    Path("loop.yaml").symlink_to("loop.yaml")

    found, summary = refused(name)

    assert (found, why in str(summary)) == (code, True)


def test_an_unknown_built_in_has_the_nearest_name() -> None:
    """`osk -p crcc` is told of crc; a path is not taken for a release."""
    with pytest.raises(OskError) as caught:
        ProfileFiles().read("crcc", None)
    assert caught.value.problems[0].advice[0].text == "Did you mean `crc`?"

    with pytest.raises(OskError):
        ProfileFiles().release("../crc")


def test_the_catalogue_is_read_by_path(tmp_path: Path) -> None:
    """Every file, by its path in the catalogue, in order; hidden ones left out."""
    write(tmp_path / "b/two.yaml.j2", "2")
    write(tmp_path / "a/one.yaml", "1")
    write(tmp_path / ".hidden", "x")

    assert list(catalogue(tmp_path).items()) == [("a/one.yaml", "1"), ("b/two.yaml.j2", "2")]


def test_writing_keeps_mode_and_link(tmp_path: Path) -> None:
    """The file behind a link is replaced in one stroke, and stays as private as it was."""
    target = write(tmp_path / "real.yaml", "old\n")
    target.chmod(0o600)
    link = tmp_path / "osk.yaml"
    link.symlink_to(target)

    write_whole(link, "new\n")

    assert (target.read_text(encoding="utf-8"), target.stat().st_mode & 0o777, link.is_symlink()) == (
        "new\n",
        0o600,
        True,
    )
    assert sorted(each.name for each in tmp_path.iterdir()) == ["osk.yaml", "real.yaml"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Nothing is made, and the problem names the file."""
    path = tmp_path / "no" / "osk.yaml"

    with pytest.raises(OskError) as caught:
        write_whole(path, "x")

    assert (caught.value.problems[0].code, caught.value.problems[0].subject) == ("OSK0104", os.fspath(path))
