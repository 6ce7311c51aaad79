"""An NFS server as a profile has it, and what a look at a machine tells of one (playbooks/nfs.sh)."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from openstack_k8s_cli.dataplane.making import looks
from openstack_k8s_cli.model.problems import AGAIN, Advice, Problem

_PAGE = "docs/labs.md"
_OPTIONS = "rw,sync,no_root_squash,no_subtree_check"
_OPENED = "# osk opened the firewall: "
_MADE = "# osk made: "
"""Before a folder that is not exported any more, since the profile names another, and goes with the others."""
_NETWORKS = ("ctlplane", "storage")
"""Those that have clients: the hosts' images and disks, and the services' volumes."""
_MANAGERS = frozenset({"dnf", "apt-get", "zypper"})


@dataclass(frozen=True, slots=True)
class Server:
    """What is exported, and to whom."""

    profile: str
    path: str
    names: tuple[str, ...]
    clients: tuple[str, ...]
    zone: str

    @property
    def file(self) -> str:
        """Name the file with the exports, which is read with all of its kind."""
        return f"/etc/exports.d/osk-{self.profile}.exports"

    @property
    def mark(self) -> str:
        """Name the file that says whose the folder is."""
        return f"{self.path}/.osk"

    @property
    def folders(self) -> tuple[str, ...]:
        """Name the folders that are exported."""
        return tuple(f"{self.path}/{name}" for name in self.names)

    @property
    def exports(self) -> frozenset[tuple[str, str]]:
        """Give each folder with each of its clients."""
        return frozenset((folder, client) for folder in self.folders for client in self.clients)

    def content(self, *, opened: bool, former: Sequence[str] = ()) -> str:
        """Write the file; what was opened and made for it stands there, so that it can be closed and deleted again."""
        head = [f"# Written by osk for the profile {self.profile}."]
        head += [f"{_OPENED}{self.zone}"] if opened else []
        head += [f"{_MADE}{folder}" for folder in former]
        lines = [
            " ".join([folder, *(f"{client}({_OPTIONS})" for client in self.clients)])
            for folder in self.folders
        ]
        return "\n".join([*head, *lines]) + "\n"


def server(values: Mapping[str, Any]) -> Server:
    """Take it from a profile's filled values."""
    wanted = values["labs"]["nfs"]
    return Server(
        values["name"],
        wanted["path"],
        tuple(wanted["exports"]),
        tuple(wanted["clients"] or dict.fromkeys(_clients(values["networks"]))),
        wanted["zone"] or "",
    )


def _clients(networks: Mapping[str, Any]) -> Iterator[str]:
    for name in _NETWORKS:
        for each in (networks.get(name), *((networks.get(name) or {}).get("subnets") or {}).values()):
            yield from (str(ip_network(text)) for text in (each or {}).get("cidr") or ())


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a look told."""

    sudo: str = ""
    """Why there is none; empty: there is."""
    user: str = ""
    programs: frozenset[str] = frozenset()
    runs: bool = False
    """Whether the server is up, and stays so."""
    content: str = ""
    """Of the file with the exports."""
    owner: str = ""
    """Whose the folder is, by its mark."""
    folders: frozenset[str] = frozenset()
    """What is in the folder."""
    exports: frozenset[tuple[str, str]] = frozenset()
    firewall: str = ""
    shared: bool = False
    """Whether it was opened for another profile's exports as well."""

    @property
    def listed(self) -> tuple[str, ...]:
        """Name the folders that were made, by the file."""
        lines = (each.removeprefix(_MADE) for each in self.content.splitlines())
        return tuple(dict.fromkeys(each.partition(" ")[0] for each in lines if each.startswith("/")))

    @property
    def opened(self) -> str:
        """Name the zone that osk opened, by the file."""
        lines = (each for each in self.content.splitlines() if each.startswith(_OPENED))
        return next((each.removeprefix(_OPENED) for each in lines), "")


def read(output: str) -> Seen:
    """Read what the probe printed."""
    told = looks.told(output)

    def one(key: str) -> str:
        return (told.get(key) or [""])[0]

    sudo = one("sudo")
    return Seen(
        "" if sudo == "yes" else sudo.removeprefix("no ") or "the host tells nothing",
        one("user"),
        frozenset(told.get("program", ())),
        one("unit") == "enabled active",
        b64decode(one("file")).decode(errors="replace"),
        one("mark"),
        frozenset(told.get("folder", ())),
        frozenset(
            (folder, client) for folder, _, client in (line.partition(" ") for line in told.get("export", ()))
        ),
        one("firewall"),
        bool(one("shared")),
    )


def former(wanted: Server, seen: Seen) -> tuple[str, ...]:
    """Name folders that were made before the profile named others."""
    return tuple(each for each in seen.listed if each not in wanted.folders)


