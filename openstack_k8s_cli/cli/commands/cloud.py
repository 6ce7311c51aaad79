"""`osk cloud`."""

import shlex

from openstack_k8s_cli.cli import printing
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, group

app = group()


@app.callback(
    epilog=examples("eval $(osk cloud env)", "osk cloud clouds-yaml > ~/.config/openstack/clouds.yaml")
)
def cloud() -> None:
    """How to use a cloud that is up: variables, clouds.yaml, the dashboard."""


@app.command(cls=Leaf, epilog=examples("eval $(osk cloud env)", "osk cloud env -o json"))
@scoped
def env(session: Session) -> None:
    """Print the OS_ variables of the cloud's administrator, password included, for a shell to evaluate."""
    variables = session.work.cloud.environment()
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    printing.answer(session.scope, variables, lambda: "\n".join(lines))


@app.command(
    "clouds-yaml",
    cls=Leaf,
    epilog=examples("osk cloud clouds-yaml > clouds.yaml && OS_CLOUD=default openstack ..."),
)
@scoped
def clouds_yaml(session: Session) -> None:
    """Print a clouds.yaml for the cloud's administrator, password included."""
    document = session.work.cloud.clouds_yaml()
    printing.answer(session.scope, document, lambda: printing.yaml_text(document), verbatim=True)


@app.command(cls=Leaf, epilog=examples("osk cloud horizon", "xdg-open $(osk cloud horizon)"))
@scoped
def horizon(session: Session) -> None:
    """Print the dashboard's address."""
    address = session.work.cloud.horizon()
    printing.answer(session.scope, {"horizon": address}, lambda: address)
