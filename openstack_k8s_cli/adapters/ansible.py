"""The one place that runs Ansible: ansible-runner with a private folder, for hooks, checks and playbooks by hand."""

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_SIGNALLED = 137
"""Exit code of a process that SIGKILL ended, as shells give it."""
_TAIL = 4_000
"""Characters of what Ansible printed that are kept."""


@dataclass(frozen=True, slots=True)
class Play:
    """A playbook with everything that it is run with."""

    playbook: Path
    inventory: Path
    folder: Path
    """A private folder that is there and goes with the run."""
    environment: Mapping[str, str] = field(repr=False)
    vars: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """They go by a file, so that no list of processes shows them."""
    limit: str = ""
    tags: str = ""
    skip_tags: str = ""
    dry: bool = False
    """Whether nothing is changed (`--check --diff`)."""
    forks: int = 0
    """How many hosts at a time; 0: as Ansible has it."""
    verbosity: int = 0


@dataclass(frozen=True, slots=True)
class Played:
    """How it ended."""

    exit_code: int
    canceled: bool
    last: str = field(default="", repr=False)
    """The end of what Ansible printed, such as a syntax error."""


def is_here() -> bool:
    """Tell whether Ansible is installed beside osk."""
    return importlib.util.find_spec("ansible_runner") is not None


def require(what: str, subject: str | None = None) -> None:
    """Refuse what needs Ansible where it is not installed; raises OskError (exit 4)."""
    if is_here():
        return
    advice = Advice(
        "Install it, then run the same command",
        f"{sys.executable} -m pip install ansible-core ansible-runner",
    )
    problem = Problem(
        "OSK0515", f"{what} needs Ansible, which is not installed beside osk", subject, None, (advice,)
    )
    raise OskError(problem, exit_code=ExitCode.REFUSED)


def beside(package: str) -> list[Path]:
    """List the folders of a package that is installed beside osk."""
    found = importlib.util.find_spec(package)
    return [Path(each) for each in (found.submodule_search_locations or ())] if found else []


def play(
    asked: Play, *, hear: Callable[[Mapping[str, Any]], None], over: Callable[[], bool] = lambda: False
) -> Played:
    """Run a playbook to its end; `hear` gets each of ansible-runner's events, `over` ends it."""
    import ansible_runner  # noqa: PLC0415  # heavy, and only playbooks need it

    private = asked.folder / "ansible"
    private.mkdir(mode=0o700)
    programs = str(Path(sys.executable).parent)
    path = asked.environment.get("PATH", os.defpath)
    spoken = {**asked.environment, **_utf8(asked.environment)}

    def handle(event: Mapping[str, Any]) -> bool:
        for file in private.glob("artifacts/*/command"):
            file.unlink()  # ansible-runner writes the environment into it, and cannot be told not to
        hear(event)
        return False  # ansible-runner need not keep it in a file

    ran = ansible_runner.run(
        private_data_dir=str(private),
        project_dir=str(asked.playbook.parent.absolute()),
        playbook=str(asked.playbook),
        inventory=str(asked.inventory),
        extravars=_vars_file(asked.vars, private),
        envvars={"ANSIBLE_NOCOLOR": "1", **spoken, "PATH": f"{programs}{os.pathsep}{path}"},
        quiet=True,
        event_handler=handle,
        cancel_callback=over,
        settings={"suppress_ansible_output": True},
        suppress_env_files=True,  # the environment holds secrets
        **_narrowed(asked),
    )
    return Played(_exit_code(ran), ran.status == "canceled", _last(ran))


def _utf8(environment: Mapping[str, str]) -> dict[str, str]:
    """Choose a locale where that of the environment is of another encoding: with such a one Ansible does not start."""
    chosen = next((name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    return {"LC_ALL": "C.UTF-8"} if chosen and "utf" not in environment[chosen].lower() else {}


def _exit_code(ran: Any) -> int:
    """Give Ansible's exit code; it has none where a signal ended it."""
    if ran.rc is None:
        return _SIGNALLED
    return int(ran.rc) or (0 if ran.status == "successful" else 1)


def _vars_file(variables: Mapping[str, Any], private: Path) -> str | None:
    """Write variables where only their owner reads them: on the command line everyone would."""
    if not variables:
        return None
    file = private / "vars.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(dict(variables)), encoding="utf-8")
    return str(file)


def _narrowed(asked: Play) -> dict[str, Any]:
    """Give what is said only where it is asked for."""
    chosen = {
        "limit": asked.limit,
        "tags": asked.tags,
        "skip_tags": asked.skip_tags,
        "forks": asked.forks,
        "verbosity": asked.verbosity,
        "cmdline": "--check --diff" if asked.dry else "",
    }
    return {name: value for name, value in chosen.items() if value}


def _last(ran: Any) -> str:
    try:
        return str(ran.stdout.read())[-_TAIL:]
    except (OSError, ValueError, AttributeError):
        return ""
