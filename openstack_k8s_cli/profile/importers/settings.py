"""What install_yamls would have seen: the variables that are given, and Make's own defaults for the others."""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile.importers import expansion
from openstack_k8s_cli.profile.importers.assignments import Assignment
from openstack_k8s_cli.profile.importers.defaults import DEFAULTS, DERIVED, FILLED

ReadFile = Callable[[str, str], str]
"""A file's text by its path, and the file that the path stands in; raises OSError or UnicodeError."""


class WrongValueError(ValueError):
    """A variable whose value cannot be."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(what)
        self.name = name


_NOTHING = {"", "/dev/null"}


class Settings:
    """Variables by name; every value is expanded as Make does it."""

    def __init__(
        self,
        given: Mapping[str, Assignment],
        ran: frozenset[str],
        read_file: ReadFile,
        *,
        named: frozenset[str] = frozenset(),
    ) -> None:
        self.given = given
        self.ran = ran
        """The make targets that were run, and what they bring with them."""
        self.named = named
        """Those that were run by their own names."""
        self._read_file = read_file

    def __getitem__(self, name: str) -> str:
        """Give a value, or Make's default, or nothing."""
        return expansion.expanded(self._raw(name), self._raw)

    def __contains__(self, name: object) -> bool:
        """Tell whether a variable is given."""
        return name in self.given

    def has(self, *names: str) -> bool:
        """Tell whether one of the variables is given."""
        return any(name in self.given for name in names)

    def differs(self, name: str) -> bool:
        """Tell whether a variable is given another value than the default."""
        return name in self and self[name] != expansion.expanded(self._default(name), self._raw)

    def true(self, name: str) -> bool:
        """Tell whether a switch is on; Make compares letter by letter."""
        return self[name].strip() == "true"

    def number(self, name: str) -> int:
        """Give a whole number; ValueError says that it is none."""
        text = self[name].strip()
        if not text.isdecimal():
            raise WrongValueError(name, f"`{text}` is no whole number")
        return int(text)

    def words(self, name: str) -> list[str]:
        """Give a list that is separated by blanks or commas."""
        return self[name].replace(",", " ").replace('"', " ").split()

    def file(self, name: str) -> str | None:
        """Read the file that a variable names; None: it names none. Raises OskError where it cannot be read."""
        path = self[name].strip()
        if path in _NOTHING:
            return None
        try:
            return self._read_file(path, self.given[name].file if name in self.given else "")
        except (OSError, UnicodeError) as error:
            reason = (
                error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
            )
            advice = Advice("A relative path counts from the folder of the file that names it")
            summary = f"`{name}` names `{path}`, which cannot be read: {reason}"
            problem = Problem("OSK0131", summary, self.place(name), None, (advice,))
            raise OskError(problem, exit_code=ExitCode.USAGE) from error

    def path(self, name: str) -> str:
        """Give the path of the file that a variable names, so that it can be found from anywhere."""
        folder = PurePath(self.given[name].file if name in self.given else "").parent
        return str(folder / PurePath(self[name].strip()))

    def place(self, name: str) -> str:
        """Say where a variable is given."""
        return self.given[name].place if name in self.given else name

    def _raw(self, name: str) -> str:
        given = self.given[name].value if name in self.given else ""
        if given.strip() or (name in self.given and name not in FILLED):
            return given
        return self._default(name)

    def _default(self, name: str) -> str:
        return DERIVED[name](self) if name in DERIVED else DEFAULTS.get(name, "")
