"""What `osk profile` does: profiles as documents for people and machines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.cli.scope import DEFAULT_PROFILE
from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem
from openstack_k8s_cli.profile import (
    difference,
    editing,
    explain,
    listing,
    loading,
    paths,
    redaction,
    services,
    staffing,
    starting,
)
from openstack_k8s_cli.profile.loading import Loaded
from openstack_k8s_cli.profile.schema import json_schema
from openstack_k8s_cli.profile.sources import Over, Reader, Source

if TYPE_CHECKING:
    from openstack_k8s_cli.profile.importers.outcome import Outcome


class Profiles:
    """The profiles that are built in or in files."""

    def __init__(self, reader: Reader, sets: Sequence[str]) -> None:
        self._reader = reader
        self._sets = sets

    def load(self, name: str, overlays: Sequence[Source] = ()) -> Loaded:
        """Load one, with the session's `--set`."""
        return loading.load(name, sets=self._sets, reader=self._reader, overlays=overlays)

    def listed(self) -> list[dict[str, Any]]:
        """List the built-in profiles."""
        return [asdict(each) for each in listing.profiles(self._reader)]

    def shown(self, loaded: Loaded) -> dict[str, Any]:
        """Give every value, defaults filled in, secrets as dots."""
        shown: dict[str, Any] = redaction.redacted(dict(loaded.values))
        return shown

    def explained(self, name: str, overlays: Sequence[Source], path: str) -> dict[str, Any]:
        """Give all that is known about one value, also of a profile with faults: they are looked for by this."""
        loaded: Loaded | loading.Laid
        try:
            loaded = self.load(name, overlays)
        except OskError:
            loaded = loading.lay(name, sets=self._sets, reader=self._reader, overlays=overlays)
        return asdict(explain.explain(loaded, path))

    def differences(self, before: str, after: str) -> list[dict[str, Any]]:
        """Compare two profiles."""
        return [asdict(each) for each in difference.diff(self.load(before), self.load(after))]

    def schema(self) -> dict[str, Any]:
        """Give the JSON schema of the YAML form, for editors."""
        return json_schema(services.parsed(self._reader.services()))

    def start(self, path: Path, origin: str) -> tuple[str, ...]:
        """Write a new profile over a built-in one, which a trait needs beside it; a file that is there stays.

        Gives what it extends.
        """
        if path.exists():
            problem = Problem(
                code="OSK1004",
                summary=f"`{path}` is there already",
                subject=str(path),
                advice=(
                    Advice("Change it with an editor, or a value at a time", "osk profile set PATH VALUE"),
                ),
            )
            raise OskError(problem, exit_code=ExitCode.USAGE)
        self.load(origin)
        traits = {each.name for each in listing.profiles(self._reader) if each.trait}
        origins = (DEFAULT_PROFILE, origin) if origin in traits else (origin,)
        files.write_whole(path, starting.init_text(Path.cwd().name.lower() or "lab", origins))
        return origins

    def change(self, name: str, path: str, value: str) -> bool:
        """Set one value in a profile's file, if the whole stays valid; tell whether the text changed."""
        return self._edit(name, lambda text: editing.set_value(text, path, value))

    def put(self, name: str, values: Iterable[tuple[tuple[str, ...], Any]], *, dry: bool = False) -> bool:
        """Set values in a profile's file, or only find out whether that can be done; tell whether the text changed."""
        found = tuple(values)

        def edit(text: str) -> str:
            for (*home, key), value in found:
                text = editing.set_entries(text, tuple(home), {key: value})
            return text

        return self._edit(name, edit, dry=dry)

    def add_nodes(self, name: str, found: Mapping[str, Mapping[str, Any]]) -> bool:
        """Add hosts to node sets in a profile's file; where it does not say their count, rules make no more."""

        def edit(text: str) -> str:
            for nodeset, nodes in found.items():
                home = ("dataplane", "nodesets", nodeset)
                text = editing.set_entries(text, (*home, "nodes"), nodes)
                if not editing.has(text, (*home, "count")):
                    text = editing.set_value(text, paths.write((*home, "count")), "0")
            return text

        return self._edit(name, edit)

    def grow(self, name: str, nodeset: str, number: int, *, dry: bool = False) -> list[str]:
        """Add hosts to a node set in a profile's file, or only find out whether that can be done; gives their names."""
        fresh: list[str] = []

        def edit(text: str) -> str:
            text, found = staffing.grown(text, nodeset, number, self._loader(name))
            fresh.extend(found)
            return text

        self._edit(name, edit, dry=dry)
        return fresh

    def shrink(self, name: str, hosts: Sequence[str], *, dry: bool = False) -> None:
        """Take hosts out of a profile's file, or only find out whether that can be done."""
        self._edit(name, lambda text: staffing.shrunk(text, hosts, self._loader(name)), dry=dry)

    def source(self, name: str) -> Source:
        """Read a profile's file as it is now."""
        return self._reader.read(name, None)

    def own(self, name: str) -> Source:
        """Read a profile's file to change it; raises OskError for one that is built in."""
        source = self.source(name)
        if not Path(source.name).is_file():
            raise _built_in(name)
        return source

    def kinds(self) -> services.Kinds:
        """Give the services of the catalogue, whatever is wrong with a profile."""
        return services.parsed(self._reader.services())

    def having(self, name: str, text: str) -> "Profiles":
        """Give the same profiles with one text as it would be."""
        return Profiles(_Edited(self._reader, name, text), self._sets)

    def write(self, before: Source, text: str) -> None:
        """Write a profile's file; raises OskError where somebody else has written it since."""
        if files.outside(before.name).text != before.text:
            advice = Advice("Look at what was changed there, then run it again")
            problem = Problem(
                "OSK1438", f"`{before.label}` was changed meanwhile", before.label, None, (advice,)
            )
            raise OskError(problem, exit_code=ExitCode.REFUSED)
        files.write_whole(Path(before.name), text)

    def put_back(self, name: str, before: Source, after: Source) -> bool:
        """Take back an edit that led nowhere; not where somebody else has written the file since."""
        if self.source(name) != after:
            return False
        files.write_whole(Path(before.name), before.text)
        return True

    def _loader(self, name: str) -> staffing.Load:
        return lambda text: loading.load(name, reader=_Edited(self._reader, name, text)).values

    def _edit(self, name: str, edit: Callable[[str], str], *, dry: bool = False) -> bool:
        source = self.own(name)
        text = edit(source.text)
        loading.load(name, reader=_Edited(self._reader, name, text))
        if dry or text == source.text:
            return False
        files.write_whole(Path(source.name), text)
        return True

    def from_install_yamls(self, names: Sequence[str], targets: Sequence[str]) -> "Outcome":
        """Make a profile out of files of variables, `-` for stdin, and make targets."""
        from openstack_k8s_cli.profile.importers import install_yamls  # only imports need it

        sources = [files.outside(name) for name in names]
        return install_yamls.imported(sources, targets, reader=self._reader, read_file=files.named_by)

    def from_architecture(self, folder: Path) -> "Outcome":
        """Make the draft of a profile out of an example of the validated architectures."""
        from openstack_k8s_cli.profile.importers.architecture import drafting  # only imports need it

        name = folder.resolve().name.lower().replace("_", "-")
        return drafting.imported(name, files.values_in(folder), reader=self._reader)


class _Edited(Over):
    """A reader that has one profile's text as it would be."""

    def __init__(self, reader: Reader, name: str, text: str) -> None:
        super().__init__(reader)
        self._name = name
        self._text = text

    def read(self, name: str, relative_to: str | None) -> Source:
        source = super().read(name, relative_to)
        return replace(source, text=self._text) if relative_to is None and name == self._name else source


def _built_in(name: str) -> OskError:
    problem = Problem(
        code="OSK1005",
        summary=f"`{name}` is built in and cannot be changed",
        subject=name,
        advice=(
            Advice("Write a profile of your own over it", f"osk init --from {name}"),
            Advice(
                f"Where a cloud of `{name}` is up already, go on with that one under its name",
                f"osk profile set name {name}",
            ),
            Advice("Or name the file to change", "osk profile set PATH VALUE -p FILE"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.USAGE)
