"""What a command says before it asks, and how scripts ask for what a person would look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from openstack_k8s_cli.cli import deploying
from openstack_k8s_cli.cli.commands import secrets, status, teardown
from openstack_k8s_cli.cli.main import app
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.developing.entries import Entry, Kind
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.model.steps import Action, Layer, Step
from openstack_k8s_cli.plan.plans import Plan
from openstack_k8s_cli.teardown import Keep, Teardown
from openstack_k8s_cli.teardown.plans import Fate, Line, Phase
from openstack_k8s_cli.workflows import looking
from openstack_k8s_cli.workflows.recalling import Recollection
from openstack_k8s_cli.workflows.world import Target
from tests.unit.workflows import worlds

NET = ObjectId("network.openstack.org", "NetConfig", "openstack", "netconfig")
GOING = Phase(
    Layer.NETWORKS,
    (Step("networks/a/b", Layer.NETWORKS, "networks/a", Action.DELETE, deletes=(NET,)),),
    (Line(NET, Fate.DELETED),),
)


@dataclass
class Asker:
    """A session over work that is made up, and what it answered."""

    work: Any
    scope: Scope = field(default_factory=Scope)
    said: list[str] = field(default_factory=list)

    def answer(self, _document: Any, text: Callable[[], str]) -> None:
        """Keep the text."""
        self.said.append(text())


def bare(command: Any) -> Callable[..., ExitCode]:
    """Give a command without what puts its session together."""
    return cast("Callable[..., ExitCode]", command.__wrapped__)


def test_what_breaks_is_said_only_before_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    """With --yes there is no question, and the answer says it: nothing is said before."""
    secrets._ask({"osp-secret/AdminPassword": "log in again"}, yes=True)
    before = capsys.readouterr().err
    with pytest.raises(OskError):
        secrets._ask({"osp-secret/AdminPassword": "log in again"}, yes=False)

    assert "" == before
    assert "osp-secret/AdminPassword: log in again\n" == capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["-h"], ["plan", "-h"], ["profile", "-h"], ["rehearse", "-h"]], ids=" ".join
)
def test_a_short_form_of_help(words: list[str]) -> None:
    """`-h` is `--help`, at every height of the tree."""
    short, long = (CliRunner().invoke(app, [*words[:-1], each]) for each in ("-h", "--help"))

    assert 0 == short.exit_code
    assert long.stdout == short.stdout
    assert "Usage" in short.stdout


@pytest.mark.parametrize(
    ("phases", "code"), [((GOING,), ExitCode.DIFFERENCES), ((), ExitCode.DONE)], ids=["something", "nothing"]
)
def test_a_teardown_that_is_only_shown(phases: tuple[Phase, ...], code: ExitCode) -> None:
    """The plan is the answer, nobody is asked, and the exit status says whether anything would go."""
    planned = Teardown("lab", Keep.DATA, False, phases, Plan("lab", (), ""))
    session = Asker(SimpleNamespace(teardown_plan=lambda *_, **__: planned))
    ended = bare(teardown.teardown)(session, part=teardown.Part.ALL, dry_run=True)

    assert code is ended
    assert ("NetConfig" in session.said[0]) is bool(phases)


def test_no_preview_of_a_single_service() -> None:
    """What shows it is named."""
    with pytest.raises(OskError) as caught:
        bare(teardown.teardown)(None, part=teardown.Part.SERVICE, names=["heat"], dry_run=True)

    command = str(caught.value.problems[0].advice[0].command)
    assert "osk plan controlplane --only --set controlplane.services.heat.enabled=false" == command


@pytest.mark.parametrize(("asked", "code"), [(True, ExitCode.DIFFERENCES), (False, ExitCode.DONE)])
def test_a_status_for_scripts(*, asked: bool, code: ExitCode) -> None:
    """Only who asks for it gets an exit status of a cloud that is not Ready; what another cloud changed is said first."""
    world = worlds.world(worlds.cluster())
    found = looking.status(world, Target())
    swapped = Entry(kind=Kind.IMAGE, name="nova", profile="other", since=0.0, by="ada@desk")
    work = SimpleNamespace(
        world=world, at_work=(), check=lambda _: None, status=lambda _: found, beside=(swapped,)
    )
    session = Asker(work)

    assert code is bare(status.status)(session, exit_code=asked)
    assert "not Ready" in session.said[0]
    assert session.said[0].startswith("dev of cloud other: image nova (ada@desk, since 1970-01-01")


def test_why_it_asks_stands_right_above_the_question() -> None:
    """A plan of a hundred lines in between would take the reason off the screen."""
    preview = SimpleNamespace(
        entries=(),
        rows=(),
        plan=Plan("lab", (), "0"),
        adapted=(),
        facts=SimpleNamespace(operators=()),
    )
    work: Any = SimpleNamespace(
        recollection=lambda: Recollection(other_values=(Layer.NETWORKS,)),
        preview=lambda *_, **__: preview,
        loaded=SimpleNamespace(name="lab"),
    )
    said: list[str] = []
    session: Any = SimpleNamespace(scope=Scope(), tell=said.append)

    deploying.ask(work, session, Target(), yes=True)

    assert [
        "profile lab: nothing in the plan",
        "`lab` was last deployed with other values or another --set: networks",
    ] == said
