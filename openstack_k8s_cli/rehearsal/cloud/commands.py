"""The form of the client's commands: words, options as its own sources have them, and what each does to the cloud."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openstack_k8s_cli.rehearsal.cloud.answers import FORMATS, Answer, RefusedError
from openstack_k8s_cli.rehearsal.cloud.state import State, Thing

Asked = argparse.Namespace
Act = Callable[[State, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    words: str
    options: str
    """`--flag`, `--value=`, `--several=*`, and arguments: `name`, `maybe?`, `names+`."""
    act: Act

    def asked(self, rest: Sequence[str]) -> Asked:
        """Read what comes after its words; ends the program where that is not as the real client wants it."""
        parser = argparse.ArgumentParser(f"openstack {self.words}")
        for each in self.options.split():
            _add(parser, each)
        parser.add_argument("-f", "--format", choices=FORMATS, default="table")
        parser.add_argument("-c", "--column", action="append", default=[])
        return parser.parse_args(rest)


def _add(parser: argparse.ArgumentParser, option: str) -> None:
    if option.startswith("--"):
        name, equals, several = option.partition("=")
        more: dict[str, Any] = {"action": "append", "default": []} if several else {}
        parser.add_argument(name, **(more if equals else {"action": "store_true"}))
        return
    name = option.rstrip("?+")
    count: dict[str, Any] = {"nargs": option[-1]} if option != name else {}
    parser.add_argument(name, **count)


def one(state: State, kind: str, word: str) -> Thing:
    """Find the only thing of this id or name."""
    found = [each for each in state.of(kind) if each["id"] == word]
    found = found or [each for each in state.of(kind) if each["name"] == word]
    if not found:
        raise RefusedError(f"No {kind} found for {word}")
    if len(found) > 1:
        raise RefusedError(f"More than one {kind} exists with the name '{word}'.")
    return found[0]


def drop(state: State, kind: str, gone: Iterable[Thing]) -> None:
    """Take things away."""
    ids = {each["id"] for each in gone}
    state.things[kind] = [each for each in state.of(kind) if each["id"] not in ids]
