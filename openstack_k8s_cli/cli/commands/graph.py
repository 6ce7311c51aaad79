"""`osk graph`."""

from enum import StrEnum
from typing import Annotated

import typer

from openstack_k8s_cli.cli import printing, targeting
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
    words: targeting.Words = None,
    style: Annotated[Style, typer.Option("--style", help="The graph's language")] = Style.MERMAID,
    only: targeting.Only = False,
) -> None:
    """Print the plan's steps and what each waits for, as a graph."""
    drawn, document = session.work.graph(targeting.target(words, only=only), style.value)
    printing.answer(session.scope, document, lambda: drawn)
