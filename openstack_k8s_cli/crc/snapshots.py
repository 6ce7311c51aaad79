"""Copies of CRC's machine, made while it is off: of its disk and of the small files that belong to that.

No memory is kept: a machine with shared directories cannot be saved running on most hosts, and a cluster that wakes
as if no time had passed is a broken one. What there is stands in one index, which is written in one stroke.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from openstack_k8s_cli.crc import disks
from openstack_k8s_cli.crc.ports import Host, home
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

DISK = "crc.qcow2"
_FORM = "config.json"
_PARTIAL = ".osk-partial"
_SMALL = (
    _FORM,
    "kubeconfig",
    "kubeadmin-password",
    *(f"id_{kind}{more}" for kind in ("ed25519", "ecdsa", "rsa") for more in ("", ".pub")),
)
_ENGLISH = {"LC_ALL": "C"}
_GIB = 1024**3
_YOUNG = 25 * 3600.0
"""Seconds that certificates of a cluster last at least, which does not tell how long its own do."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One of CRC and the hosts together."""

    name: str
    made: float
    """When it was begun, in seconds since the epoch."""
    until: float
    """When the first certificate in it runs out."""
    bundle: str
    """The disk is only the difference to this one's."""
    profile: str
    machines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By host, the volumes that were copied."""
    whole: bool = False
    was_running: bool = False
    """Whether the cloud is to be woken once it is whole, and was not yet."""
    disks: tuple[str, ...] = ()
    """The files of further disks of CRC."""

    @classmethod
    def usable(cls, made: float, until: float | None) -> float:
        """Give how long one can be used."""
        return until if until is not None else made + _YOUNG


@dataclass(frozen=True, slots=True)
class Index:
    """All that there are."""

    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    restoring: str | None = None
    """The one that was being put back when something came between."""

    def having(self, snapshot: Snapshot) -> "Index":
        """Give it with one more, or another state of one."""
        return replace(self, snapshots={**self.snapshots, snapshot.name: snapshot})

    def without(self, name: str) -> "Index":
        """Give it without one."""
        left = {key: each for key, each in self.snapshots.items() if key != name}
        return Index(left, None if self.restoring == name else self.restoring)


def read(host: Host) -> Index:
    """Read what there is; raises OskError (exit 4) where that cannot be made out."""
    text = host.read(_index(host))
    if text is None:
        return Index()
    try:
        told = json.loads(text)
        found = [
            Snapshot(
                **{
                    **each,
                    "machines": {name: tuple(some) for name, some in each["machines"].items()},
                    "disks": tuple(each.get("disks", ())),
                }
            )
            for each in told["snapshots"]
        ]
    except (ValueError, TypeError, KeyError) as error:
        advice = Advice("Look at it; without it there are no snapshots, and their folders can be deleted")
        problem = Problem(
            "OSK1355", f"The list of snapshots cannot be read: {error}", _index(host), None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED) from error
    return Index({each.name: each for each in found}, told.get("restoring"))


def write(host: Host, index: Index) -> None:
    """Write it in one stroke."""
    told = {"snapshots": [asdict(each) for each in index.snapshots.values()], "restoring": index.restoring}
    host.write(_index(host), json.dumps(told, indent=1).encode(), 0o600)


def pending(host: Host) -> str | None:
    """Name the one that was put back only in part; a machine that is gone is half of none."""
    name = read(host).restoring
    return name if name and _is_there(host, f"{_machine(host)}/{_FORM}") else None


def settle(host: Host) -> None:
    """Forget that one was put back only in part where the machine of that is gone."""
    index = read(host)
    if index.restoring and not pending(host):
        write(host, replace(index, restoring=None))


def giving_up(name: str) -> Advice:
    """Say how it goes on with what there is, where one cannot be put back to the end."""
    text = "Or give it up, and take CRC and the hosts as they are, of different times"
    return Advice(text, f"osk crc snapshot delete {name} --force")


def check(host: Host) -> None:
    """Refuse to start a machine that is half another's; raises OskError (exit 4)."""
    name = pending(host)
    if name:
        advice = (Advice("Finish it", f"osk crc snapshot restore {name}"), giving_up(name))
        summary = f"The snapshot `{name}` was put back only in part"
        raise OskError(Problem("OSK1359", summary, name, None, advice), exit_code=ExitCode.REFUSED)


