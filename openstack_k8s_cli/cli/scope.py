"""What the global options say, wherever on the line they stood."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

DEFAULT_PROFILE = "crc"
DEFAULT_REHEARSAL = "default"
LOCAL_PROFILE = "osk.yaml"


class Output(StrEnum):
    """The form of what goes to stdout."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Scope:
    """The global options; None or empty: not given."""

    profile: str | None = None
    sets: tuple[str, ...] = ()
    """`path=value`, in the order given; the last wins."""
    catalogs: tuple[Path, ...] = ()
    """Folders of components beside the shipped ones."""
    kubeconfig: str | None = None
    context: str | None = None
    rehearsal: str | None = None
    """The name of the rehearsal cluster that the command is pointed at."""
    output: Output | None = None
    verbose: int | None = None
    log_file: Path | None = None
    no_color: bool | None = None

    @property
    def form(self) -> Output:
        """Give the form of stdout, text unless said otherwise."""
        return self.output or Output.TEXT

    @property
    def machine(self) -> bool:
        """Whether stdout is for a machine."""
        return self.form is not Output.TEXT

    @property
    def pointers(self) -> tuple[tuple[str, ...], ...]:
        """Give the options that another command needs to mean the same cloud, each as its words."""
        chosen = {"--kubeconfig": self.kubeconfig, "--context": self.context, "-p": self.profile}
        named = f"--rehearsal={self.rehearsal}" if self.rehearsal != DEFAULT_REHEARSAL else "--rehearsal"
        return (
            *([(named,)] if self.rehearsal else []),
            *((option, value) for option, value in chosen.items() if value),
            *(("--catalog", str(each)) for each in self.catalogs),
            *(("--set", each) for each in self.sets),
        )

    def profile_name(self, environment: str | None, folder: Path) -> str:
        """Choose the profile: the option, OSK_PROFILE, `./osk.yaml`, else `crc`."""
        local = folder / LOCAL_PROFILE
        return self.profile or environment or (str(local) if local.is_file() else DEFAULT_PROFILE)
