"""What `osk dev image openstack --index` and `--bundle` do: the operator comes from another catalog, and back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from openstack_k8s_cli.cli import developing
from openstack_k8s_cli.cli.developing import Wish
from openstack_k8s_cli.developing.entries import Kind
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

if TYPE_CHECKING:
    from openstack_k8s_cli.cli.session import Session
    from openstack_k8s_cli.model.events import Event


def catalog(
    session: "Session",
    name: str,
    kind: Kind,
    reference: str,
    *,
    channel: str | None,
    refused: Mapping[str, object],
    yes: bool,
) -> "Iterator[Event]":
    """Take the OpenStack operator from another catalog; `refused` are options that mean nothing then."""
    from openstack_k8s_cli.developing import catalogs, operators
    from openstack_k8s_cli.workflows.developing import effects

    _check(name, kind, reference, channel=channel, given=[each for each, value in refused.items() if value])
    operators.check_image(reference.removeprefix(catalogs.SERVED) if kind is Kind.INDEX else reference)
    work = session.work
    values = work.loaded.values
    namespace, package = values["namespaces"]["operators"], values["operators"]["openstack"]["package"]
    wish = Wish(
        kind=kind,
        name=name,
        values=catalogs.values(kind, reference, namespace, channel),
        touches=(developing.OPERATOR, developing.INITIALIZE),
        note=reference,
    )
    made = [effects.wanted(each) for each in catalogs.objects(kind, reference, namespace, package)]
    return developing.change(session, wish, wishes=lambda _: made, yes=yes, work=work)


def chosen(image: str | None, index: str | None, bundle: str | None) -> tuple[Kind, str]:
    """Say which of the three ways of another image is meant; raises OskError."""
    ways = ((Kind.IMAGE, image), (Kind.INDEX, index), (Kind.BUNDLE, bundle))
    given = [(kind, reference) for kind, reference in ways if reference]
    if len(given) != 1:
        raise _refused("One of IMAGE, --index and --bundle says where the operator comes from", "")
    return given[0]


def _check(name: str, kind: Kind, reference: str, *, channel: str | None, given: Sequence[str]) -> None:
    if name != "openstack":
        raise _refused(f"--{kind.value} is for the OpenStack operator only", name, "osk dev image openstack")
    if channel and kind is Kind.BUNDLE:
        raise _refused("--channel is for --index: a bundle is in a channel of its own", channel)
    if given:
        save = f"osk profile set operators.openstack.index {reference}"
        command = save if kind is Kind.INDEX and "--save" in given else None
        raise _refused(f"{given[0]} is for an operator's image, not for a catalog", given[0], command)


def _refused(summary: str, subject: str, command: str | None = None) -> OskError:
    advice = Advice("Say it like this", command or "osk dev image --help")
    return OskError(Problem("OSK1422", summary, subject, None, (advice,)), exit_code=ExitCode.USAGE)
