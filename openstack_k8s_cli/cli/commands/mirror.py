"""`osk mirror`."""

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group

app = group()


@app.callback(epilog=examples("osk mirror plan -p mirrored.yaml"))
def mirror() -> None:
    """Serve a cluster without a way out from a registry of your own."""


@app.command(
    cls=Leaf,
    epilog=examples(
        "osk mirror plan > imageset.yaml                   # for oc-mirror --v2 -c imageset.yaml",
        "osk mirror plan --context lab > imageset.yaml     # with the images of the operators there",
    ),
)
@scoped
def plan(session: Session) -> None:
    """Print oc-mirror's ImageSetConfiguration; `osk deploy mirror` brings the cluster's side of it."""
    document = session.work.image_set()
    printing.answer(session.scope, document, lambda: printing.yaml_text(document))
