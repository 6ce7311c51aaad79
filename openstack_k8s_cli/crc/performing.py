"""Changes, made: by programs of the host, each of which can be repeated after an interruption."""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType

from openstack_k8s_cli.crc import answers, causes, kubeconfigs, starts
from openstack_k8s_cli.crc.answers import Outcome
from openstack_k8s_cli.crc.facts import DOMAIN, FOLDER, LIBVIRT, program
from openstack_k8s_cli.crc.ports import Host, Ran, home
from openstack_k8s_cli.crc.steps import Change, Kind
from openstack_k8s_cli.crc.wanted import Wanted
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_SUMS = "sha256sum.txt"
Told = Callable[[str], object]
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")
_WORDS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.SETUP: ("setup", "--show-progressbars", "-o", "json"),
        Kind.START: ("start", "-o", "json"),
        Kind.DELETE: ("delete", "--force", "-o", "json"),
        Kind.CLEANUP: ("cleanup",),
        Kind.STOP: ("stop", "--force", "-o", "json"),
    }
)


_NOTED: Mapping[Kind, str] = MappingProxyType({Kind.START: "start", Kind.SETUP: starts.SETUP})
"""Changes whose begin is noted until their end."""


def perform(host: Host, change: Change, wanted: Wanted, told: Told) -> None:
    """Make one change; raises OskError (exit 7) where crc does not."""
    if change.kind is Kind.DOWNLOAD:
        _download(host, wanted, told)
        return
    if change.kind in _NOTED:
        starts.begin(host, _NOTED[change.kind])
    ran = _ran(host, change, told)
    done = answers.outcome(ran)
    if not done.success:
        raise _failed(change, done, ran)
    if change.kind in {Kind.START, Kind.STOP}:
        starts.end(host)
    if change.kind in {Kind.SETUP, Kind.CLEANUP}:
        starts.end(host, starts.SETUP)


def _ran(host: Host, change: Change, told: Told) -> Ran:
    """Run what makes the change."""
    crc = program(host) or "crc"
    match change.kind:
        case Kind.SET:
            return host.run([crc, "config", "set", change.name, change.becomes])
        case Kind.UNSET:
            return host.run([crc, "config", "unset", change.name])
        case Kind.UNDEFINE:
            host.run([*LIBVIRT, "destroy", DOMAIN])  # one that is off is none
            return host.run([*LIBVIRT, "undefine", DOMAIN, "--nvram"])
        case Kind.DISCARD:
            return host.run(["rm", "-r", "-f", f"{home(host)}/{FOLDER}"])
        case Kind.START | Kind.STOP:
            with kubeconfigs.keeping(host, told):
                return _followed(host, [crc, *_WORDS[change.kind]], told)
        case _:
            return _followed(host, [crc, *_WORDS[change.kind]], told)


def _followed(host: Host, argv: Sequence[str], told: Told) -> Ran:
    steady = steadily(told)

    def hear(line: str) -> None:
        if text := answers.heard(line):
            steady(text)

    return host.run(argv, heard=hear)


def steadily(told: Told) -> Callable[[str], None]:
    """Tell of a bar of progress each ten per cent once, and everything else at once."""
    last = -1

    def hear(line: str) -> None:
        nonlocal last
        found = _PERCENT.search(line)
        tens = int(float(found[1])) // 10 if found else -1
        if not found or tens != last:
            told(" ".join(line.replace("#", " ").split()))
        last = tens if found else last

    return hear


def _failed(change: Change, done: Outcome, ran: Ran) -> OskError:
    starts = change.kind is Kind.START
    ran_as = {
        Kind.SET: f"crc config set {change.name}",
        Kind.UNDEFINE: f"virsh undefine {DOMAIN}",
        Kind.DISCARD: f"rm -r ~/{FOLDER}",
    }
    what = f"`{ran_as.get(change.kind, f'crc {change.kind}')}` failed"
    found = causes.cause_of(done.error) or causes.cause_of(answers.complaint(ran.stderr))
    again = Advice(
        "The same command goes on from there; crc's own log is ~/.crc/crc.log",
        f"osk crc {'start' if starts else 'setup'}",
    )
    problem = Problem(
        code="OSK1245" if starts else "OSK1244",
        summary=f"{what}: {found.text}" if found else what,
        detail=done.error,
        advice=(found.advice, again) if found else (again,),
    )
    return OskError(problem, exit_code=ExitCode.FAILED)


def _download(host: Host, wanted: Wanted, told: Told) -> None:
    """Fetch the archive, check it, and only then take the program out of it."""
    source = wanted.source
    if source is None:
        return
    digest = source.sha256 or _digest(host, source.url)
    folder = f"{home(host)}/.cache/osk/crc"
    partial, target = f"{folder}/{digest}.partial", f"{home(host)}/.local/bin"
    _must(host, ["mkdir", "-p", folder, target], source.url)
    # only one that came whole before an interruption is not fetched again
    if not _is(host, partial, digest):
        _must(host, ["curl", *_CURL, "--progress-bar", "--output", partial, source.url], source.url, told)
    if not _is(host, partial, digest):
        host.run(["rm", "-f", partial])
        advice = Advice("See who changed it; a proxy that answers with a page of its own is the usual reason")
        raise _refused("The archive of crc is not what its checksum says", source.url, digest, advice)
    _must(
        host,
        [
            "tar",
            "--extract",
            "--xz",
            "--file",
            partial,
            "--directory",
            folder,
            "--strip-components=1",
            "--wildcards",
            "*/crc",
        ],
        source.url,
    )
    # the program comes last: once it is there nobody looks at the archive again
    host.run(["rm", "-f", partial])
    _must(host, ["mv", f"{folder}/crc", f"{target}/crc"], source.url)


_CURL = ("--fail", "--location", "--retry", "3", "--proto", "=https")


def _digest(host: Host, url: str) -> str:
    place = PurePosixPath(url)
    sums = f"{url.removesuffix(place.name)}{_SUMS}"
    ran = _must(host, ["curl", *_CURL, "--silent", "--show-error", sums], sums)
    for line in ran.stdout.splitlines():
        digest, _, name = line.partition(" ")
        if name.strip().lstrip("*") == place.name:
            return digest
    raise _refused(
        "The checksum of crc's archive is not known", sums, f"it has no line of {place.name}", _GIVEN
    )


_GIVEN = Advice("Name address and checksum yourself", "osk profile explain platform.crc.download")


def _is(host: Host, path: str, digest: str) -> bool:
    ran = host.run(["sha256sum", path])
    return ran.exit_code == 0 and ran.stdout.split()[:1] == [digest]


def _must(host: Host, argv: Sequence[str], subject: str, told: Told | None = None) -> Ran:
    ran = host.run(argv, heard=steadily(told) if told else None)
    if ran.exit_code:
        said = ran.stderr.strip().splitlines()
        detail = f"{shlex.join(argv[:1])}: {said[-1] if said else f'ended with {ran.exit_code}'}"
        advice = Advice(
            "See that the address is reached, by HTTPS_PROXY if need be; the same command goes on"
        )
        raise _refused("crc cannot be downloaded", subject, detail, advice)
    return ran


def _refused(summary: str, subject: str, detail: str, advice: Advice) -> OskError:
    return OskError(Problem("OSK1243", summary, subject, detail, (advice,)), exit_code=ExitCode.REFUSED)
