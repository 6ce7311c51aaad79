"""`deploy service` and `teardown service`: one service of a control plane that runs, switched on or off."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.cli import picturing, printing, questions
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event
    from openstack_k8s_cli.model.objects import Body
    from openstack_k8s_cli.model.steps import Step
    from openstack_k8s_cli.workflows.comparing import Row

WORD = "service"
_KIND = "OpenStackControlPlane"
_PATH = "controlplane.services.{name}.enabled"


@dataclass(frozen=True, slots=True)
class Switch:
    """Services, and which way they are switched."""

    names: tuple[str, ...]
    on: bool
    save: bool
    """Whether the profile's file is changed too."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The profile paths of their switches."""
        return tuple(_PATH.format(name=name) for name in self.names)

    @property
    def value(self) -> str:
        """What these paths become."""
        return "true" if self.on else "false"


def events(
    session: "Session", switch: Switch, *, yes: bool, confirm: str | None = None, fail_fast: bool = False
) -> "Iterator[Event]":
    """Switch services of the running control plane, and wait until they are Ready, or gone.

    Outside of CRC and rehearsals the profile's name confirms that a service goes.
    """
    from openstack_k8s_cli.profile import fingerprint
    from openstack_k8s_cli.workflows import serving as stories
    from openstack_k8s_cli.workflows.world import Target

    work = session.work
    _check(switch, work)
    live = _running(work)
    written = work
    kept = stories.otherwise(work.on_cluster.values, live, but=switch.names)
    if kept:
        printing.tell(_left(kept))
    work = _switched(session, switch, kept).work
    step = _step(work)
    target = Target((step.id,), only=True)
    preview = work.preview(target)
    session.tell(picturing.preview_text(preview, everything=bool(session.scope.verbose)))
    others = _others(preview.rows, switch)
    if others:
        printing.tell(f"Not of {', '.join(switch.names)}, and changed all the same: {', '.join(others)}")
    if not switch.on and work.needs_its_name:
        questions.confirm_name(work.loaded.name, given=confirm)
    elif others or not switch.on:
        questions.confirm("Change the control plane like this?", yes=yes)
    if switch.save:
        for path in switch.paths:
            written.profiles.change(written.profile_name, path, switch.value)
    story = stories.bring if switch.on else stories.take
    kinds = [work.on_cluster.kinds[name] for name in switch.names]
    digest = fingerprint.digest(work.released)
    yield from work.drive(
        lambda world, options: story(world, step.id, kinds, options),
        confirmed=work.check_entries,
        fail_fast=fail_fast,
        values_digest=digest,
    )
    unsaved = () if switch.save else unsaved_of(switch, written.loaded.values)
    if unsaved:
        printing.tell(_unsaved(unsaved, on=switch.on))


def _switched(session: "Session", switch: Switch, kept: "Mapping[str, bool]") -> "Session":
    """Give the session with the services switched over what the profile says, and others kept as they are."""
    wanted = {**kept, **dict.fromkeys(switch.names, switch.on)}
    sets = (f"{_PATH.format(name=name)}={'true' if on else 'false'}" for name, on in wanted.items())
    return replace(session, scope=replace(session.scope, sets=(*session.scope.sets, *sets)))


def _left(kept: "Mapping[str, bool]") -> str:
    """Say which services a switch of others leaves alone."""
    told = ", ".join(f"{name} is {'on' if on else 'off'}" for name, on in kept.items())
    return f"left as it is in the cluster, and not so in the profile: {told}"


def unsaved_of(switch: Switch, values: "Mapping[str, Any]") -> tuple[str, ...]:
    """Name the services that the profile has the other way round."""
    services = values["controlplane"]["services"]
    return tuple(name for name in switch.names if services[name]["enabled"] != switch.on)


def _unsaved(services: Sequence[str], *, on: bool) -> str:
    names, how = ", ".join(services), "on" if on else "off"
    return f"{names} is {how} in the cluster and not in the profile: the next deployment says so and reverts it; --save puts it there"


def _check(switch: Switch, work: "Work") -> None:
    """Refuse what is no service of the catalogue, or cannot be left out; raises OskError with all of them."""
    kinds = work.loaded.kinds
    optional = sorted(name for name, kind in kinds.items() if kind.enabled is not None)
    problems = [unknown(name, list(kinds)) for name in switch.names if name not in kinds]
    problems += [
        Problem(
            "OSK1020",
            f"{name} cannot be switched: every control plane has it",
            subject=name,
            advice=(Advice(f"Services that can be: {', '.join(optional)}"),),
        )
        for name in switch.names
        if name in kinds and name not in optional
    ]
    if not switch.names:
        problems.append(
            Problem(
                "OSK1021",
                "No service is named",
                advice=(Advice(f"Name some of {', '.join(optional)}", "osk deploy service heat"),),
            )
        )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)


def unknown(name: str, known: Sequence[str]) -> Problem:
    """Say that there is no such service, and which is near."""
    near = difflib.get_close_matches(name, known, n=1)
    text = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(known)}"
    return Problem("OSK1021", f"The catalogue has no service `{name}`", subject=name, advice=(Advice(text),))


def _step(work: "Work") -> "Step":
    """Find the step that brings the control plane."""
    from openstack_k8s_cli.workflows.planning import bearings

    _, plan = bearings(work.informed)
    for step in plan.steps:
        if any(manifest.id.kind == _KIND for manifest in step.manifests):
            return step
    raise _absent("the profile has none")


def _running(work: "Work") -> "Body":
    """Give the control plane that runs; refuses where there is none to switch anything of."""
    from openstack_k8s_cli.workflows import refusals

    manifest = next(each for each in _step(work).manifests if each.id.kind == _KIND)
    cluster, target = work.world.cluster, manifest.id
    resource = cluster.resource(target.group, target.kind)
    body = resource and refusals.reading(lambda: cluster.get(resource, target.namespace, target.name))
    if not body:
        raise _absent(f"{target} is not there")
    return body


def _absent(why: str) -> OskError:
    problem = Problem(
        "OSK1022",
        f"There is no control plane to switch a service of: {why}",
        advice=(
            Advice("Deploy one with the service in the profile", "osk deploy controlplane"),
            Advice(
                "or have the service by itself, with its own operator",
                "osk deploy service NAME --standalone",
            ),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _others(rows: "Sequence[Row]", switch: Switch) -> list[str]:
    """Name fields that change and are not of the services."""
    mine = tuple(f"spec.{name}" for name in switch.names)
    paths = [each.path for row in rows for each in row.differences]
    return [
        path
        for path in paths
        if path.startswith("spec.")
        and not any(path == own or path.startswith((f"{own}.", f"{own}[")) for own in mine)
    ]
