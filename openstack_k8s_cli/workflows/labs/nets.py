"""Networks of libvirt are made and taken away."""

import difflib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from openstack_k8s_cli.dataplane.labs import looks, networks
from openstack_k8s_cli.dataplane.labs.looks import Sight, State
from openstack_k8s_cli.dataplane.labs.networks import Net
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.dataplane.hypervisors import Hypervisor
from openstack_k8s_cli.workflows.telling import Told

PAGE = "docs/labs.md"
_DONE = frozenset({State.MADE, State.DIFFERS, State.THERE})


@dataclass(frozen=True, slots=True)
class Nets:
    """The networks of a profile, and the hypervisor that they are on."""

    there: Hypervisor
    profile: str
    nets: tuple[Net, ...]

    @classmethod
    def of(cls, there: Hypervisor, values: Mapping[str, Any]) -> "Nets":
        """Take them from a profile's filled values."""
        return cls(there, values["name"], networks.wanted(values))

    def look(self) -> Sight:
        """Look at the hypervisor; raises OskError where that is not possible."""
        wishes = [f"uri={self.there.settings['uri']}", "pool=", "boards=", "networks=yes"]
        return looks.read(self.there.look("Making networks", "hypervisor.yaml", wishes))

    def check(self, sight: Sight, chosen: Sequence[Net]) -> None:
        """Refuse what cannot be made, before anything is; raises OskError (exit 4)."""
        problems = looks.obstacles(sight, chosen, self.profile)
        if problems:
            raise OskError(*problems, exit_code=ExitCode.REFUSED)

    def state(self, net: Net, sight: Sight) -> State:
        """Say how a network is."""
        return looks.state(net, sight, self.profile)

    def missing(self, sight: Sight, chosen: Iterable[Net]) -> tuple[Net, ...]:
        """List those that are not there, or were not made to the end."""
        return tuple(each for each in chosen if self.state(each, sight) not in _DONE)

    def leftover(self, sight: Sight) -> tuple[str, ...]:
        """Name networks that were made for the profile and are not in it any more."""
        known = {each.name for each in self.nets}
        mine = (each.name for each in sight.networks.values() if each.profile == self.profile)
        return tuple(sorted({*mine} - known))

    def named(self, words: Sequence[str], left: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the names that words mean, all of them without a word; raises OskError (exit 2)."""
        known = [*dict.fromkeys([*(each.name for each in self.nets), *left])]
        if not known:
            advice = Advice("Say what they are like", "osk profile explain labs.networks", PAGE)
            problem = Problem("OSK1322", "The profile has no networks of libvirt", "labs", None, (advice,))
            raise OskError(problem, exit_code=ExitCode.USAGE)
        for word in words:
            if not any(fnmatchcase(name, word) for name in known):
                near = difflib.get_close_matches(word, known, n=1)
                hint = f"Did you mean `{near[0]}`?" if near else f"There are {', '.join(known)}"
                advice = Advice(hint, "osk host network list")
                problem = Problem(
                    "OSK1322", f"The profile has no network of libvirt `{word}`", word, None, (advice,)
                )
                raise OskError(problem, exit_code=ExitCode.USAGE)
        return tuple(name for name in known if not words or any(fnmatchcase(name, word) for word in words))

    def create(self, missing: Sequence[Net]) -> Iterator[Told]:
        """Make networks; raises OskError in the end for those that failed."""
        forms = {
            each.name: {
                "name": each.name,
                "xml": b64encode(networks.text(each, self.profile).encode()).decode(),
            }
            for each in missing
        }
        yield from self.there.told("network-create.yaml", {"networks": forms}, {})

    def doomed(self, names: Sequence[str], sight: Sight, *, named: bool) -> tuple[str, ...]:
        """Leave out what osk did not make; where it was named, that is a refusal (exit 4)."""
        others = [name for name in names if name in sight.networks and not self._mine(name, sight)]
        if others and named:
            advice = "Take it away yourself, if it is to go"
            problems = [
                Problem(
                    "OSK1320",
                    f"The network `{name}` is none that osk made for this profile",
                    name,
                    None,
                    (Advice(advice, f"virsh net-destroy {name}; virsh net-undefine {name}"),),
                )
                for name in others
            ]
            raise OskError(*problems, exit_code=ExitCode.REFUSED)
        return tuple(name for name in names if name not in others)

    def refuse_used(self, names: Iterable[str], sight: Sight) -> None:
        """Refuse to take away what machines have cards in; raises OskError (exit 4)."""
        problems = looks.in_use(sight, names)
        if problems:
            raise OskError(*problems, exit_code=ExitCode.REFUSED)

    def delete(self, names: Sequence[str], sight: Sight, *, dry: bool) -> Iterator[Told]:
        """Take networks away; what is gone already stands in nobody's way."""
        changed = set()
        if names and not dry:
            forms = {name: {"name": name} for name in names}
            for told in self.there.told("network-delete.yaml", {"networks": forms}, {}):
                changed.add(told.host)
                yield told
        for name in names:
            if dry and name in sight.networks:
                yield Told(name, "it would be deleted", "ok")
            elif name not in changed:
                yield Told(name, "there is nothing left of it", "ok")

    def _mine(self, name: str, sight: Sight) -> bool:
        return sight.networks[name].profile == self.profile
