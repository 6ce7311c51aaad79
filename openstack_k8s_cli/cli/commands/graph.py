"""`osk graph`."""

from enum import StrEnum
from typing import Annotated

import typer

from openstack_k8s_cli.cli import naming, printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single

app = single()


class Style(StrEnum):
    """The languages of graphs."""

    MERMAID = "mermaid"
    DOT = "dot"


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk graph                                      # Mermaid, for Markdown",
        "osk graph --style dot | dot -Tsvg > plan.svg   # Graphviz",
        "osk graph controlplane --only                  # one layer without what it needs",
    ),
)
@scoped
def graph(
    session: Session,
    *,
    target: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...", help="Layers, components or `all`", autocompletion=naming.targets
        ),
    ] = None,
    style: Annotated[Style, typer.Option("--style", help="The graph's language")] = Style.MERMAID,
    only: Annotated[bool, typer.Option("--only", help="Without what the target needs")] = False,
) -> None:
    """Print the plan's steps and what each waits for, as a graph."""
    drawn, document = session.work.graph(tuple(target or ("all",)), style=style.value, only=only)
    printing.answer(session.scope, document, lambda: drawn)
