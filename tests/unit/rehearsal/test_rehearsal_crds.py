"""CRDs are collected, tidied and overlaid as the rehearsal needs them."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from openstack_k8s_cli.model.problems import ExitCode, OskError
from openstack_k8s_cli.rehearsal import binaries, crds, modulefiles
from openstack_k8s_cli.rehearsal.crds import Definitions

SCHEMAS = Path(crds.__file__).with_name("schemas")


def crd(plural: str, group: str, **spec: Any) -> dict[str, Any]:
    """Give a small CRD."""
    versions = [
        {"name": "v1", "served": True, "storage": True},
        {"name": "v0", "served": False, "storage": False},
    ]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "names": {"kind": plural.title(), "plural": plural}, "versions": versions}
        | spec,
    }


def archive(path: Path, files: dict[str, str]) -> Path:
    """Write the zip of a Go module."""
    with zipfile.ZipFile(path, "w") as opened:
        for name, text in files.items():
            opened.writestr(f"example.org/m@v1.0.0/{name}", text)
    return path


def fake_go(folder: Path, answer: str, status: int = 0) -> str:
    """Write a go command that tells its version, and answers anything else as given."""
    (folder / "answer").write_text(answer)
    script = folder / "go"
    script.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = version ]; then echo go version go1.26.1 linux/amd64; exit; fi\n'
        f'cat "{folder / "answer"}"; echo "$PWD" > "{folder / "cwd"}"; exit {status}\n'
    )
    script.chmod(0o755)
    return str(script)


def pinned(folder: Path) -> Path:
    """Write a module of ours."""
    folder.mkdir()
    (folder / "go.mod").write_text(
        "module x\n\nrequire (\n\texample.org/a/api v1.0.0\n\texample.org/b/apis v1.0.0 // indirect\n"
        "\texample.org/c v1.0.0\n)\n"
    )
    (folder / "go.sum").write_text("sums\n")
    return folder


def overlay(definitions: Definitions, folder: Path) -> Definitions:
    """Overlay one folder."""
    return crds.overlay(definitions, [folder], cache=folder.with_name(f"{folder.name}.cache"))


def test_files_of_a_module_are_found_by_pattern(tmp_path: Path) -> None:
    """Only files that a pattern matches are read, whatever the module's name and version are."""
    path = archive(tmp_path / "m.zip", {"bases/b.yaml": "b", "bases/a.yaml": "a", "other/c.yaml": "c"})

    assert ["a", "b"] == list(modulefiles.texts(path, ["bases/*.yaml"]))


def test_modules_are_chosen_from_what_go_mod_requires(tmp_path: Path) -> None:
    """A pattern has to match the whole path of a required module."""
    module = pinned(tmp_path / "module")

    assert ("example.org/a/api", "example.org/b/apis") == modulefiles.required(
        module, r"example\.org/\w+/apis?"
    )


def test_go_downloads_elsewhere_than_in_the_package(tmp_path: Path) -> None:
    """Go runs in a copy, so that it cannot write into the installed package; the zips are those it names."""
    module = pinned(tmp_path / "module")
    answer = json.dumps({"Path": "a", "Zip": "/a.zip"}) + "\n" + json.dumps({"Path": "b", "Zip": "/b.zip"})

    zips = modulefiles.zips(module, ["a", "b"], go=fake_go(tmp_path, answer))

    assert (Path("/a.zip"), Path("/b.zip")) == zips
    assert str(module) != (tmp_path / "cwd").read_text().strip()


def test_a_module_that_cannot_be_had_is_one_problem(tmp_path: Path) -> None:
    """Go's own words for each module are the detail."""
    answer = json.dumps({"Path": "a", "Error": "403 Forbidden"})

    with pytest.raises(OskError) as caught:
        modulefiles.zips(pinned(tmp_path / "module"), ["a"], go=fake_go(tmp_path, answer, status=1))

    assert ExitCode.FAILED == caught.value.exit_code
    assert "a: 403 Forbidden" == caught.value.problems[0].detail


def test_every_source_is_pinned() -> None:
    """Each source of CRDs names modules that a go.mod of ours requires, and their sums are there."""
    for source in crds._SOURCES:
        module = binaries.MODULES / source.pinned_by
        paths = modulefiles.required(module, source.modules)
        assert paths, source
        sums = (module / "go.sum").read_text()
        replaced = (module / "go.mod").read_text()
        assert all(f"{path} v" in sums or f"{path} => " in replaced for path in paths)


