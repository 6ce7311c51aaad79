"""The stages of the first day: what comes before a deployment on the way up, and after a teardown on the way down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.model.steps import Layer
from openstack_k8s_cli.workflows.world import Target

CRC, HOSTS = "crc", "hosts"
STAGES = (CRC, HOSTS)
"""Those that are no part of a plan, in their order on the way up."""


@dataclass(frozen=True, slots=True)
class Up:
    """What is done, in this order."""

    crc: bool
    hosts: bool | None
    """None: where the deployment's part of the plan has hosts."""
    rest: Target | None
    """What is deployed; None: nothing."""


@dataclass(frozen=True, slots=True)
class Down:
    """What is done, in this order."""

    layers: bool
    lowest: Layer | None
    """The last layer that is taken down; None: all of them."""
    hosts: bool
    crc: bool


def up(target: Target, there: Collection[str]) -> Up:
    """Choose; `there` are the stages that the profile has. Raises OskError (exit 2) for one that it has not."""
    named = {*target.words, target.start, target.until} & set(STAGES)
    check(named, there)
    own, rest = set(target.words) & set(STAGES), tuple(each for each in target.words if each not in STAGES)
    if target.only:
        plan = Target(rest, only=True, until=target.until, start=target.start) if rest else None
        return Up(CRC in own, HOSTS in own, plan)
    late = target.start is not None and target.start not in STAGES
    deployed = bool(rest) and target.until not in STAGES
    start = None if target.start in STAGES else target.start
    hosts: bool | None = HOSTS in own or target.until == HOSTS or (None if deployed else False)
    return Up(
        CRC in there and target.start in {None, CRC},
        False if late else hosts,
        Target(rest, start=start, until=target.until) if deployed else None,
    )


def down(part: str, *, only: bool, start: str | None, until: str | None, there: Collection[str]) -> Down:
    """Choose; `part` is a layer, `all` or a stage, and so is `until`. Raises OskError (exit 2)."""
    check({part, start, until} & set(STAGES), there)
    if only and part in STAGES:
        return Down(layers=False, lowest=None, hosts=part == HOSTS, crc=part == CRC)
    order: list[str] = [*reversed(Layer), HOSTS, CRC]
    last = _place(part if until is None else until, order)
    first = order.index(start) if start is not None and start in STAGES else 0
    layers = first == 0
    lowest = Layer(order[last]) if last < len(Layer) else None
    return Down(
        layers=layers,
        lowest=lowest,
        hosts=HOSTS in there and first <= order.index(HOSTS) <= last and not only,
        crc=CRC in there and last == order.index(CRC) and not only,
    )


def _place(name: str, order: Sequence[str]) -> int:
    return len(order) - 1 if name == "all" else order.index(name)


def check(named: Collection[str | None], there: Collection[str]) -> None:
    """Refuse stages that the profile has not; raises OskError (exit 2)."""
    reasons = {
        CRC: (
            "CRC: its `platform.provider` is another, or the command line names a cluster",
            "platform.provider",
        ),
        HOSTS: ("hosts that osk makes", "dataplane.nodesets.NAME.provision.libvirt"),
    }
    problems = [
        Problem(
            "OSK1351",
            f"The profile has no {reasons[each][0]}",
            each,
            None,
            (Advice("Leave it out, or say what it is like", f"osk profile explain {reasons[each][1]}"),),
        )
        for each in STAGES
        if each in named and each not in there
    ]
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
