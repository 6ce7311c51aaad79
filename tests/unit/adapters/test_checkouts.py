"""Looking at a folder that is to be mounted."""

from pathlib import Path

from openstack_k8s_cli.adapters import checkouts

WANTED = ("neutron", "neutron/__init__.py", "setup.py")


def test_a_folder_is_seen_as_others_see_it(tmp_path: Path) -> None:
    """What is there of it, what others may not read, and what this machine exports, blanks in names too."""
    (tmp_path / "neutron").mkdir()
    for folder in (tmp_path, tmp_path / "neutron"):
        folder.chmod(0o755)  # whatever the umask is
    secret = tmp_path / "neutron" / "__init__.py"
    secret.touch(mode=0o600)
    exports = tmp_path / "etab"
    exports.write_text("/src\t192.168.130.0/24(ro,sync)\n/my\\040source\t*(ro)\n")
    found = checkouts.look(tmp_path, WANTED, exports)
    secret.chmod(0o644)
    opened = checkouts.look(tmp_path, WANTED, tmp_path / "none")

    assert {"neutron", "neutron/__init__.py"} == found.present
    assert (str(secret),) == found.closed
    assert ("/src", "/my source") == found.exports
    assert ((), ()) == (opened.closed, opened.exports)


def test_a_folder_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    """So it is no checkout of anything."""
    assert frozenset() == checkouts.look(tmp_path / "none", WANTED).present
