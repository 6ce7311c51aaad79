"""Options that name objects must mean one that the plan has."""

import difflib
from collections.abc import Iterator

from openstack_k8s_cli.apply.options import Options, named
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.plan import Plan

_NEAR = 3
"""Names that are given for one that is not there."""


def check(plan: Plan, options: Options) -> None:
    """Refuse names that no object of the plan has; raises OskError."""
    problems = tuple(
        _unknown(option, word, plan)
        for option, words in (("--adopt", options.adopt), ("--recreate", options.recreate))
        for word in sorted(words)
        if not any(named(manifest.id, frozenset({word})) for manifest in plan.manifests)
    )
    if problems:
        raise OskError(*problems, exit_code=ExitCode.USAGE)


def _unknown(option: str, word: str, plan: Plan) -> Problem:
    near = tuple(_nearest(word, plan))
    hint = f"did you mean {' or '.join(near)}?" if near else "`osk render` lists the objects of the plan"
    return Problem(
        "OSK0553",
        f"`{option} {word}` names no object of this run",
        subject=word,
        advice=(Advice(hint), Advice("spell it as KIND/NAME or KIND/NAMESPACE/NAME")),
    )


def _nearest(word: str, plan: Plan) -> Iterator[str]:
    spelled = {
        f"{manifest.id.kind}/{manifest.id.name}".lower(): f"{manifest.id.kind}/{manifest.id.name}"
        for manifest in plan.manifests
    }
    yield from (spelled[each] for each in difflib.get_close_matches(word.lower(), spelled, n=_NEAR))
