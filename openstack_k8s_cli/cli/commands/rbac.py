"""`osk rbac`."""

from typing import Annotated

import typer

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single

app = single()


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk rbac -p crc                             # the roles that a deployment of it needs",
        "osk rbac --user alice | kubectl apply -f -  # give them, as who may",
        "osk rbac --rotate-keys --user alice         # and what `osk dataplane rotate-keys` takes",
        "osk rbac -o json",
    ),
)
@scoped
def rbac(
    session: Session,
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Of the roles")] = "osk",
    user: Annotated[str, typer.Option("--user", metavar="USER", help="Bind them to this user")] = "",
    rotate_keys: Annotated[
        bool,
        typer.Option(
            "--rotate-keys",
            help="Also for `osk dataplane rotate-keys`: Secrets of `osk-system`, which has the new keys of all clouds meanwhile",
        ),
    ] = False,
) -> None:
    """Print the rights that the profile's plan needs: a ClusterRole, and a Role for each namespace.

    No cluster is asked unless --kubeconfig, --context or --rehearsal names one.
    """
    from openstack_k8s_cli.checking import rights
    from openstack_k8s_cli.workflows import doctor
    from openstack_k8s_cli.workflows.world import Target

    work = session.work
    plan = work.plan(Target())
    cluster = work.connection.cluster if work.has_cluster else None
    plural = doctor.plural(cluster)
    more = rights.rotating() if rotate_keys else ()
    bodies = rights.roles({*rights.needed(plan, plural), *rights.looked(plural), *more}, name, user)
    document = {"apiVersion": "v1", "kind": "List", "items": bodies}
    printing.answer(session.scope, document, lambda: printing.yaml_text(*bodies), verbatim=True)