def test_a_folder_adds_and_replaces(tmp_path: Path) -> None:
    """A CRD of the same name takes the place of ours and is known as replaced; an equal one is not."""
    ours = {name: crd(name.partition(".")[0], "x.org") for name in ("apples.x.org", "pears.x.org")}
    (tmp_path / "below").mkdir()
    (tmp_path / "list.json").write_text(json.dumps({"kind": "List", "items": [ours["pears.x.org"]]}))
    (tmp_path / "below" / "a.yaml").write_text(
        json.dumps(crd("apples", "x.org", scope="Cluster")) + "\n---\n" + json.dumps(crd("plums", "x.org"))
    )

    overlaid = overlay(Definitions(ours), tmp_path)

    assert {"apples.x.org"} == overlaid.replaced
    assert {"apples.x.org", "pears.x.org", "plums.x.org"} == overlaid.bodies.keys()
    assert overlaid.bodies["apples.x.org"]["spec"]["scope"] == "Cluster"
    assert overlaid.digest != Definitions(ours).digest


def test_a_folder_is_read_again_when_it_changes(tmp_path: Path) -> None:
    """What was read is kept, for the state of the files that it was read from."""
    names = []
    for name in ("apples", "pears"):
        (tmp_path / "a.yaml").write_text(json.dumps(crd(name, "x.org")))
        names.append(set(overlay(Definitions({}), tmp_path).bodies))
    kept = len(list(tmp_path.with_name(f"{tmp_path.name}.cache").iterdir()))
    overlay(Definitions({}), tmp_path)

    assert [{"apples.x.org"}, {"pears.x.org"}] == names
    assert 2 == kept == len(list(tmp_path.with_name(f"{tmp_path.name}.cache").iterdir()))


def test_descriptions_go_but_fields_of_that_name_stay(tmp_path: Path) -> None:
    """Below `properties` the keys are fields, and one may be called `description`, or `properties`."""
    schema = {
        "description": "gone",
        "properties": {
            "description": {"type": "string", "description": "gone"},
            "properties": {
                "type": "object",
                "properties": {"description": {"description": "gone", "type": "string"}},
            },
        },
    }
    versions = [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}]
    (tmp_path / "a.yaml").write_text(json.dumps(crd("apples", "x.org", versions=versions)))

    body = overlay(Definitions({}), tmp_path).bodies["apples.x.org"]

    kept = body["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    string = {"type": "string"}
    nested = {"type": "object", "properties": {"description": string}}
    assert {"properties": {"description": string, "properties": nested}} == kept


def test_what_is_no_crd_is_left_out(tmp_path: Path) -> None:
    """Kustomizations and CRDs without a name, which lie among the bases, are passed over."""
    (tmp_path / "a.yaml").write_text(
        "kind: Kustomization\n---\nkind: CustomResourceDefinition\nmetadata: {}\n---\n"
    )
    (tmp_path / "b.yaml").write_text(json.dumps(crd("apples", "x.org")))

    assert {"apples.x.org"} == overlay(Definitions({}), tmp_path).bodies.keys()


def test_a_folder_without_crds_is_a_problem(tmp_path: Path) -> None:
    """It is more likely the wrong folder than a wish."""
    with pytest.raises(OskError) as caught:
        overlay(Definitions({}), tmp_path)

    assert str(tmp_path) == caught.value.problems[0].subject


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\xfa"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    """Text that is no YAML, or no text, is one problem with its path."""
    (tmp_path / "bad.yaml").write_bytes(content)

    with pytest.raises(OskError) as caught:
        overlay(Definitions({}), tmp_path)

    assert str(tmp_path / "bad.yaml") == caught.value.problems[0].subject
    assert ExitCode.USAGE == caught.value.exit_code


def test_unserved_keeps_the_storage_version() -> None:
    """No version is in discovery, and the schema stays as it is; the given body is not changed."""
    body = crd("apples", "x.org")

    hidden = crds.unserved(body)

    assert not crds.is_served(hidden)
    assert [True, False] == [version["storage"] for version in hidden["spec"]["versions"]]
    assert crds.is_served(body)


def test_our_own_schemas_are_well_formed() -> None:
    """Each has one storage version, every version served, and a name made of plural and group."""
    for file in sorted(SCHEMAS.glob("*.yaml")):
        for body in YAML(typ="safe", pure=True).load_all(file.read_text()):
            spec = body["spec"]
            assert f"{spec['names']['plural']}.{spec['group']}" == body["metadata"]["name"]
            assert 1 == sum(version["storage"] for version in spec["versions"])
            assert all(version["served"] for version in spec["versions"])


def test_numbers_are_as_wide_as_their_maximum(tmp_path: Path) -> None:
    """An AS number that is said to have 32 bits with a sign and to go beyond gets more; others stay as they are."""
    fields = {
        "asn": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 4294967295},
        "port": {"type": "integer", "format": "int32", "maximum": 65535},
    }
    schema = {"openAPIV3Schema": {"type": "object", "properties": fields}}
    given = crd(
        "peers", "example.org", versions=[{"name": "v1", "served": True, "storage": True, "schema": schema}]
    )
    (tmp_path / "peers.json").write_text(json.dumps(given))

    found = crds.overlay(Definitions({}), [tmp_path], cache=tmp_path / "cache").bodies["peers.example.org"]

    read = found["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
    assert {"asn": "int64", "port": "int32"} == {name: each["format"] for name, each in read.items()}
