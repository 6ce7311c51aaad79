"""report.html: one self-contained page with one table, everything escaped."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from openstack_k8s_cli.model.events import Outcome
from openstack_k8s_cli.report import problems, wording
from openstack_k8s_cli.report.hosts import NodeSetView
from openstack_k8s_cli.report.view import ObjectView, Stage, StepView, View, is_error

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8884; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ready { color: #2a8a3e; } .bad { color: #c62f2f; } .open { color: #8a6d1f; }
pre { white-space: pre-wrap; margin: .3rem 0 0; } small { opacity: .75; }
"""


def page(view: View) -> str:
    """Draw the whole page."""
    title = f"osk {view.plan.command}" if view.plan else "osk"
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            *_head(view, title),
            "<table><thead><tr><th>step</th><th>state</th><th>time</th><th>objects</th></tr></thead><tbody>",
            *(_row(step) for step in _ordered(view)),
            "</tbody></table>",
            *_tail(view),
            "</body></html>",
            "",
        ]
    )


def _head(view: View, title: str) -> Iterator[str]:
    yield f"<h1>{escape(title)}</h1>"
    if view.plan:
        at = datetime.fromtimestamp(view.plan.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        facts = f"profile {view.plan.profile} on {view.plan.cluster}, {at}, plan {view.plan.digest[:12]}"
        yield f"<p>{escape(facts)}</p>"
    ready = view.finished is not None and view.finished.outcome is Outcome.READY
    yield f'<p class="{"ready" if ready else "bad"}"><strong>{escape(wording.result(view))}</strong></p>'
    if view.finished and view.finished.problems:
        yield f"<pre>{escape(problems.text(view.finished.problems))}</pre>"


def _tail(view: View) -> Iterator[str]:
    for warned in view.warnings:
        place = f"{warned.step}: " if warned.step else ""
        yield f"<p>warning: {escape(place + warned.message)}</p>"
    if view.finished:
        yield from (f"<p><code>{escape(line)}</code></p>" for line in view.finished.next)


def _ordered(view: View) -> list[StepView]:
    return sorted(view.steps.values(), key=lambda step: (not step.failed, step.stage is Stage.ENDED))


def _row(step: StepView) -> str:
    word = wording.ended(step)
    kind = "bad" if step.failed else "ready" if step.outcome else "open"
    seconds = wording.lasting(step.seconds) if step.seconds is not None else ""
    problem = f"<pre>{escape(problems.text([step.problem]))}</pre>" if step.problem else ""
    blocked = f"<br><small>by {escape(', '.join(step.blocked_by))}</small>" if step.blocked_by else ""
    tasks = "".join(f"<br>{escape(f'{each.host}: {each.task}: {each.outcome}')}" for each in step.tasks)
    tasks += "".join(f"<br>{_nodeset(each)}" for each in step.nodesets.values())
    objects = "<br>".join(_object(each) for each in step.objects.values())
    return (
        f'<tr><td>{escape(step.planned.id)}{problem}</td><td class="{kind}">{escape(word)}{blocked}</td>'
        f'<td class="number">{seconds}</td><td>{objects}{tasks}</td></tr>'
    )


def _nodeset(seen: NodeSetView) -> str:
    """Sum a node set up: its services, and every host that failed."""
    services = ", ".join(f"{name} {outcome}" for name, outcome in seen.services.items())
    words = (f"{each.name}: {each.service} {each.outcome}: {each.task}: {each.message}" for each in seen.bad)
    failed = "".join(f'<br><span class="bad">{escape(each)}</span>' for each in words)
    return f"{escape(seen.name)}: {escape(services)} <small>{len(seen.hosts)} hosts</small>{failed}"


def _object(seen: ObjectView) -> str:
    change = f" <small>{seen.change.value}</small>" if seen.change else ""
    if seen.verdict is None:
        return f"{escape(str(seen.id))}{change}"
    kind = "bad" if is_error(seen.verdict) else "ready" if seen.verdict.state.value == "ready" else "open"
    return f'{escape(str(seen.id))}{change} <span class="{kind}">{escape(wording.state(seen.verdict))}</span>'
