"""`osk cluster`."""

from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group

app = group()


@app.callback(epilog=examples("osk cluster info", "osk cluster info -o json"))
def cluster() -> None:
    """Say what the cluster is that osk talks to."""


@app.command(cls=Leaf, epilog=examples("osk cluster info", "osk cluster info -o json | jq .flavour"))
@scoped
def info(session: Session) -> None:
    """Show what the cluster is, its nodes and what it can do, and what of it changes the plan."""
    from openstack_k8s_cli.cli import clustering

    work = session.work
    told = clustering.document(work.world, work.connection.name)
    session.answer(told, lambda: clustering.text(told))
