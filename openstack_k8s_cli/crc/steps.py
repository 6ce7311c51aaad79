"""Facts and wishes → the changes between them, in order; none where nothing differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from openstack_k8s_cli.crc.answers import Machine, expanded
from openstack_k8s_cli.crc.facts import DOMAIN, FOLDER, HostFacts
from openstack_k8s_cli.crc.sizing import DISK, LEAST
from openstack_k8s_cli.crc.wanted import Wanted


class Kind(StrEnum):
    """What a change does."""

    DOWNLOAD = "download"
    DELETE = "delete"
    UNDEFINE = "undefine"
    DISCARD = "discard"
    CLEANUP = "cleanup"
    SET = "set"
    UNSET = "unset"
    SETUP = "setup"
    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the host."""

    kind: Kind
    name: str = ""
    """The setting."""
    becomes: str = ""
    was: str = ""
    """The setting's value now, or why the change is needed."""
    loses: str = ""
    """What is lost by it: it is asked for first."""

    def __str__(self) -> str:
        match self.kind:
            case Kind.SET | Kind.UNSET:
                return f"{self.name}: {self.was or 'not set'} → {self.becomes or 'not set'}"
            case Kind.DOWNLOAD:
                return f"download crc from {self.becomes}"
            case Kind.UNDEFINE:
                return f"virsh undefine {DOMAIN} ({self.was})"
            case Kind.DISCARD:
                return f"delete ~/{FOLDER} ({self.was})"
            case Kind.DELETE | Kind.CLEANUP | Kind.SETUP | Kind.STOP | Kind.START:
                return f"crc {self.kind.value}" + (f" ({self.was})" if self.was else "")


_LOST = "the cluster with everything on it"
_HALF = "it was made half"
_AWHILE = "the cloud for some minutes"


def setup(facts: HostFacts, wanted: Wanted) -> tuple[Change, ...]:
    """Give what makes a host ready for `start`."""
    found: list[Change] = []
    if facts.crc.path is None and wanted.source:
        found.append(Change(Kind.DOWNLOAD, becomes=wanted.source.url))
    why = _other(facts.crc.machine, wanted)
    mode = facts.crc.settings.values.get("network-mode", "user")
    if why:
        found += _gone(facts, why)
    # crc's cleanup takes a machine away, also one that was made in the mode that is wanted
    if facts.crc.is_set_up and mode != wanted.network_mode and (why or not facts.crc.machine):
        found.append(Change(Kind.CLEANUP, was=f"the network mode was {mode}"))
    found += settings(facts, wanted)
    anew = {"preset", "network-mode", "bundle"} & {each.name for each in found}
    if anew or not facts.crc.is_set_up:
        found.append(Change(Kind.SETUP, was=facts.crc.unready if not anew else ""))
    return tuple(found)


def start(facts: HostFacts, wanted: Wanted) -> tuple[Change, ...]:
    """Give what makes the cluster run as wanted, on a host that is set up."""
    machine, running = facts.crc.machine, runs(facts)
    if machine and not facts.crc.is_made:
        return *_unmade(facts), Change(Kind.START)
    halted = facts.crc.is_starting and facts.crc.status.is_down
    if running and (halted or not facts.crc.has_access):
        # crc does nothing more for a machine that runs
        return Change(Kind.STOP, was="its start was not finished"), Change(Kind.START)
    if running and machine and (why := _resized(machine, facts, wanted)):
        return (
            Change(Kind.STOP, was=why, loses=_AWHILE),
            Change(Kind.START),
        )
    return () if running else (Change(Kind.START),)


def restart(*, loses: bool) -> tuple[Change, ...]:
    """Give what makes room for devices that a machine which runs has no slot for."""
    why = "it has no slot for another device while it runs"
    return Change(Kind.STOP, was=why, loses=_AWHILE if loses else ""), Change(Kind.START)


def stop(facts: HostFacts) -> tuple[Change, ...]:
    """Give what stops the machine."""
    return (Change(Kind.STOP),) if runs(facts) else ()


def runs(facts: HostFacts) -> bool:
    """Tell whether the machine runs; where crc's daemon is down, libvirt knows."""
    return facts.crc.status.is_running or facts.libvirt.domains.get(DOMAIN, False)


def delete(facts: HostFacts, *, entirely: bool) -> tuple[Change, ...]:
    """Give what takes the machine away, and with it what `setup` did."""
    found = _gone(facts)
    if entirely and facts.crc.path and (facts.crc.is_set_up or facts.crc.is_half or _is_left(facts)):
        found.append(Change(Kind.CLEANUP))
    return tuple(found)


