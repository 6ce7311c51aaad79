"""`osk version`."""

import platform

import openstack_k8s_cli
from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single

app = single()


@app.command(cls=Leaf, epilog=examples("osk version", "osk version -o json"))
@scoped
def version(session: Session) -> None:
    """Print the version of osk and of the Python that runs it."""
    document = {"osk": openstack_k8s_cli.__version__, "python": platform.python_version()}
    printing.answer(session.scope, document, lambda: f"osk {document['osk']} (Python {document['python']})")
