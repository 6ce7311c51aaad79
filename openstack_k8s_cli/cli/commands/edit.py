"""`osk edit`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, printing, running
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk edit nova                        # in $VISUAL or $EDITOR; asks before it writes and deploys",
        "EDITOR='code --wait' osk edit nova   # an editor with words of its own",
        "osk edit neutron --profile-only      # osk deploy brings it later",
        "osk edit nova --back                 # as it was before the last edit",
    ),
)
@scoped
def edit(
    session: Session,
    *,
    service: Annotated[
        str,
        typer.Argument(
            metavar="SERVICE", help="A service of the catalogue, or galera", autocompletion=naming.edited
        ),
    ],
    profile_only: Annotated[
        bool, typer.Option("--profile-only", help="Only change the profile's file; nothing is deployed")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Without an editor: as it was before the last edit on this machine")
    ] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Write and deploy it without asking")] = False,
) -> ExitCode:
    """Edit what the profile's file says of a service, see what that changes, and deploy it.

    What the service has from elsewhere is shown as comments. An invalid text is not written, and never lost.
    """
    from openstack_k8s_cli.cli import editing

    change = editing.edited(session, service, back=back)
    if change is not None and not profile_only and editing.ask(change, yes=yes):
        again = session.pointed("deploy", "controlplane")
        return running.run(session, "edit", editing.deployed(change), again=again)
    if change is not None:
        change.write()
        change.draft.drop()
    document = {"profile": session.work.profile_name, "service": service, "changed": change is not None}
    text = (
        "written"
        if change and profile_only
        else "written; the cloud has it already"
        if change
        else "nothing was changed"
    )
    printing.answer(session.scope, document, lambda: f"{service}: {text}")
    return ExitCode.DONE
