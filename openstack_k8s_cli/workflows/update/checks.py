"""What an update is refused for, before it sets anything that cannot be taken back."""

from difflib import get_close_matches

from openstack_k8s_cli.model.objects import id_of
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.workflows.update import images, rules
from openstack_k8s_cli.workflows.update.asked import Asked
from openstack_k8s_cli.workflows.update.live import Live


def before(live: Live, asked: Asked) -> None:
    """Refuse what is known to fail from the start; raises OskError."""
    if not live.deployed:
        problem = Problem(
            "OSK0712",
            "The control plane was never Ready, so there is no version to update from",
            subject=str(id_of(live.version)),
            advice=(Advice("Bring it to Ready first", "osk deploy controlplane"),),
        )
        raise OskError(problem, exit_code=ExitCode.REFUSED)
    if asked.to and asked.to in live.known:
        version(live, asked.to, asked)
    elif problems := ahead(live, asked):
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def target(live: Live, asked: Asked) -> str:
    """Choose the version to come to; raises OskError for one that the operator does not have."""
    wanted = asked.to or live.available
    if wanted and (wanted in live.known or wanted in (live.available, live.deployed)):
        return wanted
    known = sorted(live.known) or [each for each in (live.available,) if each]
    near = get_close_matches(wanted, known, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"It has {', '.join(known) or 'none'}"
    problem = Problem(
        "OSK0713",
        f"The installed operator does not have version {wanted or '(none)'}",
        subject=str(id_of(live.version)),
        advice=(Advice(hint, "osk update check"),),
    )
    raise OskError(problem, exit_code=ExitCode.REFUSED)


def version(live: Live, wanted: str, asked: Asked) -> None:
    """Refuse a version that would leave the cloud halfway; raises OskError."""
    problems = obstacles(live, wanted, asked)
    if problems:
        raise OskError(*problems, exit_code=ExitCode.REFUSED)


def obstacles(live: Live, wanted: str, asked: Asked) -> tuple[Problem, ...]:
    """List what stands in the way of a version."""
    if rules.deployed(live.version, wanted):
        return ()
    return (
        *([_images(live)] if _stay(live, wanted) and not asked.keep_images else []),
        *([without_hosts(live, wanted)] if _hangs(live, wanted) and not asked.without_hosts else []),
    )


def _stay(live: Live, wanted: str) -> bool:
    return bool(live.custom) and not live.renews and live.target != wanted


def ahead(live: Live, asked: Asked) -> tuple[Problem, ...]:
    """List what stands in the way of the version that a newer operator on offer would bring."""
    if not live.upgrades:
        return ()
    return (
        *([_images(live)] if live.custom and not live.renews and not asked.keep_images else []),
        *([without_hosts(live, live.offered)] if _would_hang(live) and not asked.without_hosts else []),
    )


def _would_hang(live: Live) -> bool:
    """Tell whether hosts are missing for a version of which the catalog says that it has the same OVN."""
    ours = images.of_version(live, live.deployed).get(images.OVN_HOSTS)
    return live.has_ovn and ours in live.brings and not live.ovn_services()


def _hangs(live: Live, wanted: str) -> bool:
    over = rules.is_true(live.version, "MinorUpdateOVNDataplane", wanted)
    return images.waits_for_ever(live, wanted) and not over


def without_hosts(live: Live, wanted: str) -> Problem:
    """Say that the operator would wait for a deployment of OVN on hosts that are not there."""
    return Problem(
        "OSK0714",
        "This cloud has no hosts with OVN, and its update would not get past them",
        subject=str(id_of(live.version)),
        detail=f"OVN's image is the same in {live.deployed} and {wanted}: the operator then waits until a deployment "
        "of OVN has run on the data plane, and without hosts none can",
        advice=(
            Advice("Deploy a data plane first", "osk deploy dataplane"),
            Advice("Or go on to a version with another OVN", "osk update run --to VERSION"),
            Advice(
                "Or try it all the same; it can be paused and gone on with", "osk update run --without-hosts"
            ),
        ),
    )


def _images(live: Live) -> Problem:
    return Problem(
        "OSK0715",
        "Images of your own stand in for the operator's, and would stay as they are in the new version",
        subject=str(id_of(live.version)),
        detail="\n".join(f"{name}: {image}" for name, image in images.flat(live.custom).items()),
        advice=(
            Advice(
                "Name those for the new version in the profile; osk sets them with the version",
                "osk profile explain controlplane.customImages",
            ),
            Advice("Or keep them", "osk update run --keep-images"),
        ),
    )
