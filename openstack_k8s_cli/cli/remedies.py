"""Writes the commands that remedies name, with the options that make each mean the cloud that the user named.

The rooms below know no options: they name `osk deploy controlplane`, or by AGAIN the command line that was given.
"""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from openstack_k8s_cli.cli.scope import Scope
from openstack_k8s_cli.model.events import Event, RunFinished, StepFinished, Warned
from openstack_k8s_cli.model.problems import AGAIN, Advice, Problem
from openstack_k8s_cli.profile import redaction

_COMMENT = re.compile(r"\s{2,}#.*$")
_QUOTED = re.compile(r"`(osk [^`]+)`")
_LINE = re.compile(rf"^( +(?:→ )?)((?:osk|{AGAIN}) .+)$", re.MULTILINE)
_NO_CLOUD = (
    "init",
    "version",
    "completion",
    "report",
    "profile list",
    "profile schema",
    *(f"rehearse {each}" for each in ("up", "down", "status", "logs", "build", "kubeconfig")),
)
"""Commands that are about no cloud and no profile, or name their rehearsal themselves."""
_OWN_CLUSTER = "rehearse"
_CLUSTERS = ("--kubeconfig", "--context", "--rehearsal")
"""What it needs no word of: it makes a cluster, the default one unless that has a name."""
_ONE_FILE = "profile set"
_DEPLOYS = (["--adopt"], ["--recreate"])
"""Options of a deployment, which a plan has not."""
_MANY = ("--set", "--catalog")
_HOSTED = (("crc", "up", "down", "stop", "start", "doctor"), ("host",))
"""Commands that are about the same machine, which `--host` names."""
_PASSING = "openstack"
"""Hands its arguments on: options stand before it."""


@dataclass(frozen=True, slots=True)
class Remedies:
    """What the commands of one session's remedies are completed by."""

    scope: Scope
    words: tuple[str, ...]
    """The words of the command line that was given, without the program's."""
    program: str = "osk"
    """How this shell finds osk."""

    @property
    def line(self) -> str:
        """The command line that was given; a secret that `--set` gives shows as dots."""
        return self._written(self.words)

    def problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Complete the commands of all advice."""
        return tuple(replace(each, advice=tuple(map(self.advice, each.advice))) for each in problems)

    def advice(self, advice: Advice) -> Advice:
        """Complete the command, and those that the text quotes."""
        command = self.command(advice.command) if advice.command else None
        return replace(advice, text=self.text(advice.text), command=command)

    def event(self, event: Event) -> Event:
        """Complete what an event says to do."""
        if isinstance(event, Warned):
            return replace(event, message=self.text(event.message))
        if isinstance(event, StepFinished) and event.problem:
            return replace(event, problem=self.problems([event.problem])[0])
        if isinstance(event, RunFinished):
            then = tuple(map(self.command, event.next))
            return replace(event, problems=self.problems(event.problems), next=then)
        return event

    def text(self, text: str) -> str:
        """Complete the commands that a text has in backticks, or as lines of their own."""
        quoted = _QUOTED.sub(lambda found: f"`{self.command(found[1])}`", text)
        return _LINE.sub(lambda found: found[1] + self.command(found[2]), quoted)

    def document(self, value: Any) -> Any:
        """Complete the commands that a document has."""
        if isinstance(value, list):
            return [self.document(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {key: self._field(key, each) for key, each in value.items()}

    def _field(self, key: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.command(value) if key == "command" else self.text(value) if key == "text" else value
        return self.document(value)

    def command(self, text: str) -> str:
        """Complete a command, or several with `&&` between them; a comment behind it stays."""
        if not text.startswith(("osk ", AGAIN)):
            return text
        comment = _COMMENT.search(text)
        bare = text[: comment.start()] if comment else text
        done = " && ".join(map(self._one, bare.split(" && ")))
        return done + comment[0] if comment else done

    def _one(self, text: str) -> str:
        if text.startswith(AGAIN):
            return self._again(shlex.split(text.removeprefix(AGAIN)))
        text, program = text.removeprefix("osk "), self.program
        said = " ".join(
            written
            for each in self._pointers(text)
            if (written := redaction.command_line(each)) not in text and not _has(text, each[0])
        )
        if text.startswith(_PASSING) or not said:
            return " ".join(filter(None, (program, said, text)))
        head, dashes, tail = text.partition(" -- ")
        return f"{program} {head} {said}{dashes}{tail}"

    def _pointers(self, text: str) -> Iterable[tuple[str, ...]]:
        if text.startswith(_NO_CLOUD):
            return ()
        if text.startswith(_ONE_FILE):
            return [each for each in self.scope.pointers if each[0] == "-p"]
        own = text.startswith(_OWN_CLUSTER)
        pointers = [each for each in self.scope.pointers if not (own and each[0] in _CLUSTERS)]
        return [*pointers, *self._machine(text)]

    def _machine(self, text: str) -> Iterable[tuple[str, ...]]:
        """Give the machine that the command line names, for other commands that are about it."""
        given, named = (
            next((group for word in words for group in _HOSTED if word in group), None)
            for words in (self.words, text.split()[:1])
        )
        if named is None or given is not named:
            return
        for word, after in zip(self.words, (*self.words[1:], ""), strict=True):
            name, equals, value = word.partition("=")
            if name == "--host":
                yield (name, value if equals else after)

    def _again(self, more: list[str]) -> str:
        """Write the given command line with more options, each in the place of the same one before."""
        words = _deploying(self.words) if more[:1] in _DEPLOYS else list(self.words)
        for option in (each for each in more if each.startswith("--") and each != "--set"):
            words = _without(words, option, valued=more[-1] != option)
        at = words.index("--") if "--" in words else len(words)
        return self._written((*words[:at], *more, *words[at:]))

    def _written(self, words: Iterable[str]) -> str:
        return redaction.command_line((self.program, *words))


def _deploying(words: Iterable[str]) -> list[str]:
    """Give the words of the deployment that a plan was made of."""
    return ["deploy" if word == "plan" else word for word in words if word != "--exit-code"]


def _has(text: str, option: str) -> bool:
    """Tell whether a command says an option already that counts once."""
    name = option.partition("=")[0]
    return name not in _MANY and any(word.partition("=")[0] == name for word in text.split())


def _without(words: list[str], option: str, *, valued: bool) -> list[str]:
    kept: list[str] = []
    skipped = False
    for word in words:
        if skipped:
            skipped = False
        elif word == option:
            skipped = valued
        elif not word.startswith(f"{option}="):
            kept.append(word)
    return kept
