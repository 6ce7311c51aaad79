"""`osk update`."""

from collections.abc import Iterator
from typing import Annotated

import typer

from openstack_k8s_cli.cli import questions, running, updating
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode

app = group()

_To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="VERSION", help="The version  [default: the newest that the operator offers]"
    ),
]


@app.callback(epilog=examples("osk update check", "osk update run"))
def update() -> None:
    """Bring a running cloud to another version."""


@app.command(
    cls=Leaf,
    epilog=examples("osk update check", "osk update check --exit-code   # for CI: 3 when there is one"),
)
@scoped
def check(
    session: Session,
    *,
    to: _To = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when there is something to update")
    ] = False,
) -> ExitCode:
    """Show which images an update would change and what restarts for it; nothing is written."""
    found = updating.check(session, to)
    session.answer(updating.document(found), lambda: updating.text(found))
    return ExitCode.DIFFERENCES if exit_code and found.differs else ExitCode.DONE


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk update run                              # operator, control plane, hosts; safe to repeat",
        "osk update run --pause-after controlplane   # the hosts later: osk update run goes on",
        "osk update run --to 0.7.1 --reboot",
    ),
)
@scoped
def run(
    session: Session,
    *,
    to: _To = None,
    pause_after: Annotated[
        updating.Stage | None,
        typer.Option("--pause-after", metavar="STEP", help=f"End after this step: {updating.STAGE_NAMES}"),
    ] = None,
    split: Annotated[
        bool, typer.Option("--split", help="Update the hosts' services first, and their packages at the end")
    ] = False,
    reboot: Annotated[
        bool, typer.Option("--reboot", help="Reboot the hosts at the end, one node set after another")
    ] = False,
    kpatch: Annotated[bool, typer.Option("--kpatch", help="Patch the hosts' running kernels")] = False,
    keep_images: Annotated[
        bool, typer.Option("--keep-images", help="Go on although images of your own stay as they are")
    ] = False,
    without_hosts: Annotated[
        bool,
        typer.Option(
            "--without-hosts", help="Go on although the operator may wait for hosts that are not there"
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask")] = False,
) -> ExitCode:
    """Update operator, control plane and hosts, step by step; the same command goes on after any interruption."""
    asked = {
        "to": to,
        "pause_after": pause_after.value if pause_after else None,
        "split": split,
        "reboot": reboot,
        "kpatch": kpatch,
        "keep_images": keep_images,
        "without_hosts": without_hosts,
    }

    def events() -> Iterator[Event]:
        work = session.work
        if work.needs_its_name:
            questions.confirm(f"Update `{work.loaded.name}`, with all that restarts?", yes=yes)
        yield from updating.events(session, work, **asked)

    return running.run(session, "update", events(), again=session.line)