def further(host: Host) -> tuple[str, ...]:
    """Name the files of further disks that the machine has."""
    return tuple(_further(host, _machine(host)))


def lost(host: Host, snapshot: Snapshot) -> tuple[str, ...]:
    """Name the files of a copy that are gone, without which it is no machine."""
    folder = _folder(host, snapshot.name)
    paths = (f"{folder}/{each}" for each in (DISK, *snapshot.disks, _FORM))
    return tuple(path for path in paths if not _is_there(host, path))


def lacking(host: Host, *, source: str | None = None) -> int:
    """Tell how many GiB are missing for a copy of the disk, or of the one of a snapshot; 0: none."""
    place = _folder(host, source) if source else _machine(host)
    sizes = [
        _number(host, "du", "--block-size", str(_GIB), f"{place}/{each}")
        for each in (DISK, *_further(host, place))
    ]
    room = _number(host, "df", "--block-size", str(_GIB), "--output=avail", _machine(host))
    known = [each for each in sizes if each is not None]
    return max(0, sum(known) + 1 - room) if known and room is not None else 0


def take(host: Host, name: str) -> None:
    """Copy the machine that is off; raises OskError (exit 7)."""
    _copy(host, _machine(host), _folder(host, name))


def put_back(host: Host, name: str, begun: Callable[[], object]) -> None:
    """Put a copy in the machine's place; `begun` is called right before the first file is. Raises OskError (exit 7)."""
    _copy(host, _folder(host, name), _machine(host), begun)


def delete(host: Host, name: str) -> None:
    """Delete the copy."""
    _do(host, "rm", "-r", "-f", _folder(host, name))


def _copy(host: Host, source: str, target: str, begun: Callable[[], object] = tuple) -> None:
    """Copy all beside what is there, and only then put it in its place, each file in one stroke."""
    _do(host, "mkdir", "-p", target)
    names = (DISK, *_further(host, source), *_there(host, source))
    for name in names:
        partial = f"{target}/{name}{_PARTIAL}"
        _do(host, "cp", "--reflink=auto", "--sparse=always", "--preserve=mode", f"{source}/{name}", partial)
    begun()
    for name in names:
        _do(host, "mv", f"{target}/{name}{_PARTIAL}", f"{target}/{name}")


def _further(host: Host, folder: str) -> Iterator[str]:
    """Name the files of further disks."""
    line = ["find", folder, "-maxdepth", "1", "-name", disks.PATTERN, "-printf", "%f\\n"]
    yield from sorted(host.run(line, env=_ENGLISH).stdout.split())


def _there(host: Host, folder: str) -> Iterator[str]:
    return (name for name in _SMALL if _is_there(host, f"{folder}/{name}"))


def _is_there(host: Host, path: str) -> bool:
    return host.run(["test", "-e", path]).exit_code == 0


def _do(host: Host, *argv: str) -> None:
    ran = host.run(argv, env=_ENGLISH)
    if ran.exit_code:
        advice = (
            Advice("Mend what it says: the disk must be yours to read, and have room"),
            Advice("Then run the same command again: it goes on from there"),
        )
        problem = Problem(
            "OSK1358", "The machine's files cannot be copied", argv[-1], ran.stderr.strip(), advice
        )
        raise OskError(problem, exit_code=ExitCode.FAILED)


def _number(host: Host, *argv: str) -> int | None:
    words = host.run(argv, env=_ENGLISH).stdout.split()
    return next((int(each) for each in words if each.isdigit()), None)


def _machine(host: Host) -> str:
    return f"{home(host)}/.crc/machines/crc"


def _folder(host: Host, name: str) -> str:
    return f"{home(host)}/.crc/osk-snapshots/{name}"


def _index(host: Host) -> str:
    return f"{home(host)}/.crc/osk-snapshots/index.json"
