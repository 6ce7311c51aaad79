"""`osk init`."""

from pathlib import Path
from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.scope import DEFAULT_PROFILE, LOCAL_PROFILE
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single

app = single()


@app.command(cls=Leaf, epilog=examples("osk init", "osk init --from ha   # a trait: extends: [crc, ha]"))
@scoped
def init(
    session: Session,
    *,
    origin: Annotated[
        str,
        typer.Option(
            "--from", metavar="NAME", help="The profile to start from", autocompletion=naming.profiles
        ),
    ] = DEFAULT_PROFILE,
) -> None:
    """Write a short, commented ./osk.yaml; a file that is there stays as it is."""
    origins = session.work.profiles.start(Path(LOCAL_PROFILE), origin)
    document = {"profile": LOCAL_PROFILE, "extends": list(origins)}
    printing.answer(
        session.scope, document, lambda: f"wrote {LOCAL_PROFILE}; look through it, then: osk plan all"
    )
