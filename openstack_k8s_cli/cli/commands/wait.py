"""`osk wait`."""

from collections.abc import Iterator

from openstack_k8s_cli.cli import running, targeting
from openstack_k8s_cli.cli.options import scoped
from openstack_k8s_cli.cli.session import Session
from openstack_k8s_cli.cli.tree import Leaf, examples, single
from openstack_k8s_cli.model.events import Event
from openstack_k8s_cli.model.problems import ExitCode

app = single()


@app.command(cls=Leaf, epilog=examples("osk wait", "osk wait controlplane --fail-fast"))
@scoped
def wait(
    session: Session,
    *,
    words: targeting.Words = None,
    only: targeting.Only = False,
    fail_fast: targeting.FailFast = False,
) -> ExitCode:
    """Wait until what is deployed is Ready; nothing is written."""

    def events() -> Iterator[Event]:
        target, work = targeting.target(words, only=only), session.work
        work.check(target)
        yield from work.wait(target, fail_fast=fail_fast)

    return running.run(session, "wait", events(), again=session.line)
