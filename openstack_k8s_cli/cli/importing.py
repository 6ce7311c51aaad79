"""`osk profile import`: profiles out of what others wrote."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openstack_k8s_cli.cli import naming, printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.scope import Output
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group
from openstack_k8s_cli.model.problems import ExitCode

if TYPE_CHECKING:
    from openstack_k8s_cli.profile.importers.outcome import Outcome

app = group()


@app.callback(
    epilog=examples(
        "osk profile import install_yamls vars.env > osk.yaml", "osk profile import cluster > osk.yaml"
    ),
)
def import_() -> None:
    """Make a profile out of what was used before."""


@app.command(
    "install_yamls",
    cls=Leaf,
    epilog=examples(
        "osk profile import install_yamls vars.env > osk.yaml",
        "env | osk profile import install_yamls -               # what this shell exports",
        "osk profile import install_yamls local.mk --targets crc_storage,input,openstack,openstack_deploy",
        "osk profile import install_yamls vars.env --strict -o json | jq .lost",
    ),
)
@scoped
def install_yamls(
    session: Session,
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE...|-]",
            help="NAME=value lines as Make, a shell or an env file has them; `-`: stdin",
        ),
    ] = None,
    targets: Annotated[
        str | None,
        typer.Option(
            "--targets",
            metavar="T1,T2,...",
            help="The make targets that were run  [default: the flow of its README]",
            autocompletion=naming.make_targets,
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Exit 2 when something is not carried over, or the profile does not load"
        ),
    ] = False,
) -> ExitCode:
    """Turn install_yamls' variables and make targets into a minimal profile."""
    outcome = session.work.profiles.from_install_yamls(files or [], (targets or "").replace(",", " ").split())
    return _told(session, outcome, strict=strict)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk profile import architecture architecture/examples/dt/uni01alpha > draft.yaml",
        "osk profile import architecture architecture/examples/va/hci/control-plane     # one stage of it",
        "osk profile import architecture examples/va/hci --strict -o json | jq '.open, .lost'",
        "osk profile import architecture examples/dt/uni01alpha > draft.yaml && osk validate -p ./draft.yaml",
    ),
)
@scoped
def architecture(
    session: Session,
    *,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of an example, or of one of its stages")
    ],
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit 2 when something is not carried over, is to be filled in, or the profile does not load",
        ),
    ] = False,
) -> ExitCode:
    """Turn an example of the validated architectures, by its values files, into the draft of a profile."""
    outcome = session.work.profiles.from_architecture(folder)
    return _told(session, outcome, strict=strict)


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk profile import cluster > osk.yaml && osk plan",
        "osk profile import cluster --namespace openstack --name lab --context prod > lab.yaml",
    ),
)
@scoped
def cluster(
    session: Session,
    *,
    namespace: Annotated[
        str | None,
        typer.Option("--namespace", metavar="NAME", help="The cloud's  [default: the only one there is]"),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help="The profile's  [default: the one that osk knows the cloud by]"
        ),
    ] = None,
) -> None:
    """Read a running cloud into a profile that leaves it as it is; nothing is written to the cluster."""
    _told(session, session.work.taking(name).take(namespace))


def _told(session: Session, outcome: "Outcome", *, strict: bool = False) -> ExitCode:
    printing.answer(session.scope, outcome.document(), lambda: outcome.profile, verbatim=True)
    if session.scope.form is Output.TEXT:
        for line in outcome.report():
            printing.tell(line)
    return ExitCode.USAGE if strict and not outcome.is_whole else ExitCode.DONE