def opens(wanted: Server, seen: Seen) -> bool:
    """Tell whether the firewall is osk's to open, or was."""
    return bool(wanted.zone) and (seen.firewall == "closed" or seen.opened == wanted.zone or seen.shared)


def pending(wanted: Server, seen: Seen) -> tuple[str, ...]:
    """Say what is left to do."""
    found = []
    if "exportfs" not in seen.programs:
        found.append("install the NFS server")
    missing = [name for name in wanted.names if name not in seen.folders]
    if missing or seen.owner != wanted.profile:
        found.append(f"make the folders in {wanted.path}: {', '.join(missing) or 'its mark'}")
    if seen.content != wanted.content(opened=opens(wanted, seen), former=former(wanted, seen)):
        found.append(f"write {wanted.file}")
    if opens(wanted, seen) and seen.firewall == "closed":
        found.append(f"open the firewall's zone {wanted.zone}")
    if not seen.runs:
        found.append("start the NFS server")
    if _mounted(wanted, seen) != wanted.exports:
        found.append(f"export them to {', '.join(wanted.clients)}")
    return tuple(found)


def _mounted(wanted: Server, seen: Seen) -> frozenset[tuple[str, str]]:
    return frozenset(
        each for each in seen.exports if each[0].startswith(f"{wanted.path}/") or each[0] in seen.listed
    )


def _places(wanted: Server, seen: Seen) -> Mapping[str, list[str]]:
    """Give all folders, by those that they are in."""
    found: dict[str, list[str]] = {wanted.path: []}
    for each in dict.fromkeys((*wanted.folders, *seen.listed)):
        found.setdefault(each.rpartition("/")[0], []).append(each)
    return found


def remains(wanted: Server, seen: Seen) -> tuple[str, ...]:
    """Say what there is to take away."""
    found = []
    if seen.opened and not seen.shared:
        found.append(f"close the firewall's zone {seen.opened}")
    if seen.content:
        found.append(f"delete {wanted.file}")
    if _mounted(wanted, seen):
        found.append("let nobody mount the folders")
    places = (each for each in _places(wanted, seen) if each != wanted.path or seen.owner == wanted.profile)
    return (*found, *(f"delete the folders in {each}" for each in places))


def variables(wanted: Server, seen: Seen, *, down: bool = False, keeps: bool = False) -> dict[str, Any]:
    """Give what the playbooks know; texts are encoded, so that Ansible takes nothing in them for its own."""
    content = wanted.content(opened=opens(wanted, seen), former=former(wanted, seen))
    rest = "".join(f"{_MADE}{each}\n" for each in seen.listed)
    return {
        "osk_nfs": {
            "file": wanted.file,
            "content": b64encode(content.encode()).decode(),
            "path": wanted.path,
            "mark": wanted.mark,
            "owner": wanted.profile,
            "folders": list(wanted.folders),
            "zone": seen.opened if down else wanted.zone,
            "opens": bool(seen.opened) if down else opens(wanted, seen),
            "keeps": keeps,
            "rest": b64encode(rest.encode()).decode(),
            "places": [
                {"path": path, "mark": f"{path}/.osk", "folders": folders}
                for path, folders in _places(wanted, seen).items()
            ],
        }
    }


def obstacles(wanted: Server, seen: Seen) -> Iterator[Problem]:
    """Say what stands in the way of making the server; all of it, before the first change."""
    yield from unfit(seen)
    if not seen.sudo and not seen.programs & {"exportfs", *_MANAGERS}:
        advice = Advice("Install it there, then run the same command again", page=_PAGE)
        yield Problem(
            "OSK1327",
            "There is no NFS server, and no dnf, apt-get or zypper to install it",
            "labs.nfs",
            None,
            (advice,),
        )
    if not seen.sudo and seen.folders and seen.owner != wanted.profile:
        whose = f"of the profile `{seen.owner}`" if seen.owner else "that osk did not make"
        advice = Advice("Name another one", "osk profile set labs.nfs.path /srv/FOLDER", _PAGE)
        yield Problem(
            "OSK1328", f"There is a folder {whose}, with something in it", wanted.path, None, (advice,)
        )
    if not wanted.clients:
        advice = Advice("Name networks", "osk profile explain labs.nfs.clients", _PAGE)
        yield Problem("OSK1327", "No network may mount anything", "labs.nfs.clients", None, (advice,))


def unfit(seen: Seen) -> Iterator[Problem]:
    """Say why nothing can be done there at all."""
    if seen.sudo:
        who = seen.user or "USER"
        command = f"echo '{who} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/{who}"
        advice = (
            Advice("Let the account become root without a password", command),
            Advice("Or come as another one", f"{AGAIN} --host root@SERVER"),
        )
        yield Problem(
            "OSK1327",
            "An NFS server is root's to make, and the account cannot become root",
            "labs.nfs",
            seen.sudo,
            advice,
        )
