"""A cluster gets its own copy of the kept state."""

from pathlib import Path

from openstack_k8s_cli.rehearsal import installing, snapshot
from openstack_k8s_cli.rehearsal.crds import Definitions

DEFINITIONS = Definitions({"a.x.org": {"kind": "CustomResourceDefinition"}})


def keep(cache: Path) -> Path:
    """Put a snapshot into the cache, with a log that is mostly reserved space."""
    folder = cache / f"snapshot-{snapshot._key(DEFINITIONS, BINARY)}" / "member"
    folder.mkdir(parents=True)
    with (folder / "0.wal").open("wb") as log:
        log.write(b"entry" + bytes(64 * 1024 * 20) + b"end")
        log.truncate(64 * 1024 * 40)
    return folder / "0.wal"


BINARY = Path("controlplane-0123/controlplane")


def restore(directory: Path, cache: Path) -> list[str]:
    """Restore, and give what was told."""
    told: list[str] = []
    snapshot.restore(directory, DEFINITIONS, binary=BINARY, cache=cache, progress=told.append)
    return told


def test_a_kept_snapshot_is_copied(tmp_path: Path) -> None:
    """Byte for byte, without starting anything; what etcd only reserved takes no space."""
    log = keep(tmp_path / "cache")
    told = restore(tmp_path, tmp_path / "cache")

    copied = tmp_path / "etcd" / "member" / "0.wal"
    assert [] == told
    assert log.read_bytes() == copied.read_bytes()
    assert copied.stat().st_blocks * 512 < copied.stat().st_size / 4
    assert 0o600 == copied.stat().st_mode & 0o777


def test_a_cluster_with_state_keeps_it(tmp_path: Path) -> None:
    """A restart goes on with its own objects."""
    keep(tmp_path / "cache")
    (tmp_path / "etcd").mkdir()
    restore(tmp_path, tmp_path / "cache")

    assert [] == list((tmp_path / "etcd").iterdir())


def test_a_copy_that_was_interrupted_is_made_again(tmp_path: Path) -> None:
    """Half of a state would be a broken cluster."""
    log = keep(tmp_path / "cache")
    (tmp_path / "etcd.restoring" / "member").mkdir(parents=True)
    (tmp_path / "etcd.restoring" / "member" / "0.wal").write_text("half")
    restore(tmp_path, tmp_path / "cache")

    assert log.read_bytes() == (tmp_path / "etcd" / "member" / "0.wal").read_bytes()
    assert not (tmp_path / "etcd.restoring").exists()


def test_a_snapshot_is_named_by_all_that_it_is_made_from() -> None:
    """Other CRDs or another program give another one."""
    names = {
        snapshot._key(DEFINITIONS, BINARY),
        snapshot._key(Definitions({}), BINARY),
        snapshot._key(DEFINITIONS, Path("controlplane-4567/controlplane")),
    }

    assert 3 == len(names)


def test_the_bare_cluster_has_what_osk_looks_at() -> None:
    """Its one node is a worker, its version says OpenShift, and every object has a name."""
    bodies = {(body["kind"], body["metadata"]["name"]): body for body in installing.bare_objects()}

    assert "node-role.kubernetes.io/worker" in bodies["Node", "crc"]["metadata"]["labels"]
    assert bodies["ClusterVersion", "version"]["status"]["desired"]["version"].startswith("4.")
    assert {
        ("Namespace", "openshift-marketplace"),
        ("DNS", "default"),
        ("Network", "cluster"),
    } <= bodies.keys()
