"""`osk images`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group

app = group()


@app.callback(epilog=examples("osk images list"))
def images() -> None:
    """Look at the images that a profile needs."""


@app.command(
    "list",
    cls=Leaf,
    epilog=examples(
        "osk images list                        # those that the profile's objects name",
        "osk images list --context lab          # with those of the operators in a cluster",
        "osk images list --digests -o json",
    ),
)
@scoped
def list_(
    session: Session,
    *,
    digests: Annotated[
        bool, typer.Option("--digests", help="Show the digest of each, where it is known")
    ] = False,
) -> None:
    """List every image that a profile needs; the options that name a cluster add those that its operators bring."""
    found = session.work.images()
    document = [
        {
            "image": each.reference,
            "named_by": list(each.named_by),
            **({"digest": each.digest} if digests else {}),
        }
        for each in found
    ]
    rows = [(each.reference, *((each.digest or "unknown",) if digests else ())) for each in found]
    printing.answer(session.scope, document, lambda: printing.table(rows) or "no image")
