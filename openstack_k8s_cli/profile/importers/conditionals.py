"""Make's `ifeq`, `ifneq`, `ifdef`, `ifndef`, `else` and `endif`: which lines count."""

import re
from collections.abc import Callable

from openstack_k8s_cli.profile.importers import expansion

_LINE = re.compile(
    r"\s*(?:(?P<otherwise>else)\b\s*)?(?:(?P<word>ifn?eq|ifn?def)\b\s*(?P<rest>.*?))?\s*(?:#.*)?", re.DOTALL
)
_ROUND = re.compile(r"\((?P<one>.*?),(?P<other>.*)\)", re.DOTALL)
_QUOTED = re.compile(r"""(?P<one>"[^"]*"|'[^']*')\s*(?P<other>"[^"]*"|'[^']*')""")
_END = re.compile(r"\s*endif\b\s*(?:#.*)?")


class Branches:
    """Follows the conditionals of one file."""

    def __init__(self, look_up: Callable[[str], str]) -> None:
        self._look_up = look_up
        self._open: list[tuple[bool, bool]] = []
        """Of each that is open: whether its present branch counts, and whether any did."""

    @property
    def counts(self) -> bool:
        """Tell whether a line here is read."""
        return all(here for here, _ in self._open)

    def take(self, line: str) -> bool:
        """Take a line that is part of a conditional; tell whether it was one."""
        if _END.fullmatch(line):
            if self._open:
                self._open.pop()
            return True
        match = _LINE.fullmatch(line)
        if not match or not (match["otherwise"] or match["word"]):
            return False
        if match["otherwise"]:
            _, before = self._open.pop() if self._open else (False, True)
            holds = not before and (not match["word"] or self._holds(match["word"], match["rest"]))
            self._open.append((holds, before or holds))
        else:
            holds = self.counts and self._holds(match["word"], match["rest"])
            self._open.append((holds, holds))
        return True

    def _holds(self, word: str, rest: str) -> bool:
        if word.endswith("def"):
            return bool(self._look_up(rest.strip())) == (word == "ifdef")
        match = _ROUND.fullmatch(rest) or _QUOTED.fullmatch(rest)
        if not match:
            return False
        one, other = (
            expansion.expanded(each.strip().strip("\"'"), self._look_up)
            for each in match.group("one", "other")
        )
        return (one.strip() == other.strip()) == (word == "ifeq")
