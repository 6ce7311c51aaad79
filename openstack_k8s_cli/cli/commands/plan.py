"""`osk plan`."""

from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import picturing, targeting
from openstack_k8s_cli.cli.options import extended, scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.events import Change
from openstack_k8s_cli.model.problems import ExitCode

if TYPE_CHECKING:
    from openstack_k8s_cli.dataplane.choosing import Asked

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk plan                          # what deploying everything would change",
        "osk plan networks --only          # one layer",
        "osk plan --exit-code -o json      # for CI: exit status 3 when anything differs",
    ),
)
@scoped
@extended(targeting.asked, into="asked")
def plan(
    session: Session,
    *,
    words: targeting.Words = None,
    only: targeting.Only = False,
    start: targeting.Start = None,
    until: targeting.Until = None,
    asked: "Asked",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when anything would change")
    ] = False,
) -> ExitCode:
    """Ask the cluster what a deployment would change, field by field; nothing is written."""
    target = targeting.target(words, only=only, start=start, until=until)
    work = session.work.asking(asked)
    work.check(target)
    preview = work.preview(target)
    session.answer(
        {**picturing.preview_document(preview), "at_work": list(work.at_work)},
        lambda: picturing.preview_text(preview, everything=bool(session.scope.verbose)),
    )
    if any(
        row.object.kind == "OpenStackControlPlane" and row.change is Change.CONFIGURED for row in preview.rows
    ):
        from openstack_k8s_cli.workflows import serving  # where a control plane changes

        if said := picturing.switched_text(serving.switched(work.informed)):
            session.tell(said)
    if work.at_work and not session.scope.machine:
        session.tell(picturing.at_work_text(work.at_work))
    if any(row.forbids for row in preview.rows):
        return ExitCode.REFUSED
    if any(row.problem for row in preview.rows):
        return ExitCode.APPLY_REFUSED
    return ExitCode.DIFFERENCES if exit_code and preview.differs else ExitCode.DONE
