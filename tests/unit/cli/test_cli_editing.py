"""`osk edit`: what is written, what is refused, and that no text is lost."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from openstack_k8s_cli.adapters.editors import Draft, Earlier, words
from openstack_k8s_cli.cli import editing
from openstack_k8s_cli.cli.editing import Change
from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.model.events import Change as Changes
from openstack_k8s_cli.model.events import Event, Outcome, RunFinished, Warned
from openstack_k8s_cli.model.objects import ObjectId
from openstack_k8s_cli.model.problems import ExitCode, OskError, Problem
from openstack_k8s_cli.profile.sources import Source
from openstack_k8s_cli.workflows.comparing import Row
from openstack_k8s_cli.workflows.planning import Preview
from tests.unit.cli.test_cli_answers import osk
from tests.unit.cli.test_cli_running import PATIENCE, environment
from tests.unit.workflows import fleets

PROFILE = """\
# mine
apiVersion: osk/v1
kind: Profile
name: lab
extends: [crc]
controlplane:
  services:
    nova:
      replicas: 2  # two
"""


@pytest.fixture
def lab(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a profile, and no editor yet."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    (home / "osk.yaml").write_text(PROFILE)
    return home / "osk.yaml"


def kept(home: Path) -> list[str]:
    """Read the texts that are kept."""
    folder = home / ".local" / "state" / "osk" / "edits"
    return [each.read_text() for each in folder.iterdir()] if folder.is_dir() else []


def test_a_change_is_written(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments stay, new ones come along, and osk's own lines do not; VISUAL goes before EDITOR."""
    monkeypatch.setenv(
        "VISUAL", r"""sed -i 's/^replicas: 2.*/replicas: 3  # three\n# more\nconfig: "[a]"/'"""
    )
    monkeypatch.setenv("EDITOR", "false")
    done = osk("edit", "nova", "--profile-only")

    assert (0, "nova: written\n") == (done.exit_code, done.stdout)
    lines = '      replicas: 3  # three\n      # more\n      config: "[a]"\n'
    assert PROFILE.replace("      replicas: 2  # two\n", lines) == lab.read_text()
    assert [] == kept(lab.parent)


