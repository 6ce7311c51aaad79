"""`osk status`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import picturing, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk status",
        "osk status controlplane --only -v",
        "osk status -o json | jq .ready",
        "osk status --exit-code   # for scripts: 3 when not all is Ready",
    ),
)
@scoped
def status(
    session: Session,
    *,
    words: targeting.Words = None,
    only: targeting.Only = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when not everything is Ready")
    ] = False,
) -> ExitCode:
    """Show what of the profile is there and Ready, and the deepest cause of what is not; -v shows every object."""
    from openstack_k8s_cli.developing import telling
    from openstack_k8s_cli.workflows.developing import marks

    target, work = targeting.target(words, only=only), session.work
    work.check(target)
    found = work.status(target)
    halfway = marks.halfway(work.world.cluster, work.world.namespace)
    first = [*halfway, *telling.others(work.beside)]
    more = {
        "at_work": list(work.at_work),
        "halfway": list(halfway),
        "dev_beside": [telling.document(each) for each in work.beside],
    }
    session.answer(
        {**picturing.status_document(found), **more},
        lambda: "\n".join([*first, picturing.status_text(found, everything=bool(session.scope.verbose))]),
    )
    if work.at_work and not session.scope.machine:
        session.tell(picturing.at_work_text(work.at_work))
    return ExitCode.DIFFERENCES if exit_code and not found.ready else ExitCode.DONE