def _gone(facts: HostFacts, why: str = "") -> list[Change]:
    """Give what takes the machine away: crc deletes none that was not made to its end."""
    if facts.crc.is_made:
        return [Change(Kind.DELETE, was=why, loses=_LOST)]
    if facts.crc.machine:
        return [*_unmade(facts)]
    unknown = Change(Kind.UNDEFINE, was="crc does not know it", loses="a virtual machine")
    return [unknown] if DOMAIN in facts.libvirt.domains else []


def _unmade(facts: HostFacts) -> Iterator[Change]:
    """Give what takes half a machine away; on one that never ran there is nothing."""
    loses = _LOST if facts.crc.has_access or runs(facts) else ""
    if DOMAIN in facts.libvirt.domains:
        yield Change(Kind.UNDEFINE, was=_HALF, loses=loses)
    yield Change(Kind.DISCARD, was=_HALF, loses=loses)


def _is_left(facts: HostFacts) -> bool:
    """Tell whether libvirt has something of crc's."""
    return DOMAIN in facts.libvirt.domains or DOMAIN in facts.libvirt.networks


def settings(facts: HostFacts, wanted: Wanted) -> Iterator[Change]:
    """Compare the settings: the preset first, for the defaults of others hang on it, then the network mode."""
    now = facts.crc.settings.values
    for name, value in goal(facts, wanted).items():
        # a change of the preset sets these back, to what crc's `config view` no longer shows
        was = now.get(name, "")
        if value is None and was:
            yield Change(Kind.UNSET, name, was=was)
        elif value is not None and value != (was or default(name, wanted.preset)):
            yield Change(Kind.SET, name, value, was or default(name, wanted.preset))


def goal(facts: HostFacts, wanted: Wanted) -> Mapping[str, str | None]:
    """Give every setting that osk has in hand, as it should be; None: not set."""
    sizes: dict[str, int] = {
        "cpus": max(LEAST[wanted.preset][0], min(wanted.sizes.cpus, facts.cpus or wanted.sizes.cpus)),
        "memory": wanted.sizes.memory,
        "disk-size": wanted.sizes.disk,
    }
    now = facts.crc.settings.values
    same = now.get("preset", "openshift") == wanted.preset
    for name, least in tuple(sizes.items()):
        known = now.get(name, "")
        if same and name.removesuffix("-size") not in wanted.exact and known.isdigit() and int(known) > least:
            sizes[name] = int(known)  # at least; what someone set higher stays
    paths = {
        name: expanded(path, facts.home)
        for name in ("pull-secret-file", "proxy-ca-file", "bundle")
        if (path := wanted.settings.get(name)) and (name != "bundle" or path.startswith("~/"))
    }
    return {
        "preset": wanted.preset,
        "network-mode": wanted.network_mode,
        **{name: str(value) for name, value in sizes.items()},
        **wanted.settings,
        **paths,
    }


def default(name: str, preset: str) -> str:
    """Give what a setting is unless it is set, by crc's pkg/crc/config/settings.go; `config view` does not show it."""
    cpus, memory = LEAST[preset]
    known = {
        "preset": "openshift",
        "network-mode": "user",
        "cpus": str(cpus),
        "memory": str(memory),
        "disk-size": str(DISK),
        "disable-update-check": "false",
        "enable-cluster-monitoring": "false",
    }
    return known.get(name, "")


def _other(machine: Machine | None, wanted: Wanted) -> str:
    """Say why the machine cannot become what is wanted."""
    if machine is None:
        return ""
    if machine.preset != wanted.preset:
        return f"the preset of the machine is {machine.preset}, not {wanted.preset}"
    if machine.network_mode != wanted.network_mode:
        return f"the network mode of the machine is {machine.network_mode}, not {wanted.network_mode}"
    return ""


def _resized(machine: Machine, facts: HostFacts, wanted: Wanted) -> str:
    """Say how a machine that runs differs from the settings that it would start with."""
    asked = goal(facts, wanted)
    pairs = (("cpus", machine.cpus), ("memory", machine.memory))
    differing = [f"{name} {has} → {asked[name]}" for name, has in pairs if has and str(has) != asked[name]]
    if machine.disk and machine.disk < int(asked["disk-size"] or 0):
        differing.append(f"disk {machine.disk} → {asked['disk-size']}")
    return ", ".join(differing)
