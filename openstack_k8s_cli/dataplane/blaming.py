"""What is said of failures: at once, and at the end of a run."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from openstack_k8s_cli.dataplane import causes
from openstack_k8s_cli.dataplane.causes import Symptom
from openstack_k8s_cli.dataplane.progress import Bad, Failure
from openstack_k8s_cli.diagnosis.likely import Likely
from openstack_k8s_cli.model.numbers import several
from openstack_k8s_cli.model.problems import Advice, Problem

CODE = "OSK1170"
_NAMED = 3
"""Hosts that a summary names; the detail has all of them."""
_LINES = 4
"""Lines of a message that a warning shows."""


def at_once(failure: Failure, again: str) -> str:
    """Say what failed as soon as the first pod did: hosts, task, message, the log's end, cause, how to go on."""
    first, *rest = problems((failure,), again)
    more = f" (and {len(rest)} more)" if rest else ""
    parts = [f"{first.summary}{more}", *_indented(first.detail or "")]
    parts += [f"  {_advised(each)}" for each in first.advice]
    if failure.attempt < failure.attempts:
        parts.append(f"  Kubernetes tries again (attempt {failure.attempt} of {failure.attempts})")
    return "\n".join(parts)


def problems(failures: Iterable[Failure], again: str) -> tuple[Problem, ...]:
    """Give a problem for each task that failed, with every host on which it did."""
    return tuple(problem for failure in failures for problem in _of(failure, again))


def _of(failure: Failure, again: str) -> Iterable[Problem]:
    if not failure.bad:
        yield _of_pod(failure, again)
        return
    ordered = sorted(failure.bad, key=_alike)
    for _, some in groupby(ordered, key=_alike):
        yield _of_hosts(failure, tuple(some), again)


def _alike(bad: Bad) -> tuple[str, str, str, str]:
    return bad.nodeset, bad.outcome, bad.task, re.sub(rf"\b{re.escape(bad.host)}\b", "", bad.message)


def _of_hosts(failure: Failure, some: Sequence[Bad], again: str) -> Problem:
    one = some[0]
    named = several([each.host for each in some], _NAMED)
    how = "could not reach" if one.outcome == "unreachable" else "failed on"
    cause = causes.cause_of(
        Symptom(failure.service, one.outcome, one.message, task=one.task, before=failure.before)
    )
    lines = [f"hosts: {', '.join(each.host for each in some)}"] if len(some) > _NAMED else []
    lines += [f"task: {one.task}"] if one.task else []
    lines += [one.message] if one.message else ["the log has no word of it"]
    return _problem(f"{failure.service} {how} {named} (node set {one.nodeset})", failure, lines, cause, again)


def _of_pod(failure: Failure, again: str) -> Problem:
    said = "\n".join((failure.why, *failure.last))
    cause = causes.cause_of(Symptom(failure.service, "pod", said, before=failure.before))
    summary = f"{failure.service} failed on node set {failure.nodeset}, on no host in particular"
    return _problem(summary, failure, [failure.why], cause, again)


def _problem(
    summary: str, failure: Failure, lines: Sequence[str], cause: Likely | None, again: str
) -> Problem:
    told = list(lines)
    known = "\n".join(lines)
    results = ("fatal: [", "failed: [")  # their messages are there already
    last = [line for line in failure.last if line not in known and not line.startswith(results)][-_LINES:]
    told += ["last lines of the log:", *(f"  {line}" for line in last)] if last else []
    told += [f"likely cause: {cause.text}"] if cause else []
    advice = [cause.advice] if cause else []
    advice.append(Advice("then go on from there", again or None))
    return Problem(CODE, summary, f"Pod {failure.namespace}/{failure.pod}", "\n".join(told), tuple(advice))


def _indented(text: str) -> Iterable[str]:
    return (f"  {line}" for line in text.splitlines())


def _advised(advice: Advice) -> str:
    return f"{advice.text}: `{advice.command}`" if advice.command else advice.text
