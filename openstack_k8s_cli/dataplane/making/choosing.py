"""Machines by what a command line calls them: hosts, node sets, and patterns of either."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase

from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem


def chosen(
    machines: Sequence[Machine], words: Sequence[str], left: Collection[str] = ()
) -> tuple[Machine, ...]:
    """Give those that words mean, all of them without a word; `left` may be meant besides. Raises OskError (exit 2)."""
    if not machines and not left:
        advice = Advice(
            "Say what they are like",
            "osk profile explain dataplane.nodesets.NAME.provision.libvirt",
            "docs/dataplane.md",
        )
        problem = Problem(
            "OSK1191", "The profile has no hosts that osk makes", "dataplane.nodesets", None, (advice,)
        )
        raise OskError(problem, exit_code=ExitCode.USAGE)
    known = {each.name: _called(each) for each in machines}
    strange = [word for word in words if not any(means([word], each) for each in (*known.values(), left))]
    if strange:
        raise _unknown(strange, {*left, *(name for each in known.values() for name in each)})
    return tuple(each for each in machines if not words or means(words, known[each.name]))


def means(words: Iterable[str], names: Iterable[str]) -> bool:
    """Tell whether one of the words is, or is a pattern of, one of the names."""
    return any(fnmatchcase(name, word) for word in words for name in names)


def is_pattern(word: str) -> bool:
    """Tell a pattern from a name."""
    return bool(set("*?[") & set(word))


def _called(machine: Machine) -> set[str]:
    return {machine.name, machine.host_name, short(machine.host_name), machine.nodeset, machine.home}


def _unknown(strange: Sequence[str], known: Iterable[str]) -> OskError:
    near = difflib.get_close_matches(strange[0], sorted(known), n=1)
    hint = f"Did you mean `{near[0]}`?" if near else "See which there are"
    what = f"osk makes no host and no node set {', '.join(f'`{each}`' for each in strange)}"
    advice = (Advice(hint, "osk hosts list"),)
    return OskError(Problem("OSK1191", what, None, None, advice), exit_code=ExitCode.USAGE)
