"""Before a deployment: hosts that `osk hosts create` has yet to make are a refusal."""

from openstack_k8s_cli.dataplane.limits import short
from openstack_k8s_cli.dataplane.making.wanted import Machine
from openstack_k8s_cli.model.numbers import some
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows import planning, refusals
from openstack_k8s_cli.workflows.dataplane import gating
from openstack_k8s_cli.workflows.dataplane.making import Making, State
from openstack_k8s_cli.workflows.world import Target, World

_UNMADE = frozenset({State.MISSING, State.FOREIGN})


def gate(world: World, target: Target, making: Making) -> str:
    """Refuse hosts that are not made; gives a word where that cannot be known. Raises OskError (exit 4)."""
    if not making.machines or world.loaded.values["platform"]["provider"] == "rehearsal":
        return ""
    _, full = planning.bearings(world)
    pending = refusals.reading(lambda: gating.due(planning.chosen(full, target), world.cluster))
    concerned = gating.within(
        {short(each.host_name): each.nodeset for each in making.machines}, full, pending
    )
    if not concerned:
        return ""
    if not making.ansible.here:
        return "whether the hosts are made is not known: Ansible is not installed beside osk"
    try:
        found = making.look()
    except OskError as error:
        return f"whether the hosts are made is not known: {error.problems[0].summary}"
    own = [each for each in making.machines if short(each.host_name) in concerned]
    missing = [each for each in own if making.state(each, found) in _UNMADE]
    if missing:
        raise OskError(_problem(missing, making), exit_code=ExitCode.REFUSED)
    return ""


def _problem(missing: list[Machine], making: Making) -> Problem:
    names = tuple(each.name for each in missing)
    advice = (
        Advice("Make them", "osk hosts create"),
        Advice("Or deploy all the same", "osk deploy dataplane --skip-checks"),
    )
    summary = f"{some(len(names), 'host')} of the profile {'is' if len(names) == 1 else 'are'} not made yet on {making.place}"
    return Problem("OSK1186", summary, gating.listed(names), None, advice)