def test_nothing_is_changed(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cluster is asked, nothing is written, and that is no error."""
    monkeypatch.setenv("EDITOR", "sed -i 's/#| What/#| Which/'")
    done = osk("edit", "nova", "-o", "json")

    assert 0 == done.exit_code
    assert '"changed": false' in done.stdout
    assert PROFILE == lab.read_text()
    assert [] == kept(lab.parent)


@pytest.mark.parametrize(
    ("editor", "said", "remains"),
    [
        ("sed -i s/replicas/replicaz/", "column 1, in the editor", "replicaz: 2  # two"),
        ("sed -i 's/replicas: 2.*/replicas: [2/'", "The file is not YAML", "replicas: [2"),
        (r"sh -c 'echo \# >> osk.yaml; sed -i s/2/3/ $0'", "OSK1438", "replicas: 3  # two"),
        ("sh -c 'sed -i s/2/3/ $0; exit 4'", "exit status 4", "replicas: 3  # two"),
    ],
)
def test_what_cannot_be_written_is_kept(
    lab: Path, monkeypatch: pytest.MonkeyPatch, editor: str, said: str, remains: str
) -> None:
    """Invalid, changed by somebody else meanwhile, or an editor that fails: the profile is as it was, the text in a file."""
    monkeypatch.setenv("EDITOR", editor)
    done = osk("edit", "nova", "--profile-only")
    (text,) = kept(lab.parent)

    assert done.exit_code in {ExitCode.USAGE, ExitCode.REFUSED}
    assert said in done.stderr
    assert "to go on with it: VISUAL='cp " in done.stderr
    assert PROFILE == lab.read_text().removesuffix("#\n")
    assert text.endswith(f"\n{remains}\n")


def test_a_text_that_was_kept_is_gone_on_with(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that is named takes it."""
    monkeypatch.setenv("EDITOR", "sed -i 's/replicas: 2/replicas: [3/'")
    osk("edit", "nova", "--profile-only")
    (place,) = (lab.parent / ".local" / "state" / "osk" / "edits").iterdir()
    place.write_text(place.read_text().replace("[3", "3"))
    monkeypatch.setenv("VISUAL", f"cp {place}")
    done = osk("edit", "nova", "--profile-only")

    assert 0 == done.exit_code
    assert "replicas: 3  # two" in lab.read_text()


@pytest.mark.parametrize(
    ("service", "editor"),
    [
        ("nova", "sed -i s/2/3/"),
        ("nova", "sed -i /^replicas/d"),
        ("galera", "sed -i '$ a replicas: 3'"),
    ],
)
def test_an_edit_is_undone_by_one_command(
    lab: Path, monkeypatch: pytest.MonkeyPatch, service: str, editor: str
) -> None:
    """To the byte, also where the file says nothing of the service before or after; once more, and it is as it was edited."""
    monkeypatch.setenv("EDITOR", editor)
    osk("edit", service, "--profile-only")
    edited = lab.read_text()
    back = osk("edit", service, "--profile-only", "--back")
    before = lab.read_text()
    osk("edit", service, "--profile-only", "--back")
    (place,) = (lab.parent / ".local" / "state" / "osk" / "edited").iterdir()

    assert edited != PROFILE
    assert (0, f"{service}: written\n", PROFILE) == (back.exit_code, back.stdout, before)
    assert (edited, 0o600) == (lab.read_text(), place.stat().st_mode & 0o777)
    assert [] == kept(lab.parent)


def test_what_was_not_edited_has_no_way_back(lab: Path) -> None:
    """On this machine, of this file and service."""
    done = osk("edit", "nova", "--back")

    assert ExitCode.USAGE == done.exit_code
    assert "OSK1450" in done.stderr
    assert (PROFILE, []) == (lab.read_text(), kept(lab.parent))


@pytest.mark.parametrize(
    ("args", "editor", "said"),
    [
        ("nova -p crc", "true", "osk init --from crc"),
        ("nov", "true", "Did you mean `nova`?"),
        ("nova", "no-such-editor", "OSK1437: The editor `no-such-editor` failed: No such file"),
        ("nova", "'", "EDITOR is no command line"),
    ],
)
def test_what_is_refused_before_anything_is_edited(
    lab: Path, monkeypatch: pytest.MonkeyPatch, args: str, editor: str, said: str
) -> None:
    """A profile without a file of its own, a service that is none, an editor that is none; no text is left behind."""
    monkeypatch.setenv("EDITOR", editor)
    done = osk("edit", *args.split())

    assert done.exit_code in {ExitCode.USAGE, ExitCode.REFUSED}
    assert said in done.stderr
    assert [] == kept(lab.parent)


def test_a_profile_that_is_not_valid_can_be_mended(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with it is in the part that is edited."""
    lab.write_text(PROFILE.replace("replicas", "replicaz"))
    monkeypatch.setenv("EDITOR", "sed -i s/replicaz/replicas/")
    done = osk("edit", "nova", "--profile-only")

    assert 0 == done.exit_code
    assert PROFILE == lab.read_text()


def test_at_a_terminal_it_is_edited_again(lab: Path) -> None:
    """What is wrong is said, and stands above the lines the second time."""
    script = lab.parent / "editor"
    script.write_text(
        '#!/bin/sh\nif grep -q \'mended first\' "$1"; then cp "$1" seen; sed -i s/replicaz/replicas/ "$1"; '
        "else sed -i 's/replicas: 2/replicaz: 3/' \"$1\"; fi\n"
    )
    script.chmod(0o700)
    ours, theirs = pty.openpty()
    own = {
        **environment(lab.parent / "state"),
        "EDITOR": str(script),
        "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "openstack_k8s_cli", "edit", "nova", "--profile-only"],
        env=own,
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, b"\n")
    code = process.wait(timeout=PATIENCE)
    os.close(ours)

    assert 0 == code
    assert "replicas: 3  # two" in lab.read_text()
    assert "#|   error OSK0106: `controlplane.services.nova.replicaz`" in (lab.parent / "seen").read_text()


@dataclass
class Desk:
    """A session with a profile in memory, and a cluster that takes what is deployed or refuses it."""

    home: Path
    differs: bool = True
    refuses: int | None = None
    """After how many events it does; None: it does not."""
    text: str = "before"
    said: list[str] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    profile_name: str = "lab.yaml"
    line: str = "osk edit nova"

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.home)}

    @property
    def work(self) -> "Desk":
        return self

    @property
    def profiles(self) -> "Desk":
        return self

    def tell(self, text: str) -> None:
        self.said.append(text)

    def pointed(self, *names: str) -> str:
        return " ".join(("osk", *names))

    def preview(self, _target: Any) -> Preview:
        _, facts, plan = fleets.planned()
        target = ObjectId("core.openstack.org", "OpenStackControlPlane", "openstack", "openstack")
        word = Changes.CONFIGURED if self.differs else Changes.UNCHANGED
        return Preview(plan, facts, (Row("controlplane/control-plane/services", target, word),))

    def source(self, name: str) -> Source:
        return Source(name, self.text, name)

    def write(self, _before: Source, text: str) -> None:
        self.text = text

    def put_back(self, _name: str, before: Source, after: Source) -> bool:
        if after.text == self.text:
            self.text = before.text
        return after.text != self.text

    def deploy(self, _target: Any, *, again: str) -> Iterator[Event]:
        assert "osk deploy controlplane" == again
        for number in range(3):
            if number == self.refuses:
                raise OskError(Problem("OSK0541", "another run"), exit_code=ExitCode.REFUSED)
            yield Warned(0.0, "a word")
        yield RunFinished(0.0, Outcome.READY, ExitCode.DONE, 0.0)


def change(desk: Any) -> Change:
    """Make a change at a desk, whose text is in a file."""
    draft = Draft({"HOME": str(desk.home), "EDITOR": "sed -i s/before/after/"}, "nova")
    draft.edited("before\n")
    return Change(desk, desk, "nova", Source("lab.yaml", "before", "lab.yaml"), "after", draft)


def test_nothing_is_written_before_the_answer(tmp_path: Path) -> None:
    """Nobody can be asked: what it would change is shown, the profile is as it was, the text is kept."""
    desk = Desk(tmp_path)
    with pytest.raises(OskError) as caught:
        editing.ask(change(desk), yes=False)

    assert "OSK1003" == caught.value.problems[0].code
    assert "Write it into lab.yaml and deploy it?" == caught.value.problems[0].detail
    assert "OpenStackControlPlane" in desk.said[0]
    assert "is kept in" in desk.said[1]
    assert "before" == desk.text
    assert ["after\n"] == kept(tmp_path)


def test_the_cloud_has_it_already(tmp_path: Path) -> None:
    """Nothing is asked where nothing would be deployed."""
    assert not editing.ask(change(Desk(tmp_path, differs=False)), yes=False)


@pytest.mark.parametrize(
    ("refuses", "text", "left", "said"),
    [
        (None, "after", [], None),
        (0, "before", ["after\n"], "is kept in"),
        (2, "after", [], "`osk deploy controlplane` goes on, `osk edit nova --back` goes back"),
    ],
)
def test_a_deployment_that_ends_or_is_refused(
    tmp_path: Path, refuses: int | None, text: str, left: list[str], said: str | None
) -> None:
    """Before it begins the profile is put back and the text kept; once it has begun the profile has it, and the way back is told."""
    desk = Desk(tmp_path, refuses=refuses)
    made = change(desk)
    ended: list[tuple[str, ...]] = []
    with nullcontext() if refuses is None else pytest.raises(OskError, match="another run"):
        ended += [each.next for each in editing.deployed(made) if isinstance(each, RunFinished)]

    assert ([("osk edit nova --back   # as it was before",)] if refuses is None else []) == ended
    assert text == desk.text
    assert left == kept(tmp_path)
    assert said is None or said in desk.said[-1]


@pytest.mark.parametrize("known", [None, "long ago"])
def test_what_is_put_back_leaves_the_way_back_as_it_was(tmp_path: Path, known: str | None) -> None:
    """`--back` goes to before the last edit that the profile has, not to before one that was refused."""
    earlier = Earlier({"HOME": str(tmp_path)}, "lab.yaml", "nova")
    earlier.keep(known)
    with pytest.raises(OskError):
        list(editing.deployed(change(Desk(tmp_path, refuses=0))))

    assert known == earlier.read()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("vi",)),
        ({"EDITOR": "nano"}, ("nano",)),
        ({"EDITOR": "nano", "VISUAL": "code --wait 'a b'"}, ("code", "--wait", "a b")),
        ({"EDITOR": "nano", "VISUAL": " "}, ("nano",)),
    ],
)
def test_which_editor(given: dict[str, str], expected: tuple[str, ...]) -> None:
    """VISUAL, else EDITOR, else vi, as words and without a shell."""
    assert expected == words(given)
