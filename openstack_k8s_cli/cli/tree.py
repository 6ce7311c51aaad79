"""The commands by name, each imported only when it is used, so that `osk --help` stays fast."""

import importlib
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from openstack_k8s_cli.cli.options import GLOBAL_NAMES, GLOBAL_ROWS, hoisted, scoped, spelled_out
from openstack_k8s_cli.cli.session import Session

HEADINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Profile": {
            "init": "Write a short, commented osk.yaml to start from",
            "profile": "Look at profiles: list, show, validate, schema, explain, diff, set, import",
            "validate": "Check objects without a cluster: schemas and lint rules",
            "render": "Print the objects of a profile in apply order",
            "graph": "Print the plan as a graph",
            "images": "The images that a profile needs: list",
            "mirror": "A mirror of the images: plan, push, verify",
        },
        "Cloud": {
            "up": "From a bare host to a cloud that can be used: CRC, hosts, and all that the profile has",
            "down": "And back: the cloud, its hosts, CRC",
            "stop": "Put a cloud to sleep: its hosts, then CRC",
            "start": "Wake it",
            "doctor": "Look for what would make a deployment fail: profile, host, cluster, hosts",
            "rbac": "Print the rights that a plan needs",
            "plan": "Show what a deployment would change",
            "deploy": "Bring a layer, a component or everything to Ready",
            "wait": "Wait until what is deployed is Ready",
            "status": "Show how layers, components and objects are",
            "update": "Bring a running cloud to another version: check, run",
            "teardown": "Take a layer or everything down again",
        },
        "Hosts and clusters": {
            "dataplane": "The hosts of the data plane: check, status, rotate-keys, reboot, run, import",
            "hosts": "The hosts themselves: list, create, delete, ssh, add, remove",
            "host": "What a lab has beside its hosts: network, nfs, bmaas",
            "crc": "OpenShift Local on a host: setup, start, stop, status, delete, console, kubeconfig, network, disk, tunnel, snapshot",
            "cluster": "What the cluster is: info",
        },
        "Use": {
            "openstack": "Run the OpenStack client of the cloud",
            "cloud": "How to use the cloud: env, clouds-yaml, horizon",
            "secrets": "The secret values of the cloud: list, show, rotate",
            "smoke": "See whether the cloud works: a server, an address, a volume",
            "test": "Run tests in a cloud that is up and fetch their results",
        },
        "Development": {
            "edit": "Edit what the profile says of a service, and deploy it",
            "redeploy": "Have one service gone and made anew, the others untouched",
            "dev": "Work on operators and services in a running cloud: image, build, run, service-image, mount, ansible, status, reset",
            "rehearse": "Deploy a profile on a rehearsal cluster on this machine: up, down, status, kubeconfig, logs, build",
        },
        "osk itself": {
            "report": "Look at runs and their reports: list, html, svg",
            "completion": "Print the completion script of a shell",
            "version": "Print the version",
        },
    }
)
"""What `osk --help` lists: under each heading commands with their summaries."""

COMMANDS: Mapping[str, str] = MappingProxyType(
    {name: summary for commands in HEADINGS.values() for name, summary in commands.items()}
)
"""Name and summary; the module is `cli/commands/NAME.py` and its typer app is `app`."""

PASSING = frozenset({"openstack"})
"""Commands that hand their arguments on untouched."""


class Branch(TyperGroup):
    """A group of commands; the global options before a subcommand are moved behind it."""

    default: str | None = None
    """The command that is meant when none is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:  # completion wants the line as it stands
            return super().parse_args(ctx, args)
        known = self.default and any(each in self.commands for each in args)
        return super().parse_args(ctx, hoisted(args, default=None if known else self.default))

    def get_params(self, ctx: Any) -> list[Any]:
        own = super().get_params(ctx)
        return own + global_params() if ctx.resilient_parsing else own

    def get_help_option(self, ctx: Any) -> Any:
        return plain_flag(super().get_help_option(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        write_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # the group's interface
        """List the commands with the whole first line of their help."""
        rows = [(name, first_line(command.help)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class Tree(Branch):
    """The root group."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the group's interface
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            self._unknown(ctx, cmd_name)
            return None
        if cmd_name not in self.commands:
            module = importlib.import_module(f"openstack_k8s_cli.cli.commands.{cmd_name}")
            command = get_command(module.app)
            command.name = cmd_name
            self.commands[cmd_name] = command
        return self.commands[cmd_name]

    def _unknown(self, ctx: Any, name: str) -> None:
        near = get_close_matches(name, COMMANDS, n=1)
        if near and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"No such command '{name}'. Did you mean '{near[0]}'?")

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spelled_out(args, PASSING))

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # the group's interface
        width = max(map(len, COMMANDS))
        for heading, commands in HEADINGS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), summary) for name, summary in commands.items()])


class Leaf(TyperCommand):
    """A command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")  # pydantic's, by which typer checks
            raise

    def get_help_option(self, ctx: Any) -> Any:
        return plain_flag(super().get_help_option(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        write_options(self, ctx, formatter)


def global_params() -> list[Any]:
    """Make the global options' parameters, for groups that are completed."""
    app = single()

    @app.command()
    @scoped
    def bearer(session: Session) -> None:  # never called
        """Bear the parameters."""

    return [each for each in get_command(app).params if each.name in GLOBAL_NAMES]


def first_line(text: str | None) -> str:
    """Give the first line of a help text, without its period."""
    return (text or "").strip().partition("\n")[0].removesuffix(".")


def plain_flag(option: Any) -> Any:
    """Let `--help` be False when it is not given: typer loads pydantic to make sense of None."""
    if option is not None:
        option.default = False
    return option


def write_options(command: Any, ctx: Any, formatter: Any) -> None:
    """Write a command's arguments and own options, then the global ones."""
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for param in command.get_params(ctx):
        record = None if param.name in GLOBAL_NAMES else param.get_help_record(ctx)
        if record and param.param_type_name == "argument":
            sections["Arguments"].append((param.metavar or param.name.upper(), record[1]))
        elif record:
            sections["Options"].append(record)
    for title, rows in (*sections.items(), ("Global options", GLOBAL_ROWS)):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def examples(*lines: str) -> str:
    """Give the epilog of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def group(cls: type[Branch] = Branch) -> typer.Typer:
    """Make a group's app."""
    return typer.Typer(
        cls=cls,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )


def single() -> typer.Typer:
    """Make the app of one command."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
