"""The global options as every command and group takes them, and how a command receives them."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from openstack_k8s_cli.cli import naming
from openstack_k8s_cli.cli.scope import DEFAULT_REHEARSAL, Output, Scope
from openstack_k8s_cli.cli.session import Session, bounded
from openstack_k8s_cli.model.problems import ExitCode

P = ParamSpec("P")

VALUED = frozenset(
    {"-p", "--profile", "--set", "--catalog", "--kubeconfig", "--context", "-o", "--output", "--log-file"}
)
"""Global options whose value is the next word."""


def _declare(
    *,
    profile: Annotated[
        str | None,
        typer.Option(
            "-p",
            "--profile",
            metavar="NAME|PATH",
            help="Profile: a built-in name or a file  [default: $OSK_PROFILE, ./osk.yaml, crc]",
            autocompletion=naming.profiles,
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Set one value of the profile; may be repeated. Of a secret, better where it is: {env: NAME}",
        ),
    ] = None,
    catalogs: Annotated[
        list[Path] | None,
        typer.Option("--catalog", metavar="DIR", help="Add components of your own; may be repeated"),
    ] = None,
    kubeconfig: Annotated[
        str | None, typer.Option("--kubeconfig", metavar="FILE", help="Kubeconfig  [default: $KUBECONFIG]")
    ] = None,
    context: Annotated[
        str | None, typer.Option("--context", metavar="NAME", help="Context of the kubeconfig")
    ] = None,
    rehearsal: Annotated[
        str | None,
        typer.Option(
            "--rehearsal",
            metavar="[=NAME]",
            help="Use the rehearsal cluster on this machine",
        ),
    ] = None,
    output: Annotated[
        Output | None, typer.Option("-o", "--output", help="Form of stdout", metavar="text|json|yaml")
    ] = None,
    verbose: Annotated[
        int | None, typer.Option("-v", "--verbose", count=True, help="Say more on stderr; -vv even more")
    ] = None,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", metavar="FILE", help="Write the log to this file too")
    ] = None,
    no_color: Annotated[bool | None, typer.Option("--no-color", help="No colours  [also: $NO_COLOR]")] = None,
) -> None:
    """Carry the declarations; never called."""


def _flags(info: Any) -> tuple[str, ...]:
    return (info.default, *info.param_decls)


_PARAMETERS = tuple(inspect.signature(_declare).parameters.values())
_INFOS = tuple(parameter.annotation.__metadata__[0] for parameter in _PARAMETERS)
GLOBAL_NAMES = frozenset(parameter.name for parameter in _PARAMETERS)
GLOBAL_FLAGS = frozenset(flag for info in _INFOS for flag in _flags(info))
GLOBAL_ROWS = tuple(
    (f"{', '.join(_flags(info))} {info.metavar or ''}".strip().replace(" [=", "[="), info.help)
    for info in _INFOS
)
"""As help shows them."""


def scoped(command: Callable[Concatenate[Session, P], ExitCode | None]) -> Callable[..., None]:
    """Give a command the global options: it is called with a Session, and its errors end at the boundary."""

    @functools.wraps(command)
    def call(*, ctx: typer.Context, **given: Any) -> None:
        scope = _scope(given)
        body: Callable[..., ExitCode | None] = functools.partial(command, **given)
        bounded(body, scope=scope, command=ctx.command_path)

    return _with_options(call, own=list(inspect.signature(command, eval_str=True).parameters.values())[1:])


def extended(
    declare: Callable[..., Any], *, into: str
) -> Callable[[Callable[..., ExitCode | None]], Callable[..., ExitCode | None]]:
    """Give a command the options of `declare`, and what that makes of them as one argument; below `scoped`."""
    more = tuple(inspect.signature(declare).parameters.values())

    def decorated(command: Callable[..., ExitCode | None]) -> Callable[..., ExitCode | None]:
        @functools.wraps(command)
        def call(session: Session, **given: Any) -> ExitCode | None:
            own = {each.name: given.pop(each.name) for each in more}
            return command(session, **given, **{into: declare(**own)})

        kept = [each for each in inspect.signature(command).parameters.values() if each.name != into]
        call.__signature__ = inspect.Signature([*kept, *more])  # type: ignore[attr-defined]  # what typer reads
        return call

    return decorated


def spelled_out(args: list[str], passing: frozenset[str]) -> list[str]:
    """Turn a bare `--rehearsal` into `--rehearsal=NAME`, but not among what a passing command hands on."""
    result = list(args)
    at, passed = 0, False
    while at < len(result) and result[at] != "--":
        token = result[at]
        if token == "--rehearsal":  # noqa: S105  # an option, no password
            result[at] = f"--rehearsal={DEFAULT_REHEARSAL}"
        elif token.startswith("-"):
            at += token in VALUED
        elif passed:
            break
        else:
            passed = token in passing
        at += 1
    return result


def hoisted(args: list[str], *, default: str | None = None) -> list[str]:
    """Move global options that stand before a subcommand behind its name, so that only commands read them.

    What is nearer comes later, and the last one wins. `default` is put in where no subcommand is named: all is its own.
    """
    if default and not {"-h", "--help"} & set(args) and (not args or args[0].startswith("-")):
        return [default, *args]
    early: list[str] = []
    own: list[str] = []
    at = 0
    while at < len(args) and args[at].startswith("-") and args[at] != "--":
        width = 2 if args[at] in VALUED else 1
        (early if _is_global(args[at]) else own).extend(args[at : at + width])
        at += width
    if at < len(args):
        return [*own, args[at], *early, *args[at + 1 :]]
    return [*early, *own]


def _is_global(token: str) -> bool:
    name = token.partition("=")[0]
    return name in GLOBAL_FLAGS or (not token.startswith("--") and token[:2] in GLOBAL_FLAGS)


def _scope(given: dict[str, Any]) -> Scope:
    own = {name: given.pop(name) for name in GLOBAL_NAMES}
    own["sets"], own["catalogs"] = tuple(own["sets"] or ()), tuple(own["catalogs"] or ())
    return Scope(**own)


def _with_options(call: Callable[..., None], *, own: list[inspect.Parameter]) -> Callable[..., None]:
    ctx = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [ctx, *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in [*own, *_PARAMETERS])]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    return call
