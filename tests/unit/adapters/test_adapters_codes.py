"""Compiled templates in the user's cache: whole, private, and never worth a failure."""

import fcntl
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openstack_k8s_cli.adapters import codes
from openstack_k8s_cli.adapters.codes import KeptCodes
from openstack_k8s_cli.components.expressions import Sandbox

TEXT = "{{ 6 * 7 }}"


def _kept(cache: Path, *texts: str) -> KeptCodes:
    """Keep what some texts compile to."""
    kept = KeptCodes(cache)
    for text in texts:
        Sandbox(kept.codes).from_string(text)
    kept.save()
    return kept


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Give a cache that knows one text."""
    _kept(tmp_path, TEXT)
    return tmp_path


@pytest.fixture
def file(cache: Path) -> Path:
    """Give the file of the cache."""
    [found] = (cache / "templates").iterdir()
    return found


def test_the_next_run_compiles_nothing(cache: Path) -> None:
    """What one run made, the next one finds, and it renders the same."""
    later = KeptCodes(cache)

    assert "42" == Sandbox(later.codes).from_string(TEXT).render()
    assert set() == later.codes.made


def test_only_what_is_needed_is_loaded(cache: Path) -> None:
    """What other runs made stays as it is written, and is written again as it was."""
    before = _kept(cache, "other").codes.used.keys()
    later = KeptCodes(cache)
    Sandbox(later.codes).from_string(TEXT)
    _kept(cache, "third")

    assert (2, 1) == (len(later.codes.earlier), len(later.codes.used))
    assert before < KeptCodes(cache).codes.earlier.keys()
    assert all(
        Sandbox(KeptCodes(cache).codes).from_string(each).render() for each in (TEXT, "other", "third")
    )


def test_what_is_known_stays_beside_what_is_new(cache: Path) -> None:
    """A run with other texts adds to the file."""
    _kept(cache, "other")

    assert 2 == len(KeptCodes(cache).codes.earlier)


def test_nothing_is_written_where_nothing_is_new(file: Path) -> None:
    """A run that compiled nothing leaves the file as it is."""
    before = file.stat()

    _kept(file.parent.parent, TEXT)

    assert before == file.stat()


def test_only_the_user_can_read_it(file: Path) -> None:
    """Folder and file are this user's alone."""
    assert (0o700, 0o600) == (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777)


def _folder_open(file: Path) -> None:
    file.parent.chmod(0o755)


def _folder_linked(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))
    file.parent.symlink_to("elsewhere")


def _file_open(file: Path) -> None:
    file.chmod(0o666)


def _file_linked(file: Path) -> None:
    file.rename(file.parent.parent / "elsewhere")
    file.symlink_to("../elsewhere")


def _file_named_twice(file: Path) -> None:
    (file.parent.parent / "elsewhere").hardlink_to(file)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def _torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _turned(file: Path) -> None:
    written = bytearray(file.read_bytes())
    written[len(written) // 2] ^= 1
    file.write_bytes(written)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _of_another_python(file: Path) -> None:
    file.write_bytes(b"osk codes 2 ????" + file.read_bytes()[16:])


@pytest.mark.parametrize(
    "spoil",
    [
        *(_folder_open, _folder_linked, _file_open, _file_linked, _file_named_twice, _pipe),
        *(_torn, _turned, _empty, _of_another_python),
    ],
)
def test_what_may_be_another_s_or_is_not_whole_is_not_run(file: Path, spoil: Callable[[Path], None]) -> None:
    """A file that others can have written, a link, and a damaged one are as good as none."""
    cache = file.parent.parent
    spoil(file)

    assert not KeptCodes(cache).codes.earlier
    assert "42" == Sandbox(_kept(cache, TEXT).codes).from_string(TEXT).render()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("part", ["file", "folder"])
def test_what_another_user_owns_is_not_run(file: Path, part: str) -> None:
    """Under `sudo` with the home of another user, nothing of that user's is run as root."""
    os.chown(file if part == "file" else file.parent, 12345, 12345)

    assert not KeptCodes(file.parent.parent).codes.earlier


@pytest.mark.parametrize("spoil", [_torn, _turned, _empty, _file_open, _file_linked])
def test_a_bad_file_is_replaced(file: Path, spoil: Callable[[Path], None]) -> None:
    """The next run puts a good one in its place."""
    spoil(file)
    _kept(file.parent.parent, TEXT)

    assert 1 == len(KeptCodes(file.parent.parent).codes.earlier)


def test_what_a_killed_run_left_is_taken_away(file: Path) -> None:
    """A half-written file beside the good one neither stays nor hinders."""
    (file.parent / codes._PARTIAL).write_bytes(b"half")
    _kept(file.parent.parent, "other")

    assert [file] == list(file.parent.iterdir())
    assert 2 == len(KeptCodes(file.parent.parent).codes.earlier)


def test_of_two_that_write_one_goes_on(file: Path) -> None:
    """A run that finds another one writing leaves it to that one."""
    before = file.read_bytes()
    descriptor = os.open(file.parent, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    _kept(file.parent.parent, "other")
    os.close(descriptor)

    assert before == file.read_bytes()


def test_many_runs_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    """Whoever reads while others write finds a whole file or none."""

    def run(number: int) -> bool:
        _kept(tmp_path, f"{number}")
        return "42" == Sandbox(KeptCodes(tmp_path).codes).from_string(TEXT).render()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(64)))
    _kept(tmp_path, "last")

    assert KeptCodes(tmp_path).codes.earlier
    assert 1 == len(list((tmp_path / "templates").iterdir()))


def test_what_was_not_used_goes_when_there_is_too_much(cache: Path) -> None:
    """With very many texts a run keeps those that it used, and no file grows without end."""
    texts = [f"{number}" for number in range(codes._MOST)]
    _kept(cache, *texts)

    assert codes._MOST == len(KeptCodes(cache).codes.earlier)


@pytest.mark.parametrize("place", ["/dev/null", "/proc/nowhere", "/sys"])
def test_a_cache_that_cannot_be_written_is_no_hindrance(place: str) -> None:
    """Without a cache everything is compiled, and nothing is said."""
    assert "42" == Sandbox(_kept(Path(place), TEXT).codes).from_string(TEXT).render()
