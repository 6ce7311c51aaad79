"""`deploy service --standalone` and its teardown: services by resources of their own, with no control plane."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import picturing, printing, questions
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.composing import Work
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event

_PATH = "controlplane.standalone"
_WHOLE = "operators.openstack.enabled"
_ALSO = {"mariadb": "galera"}
"""What install_yamls calls them."""


def deployed(session: "Session", words: Sequence[str], *, save: bool, fail_fast: bool) -> "Iterator[Event]":
    """Bring services, each with its operator, and wait until they are Ready."""
    from openstack_k8s_cli.workflows import filledin, planning, serving

    names = _checked(session.work, words)
    first = session.work
    if serving.has_plane(first.world):
        raise _taken(words)
    settings = _settings(first, names)
    work = _set(session, settings).work
    target = serving.targets(names)
    plan = planning.chosen(planning.bearings(work.informed)[1], target)
    filledin.check(work.informed, plan.manifests)  # before the profile's file is changed
    session.tell(picturing.preview_text(work.preview(target), everything=bool(session.scope.verbose)))
    if save:
        for path, value in settings.items():
            first.profiles.change(first.profile_name, path, value)
    yield from work.deploy(target, fail_fast=fail_fast, usage=())
    if not save:
        said = " ".join(f"{path}={value}" for path, value in settings.items())
        printing.tell(f"The profile does not say {said}: the next deployment asks; --save puts it there")


def taken_down(
    session: "Session", words: Sequence[str], *, yes: bool, confirm: str | None
) -> "Iterator[Event]":
    """Take down services that stand by themselves, and wait until they are gone; their databases stay."""
    from openstack_k8s_cli.workflows import halves, serving

    names = _checked(session.work, words)
    work = _set(session, _settings(session.work, names)).work
    targets, take = serving.standing_alone(work.informed, names), serving.take_alone
    if not targets:
        printing.tell("Nothing of them is there")
        targets, take = halves.left(work.informed, names), halves.take
    if targets:
        printing.tell("\n".join(f"- {each}" for each in targets))
    if work.needs_its_name:
        questions.confirm_name(work.loaded.name, given=confirm)
    else:
        questions.confirm(f"Take {', '.join(names)} down?", yes=yes or not targets)
    yield from work.drive(lambda world, options: take(world, targets, options))


def _checked(work: "Work", words: Sequence[str]) -> tuple[str, ...]:
    """Give the services' names; raises OskError with all that cannot be had by themselves."""
    from openstack_k8s_cli.profile.services import alone

    known = alone(work.loaded.kinds)
    names = tuple(dict.fromkeys(_ALSO.get(each, each) for each in words))
    problems = [_unknown(name, list(known)) for name in names if name not in known]
    if not names:
        advice = Advice(f"Name some of {', '.join(known)}", "osk deploy service keystone --standalone")
        problems.append(Problem("OSK1021", "No service is named", advice=(advice,)))
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)
    return names


def _unknown(name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(name, known, n=1)
    text = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(known)}"
    summary = f"`{name}` is no service that can be deployed by itself"
    return Problem("OSK1021", summary, subject=name, advice=(Advice(text),))


def _settings(work: "Work", names: Sequence[str]) -> dict[str, str]:
    """Say as the profile would that services stand by themselves, beside those that do already: they keep their operators."""
    from openstack_k8s_cli.profile.services import alone
    from openstack_k8s_cli.workflows import filledin, serving

    values = work.loaded.values
    there = serving.standing(work.world, alone(work.loaded.kinds))
    together = dict.fromkeys([*values["controlplane"]["standalone"], *there, *names])
    settings = {_PATH: f"[{', '.join(together)}]"}
    if values["operators"]["openstack"]["enabled"] and not filledin.has_operator(work.world):
        settings |= {_WHOLE: "false", "dataplane.nodesets": "null"}
    return settings


def _set(session: "Session", settings: dict[str, str]) -> "Session":
    sets = tuple(f"{path}={value}" for path, value in settings.items())
    return replace(session, scope=replace(session.scope, sets=(*session.scope.sets, *sets)))


def _taken(words: Sequence[str]) -> OskError:
    problem = Problem(
        "OSK1024",
        "There is a control plane, and its services are its own",
        advice=(
            Advice("Have the service in it", f"osk deploy service {' '.join(words)}"),
            Advice("or take it down first", "osk teardown controlplane"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
