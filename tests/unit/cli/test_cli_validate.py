"""`osk validate`: objects and schemas in, findings and an exit status out."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from openstack_k8s_cli import shipped
from openstack_k8s_cli.adapters import files
from openstack_k8s_cli.cli import validating
from openstack_k8s_cli.cli.main import app
from tests.fakes.cluster import FakeCluster
from tests.fakes.kinds import served

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.x.org}
spec:
  group: x.org
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {size: {type: integer}}}
"""
THING = "apiVersion: x.org/v1\nkind: Thing\nmetadata: {name: a, namespace: openstack}\nspec:\n  sise: 3\n"


@pytest.fixture(autouse=True)
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder of the test's own, with an empty collection of CRDs in place of the rehearsal's."""
    monkeypatch.setenv("PATH", "")
    (home / "crds").mkdir()
    (home / "crds" / "things.yaml").write_text(CRD)
    (home / "thing.yaml").write_text(THING)
    return home


def osk(*words: str, given: str | None = None) -> Result:
    """Run a command line."""
    return CliRunner().invoke(app, ["validate", *words], input=given)


def test_a_finding_has_all_its_places() -> None:
    """JSON has code, severity, object, path, line and remedy; the exit status is 2."""
    done = osk("--from", "thing.yaml", "--crds", "crds", "-o", "json")

    told = json.loads(done.stdout)
    (only,) = told["findings"]
    assert (2, 1, 1, 0) == (done.exit_code, told["objects"], told["errors"], told["warnings"])
    assert ("OSK0801", "error", "spec.sise", "thing.yaml:5") == (
        only["code"],
        only["severity"],
        only["path"],
        only["place"],
    )
    assert {"group": "x.org", "kind": "Thing", "namespace": "openstack", "name": "a"} == only["object"]
    assert "`size`" in only["message"]


def test_text_is_a_line_for_each_finding() -> None:
    """People get the place first, and what to do once for each code."""
    done = osk("--from", "thing.yaml", "--crds", "crds")

    assert done.stdout.startswith("thing.yaml:5: error OSK0801 Thing openstack/a spec.sise: ")
    assert "\nOSK0801 → " in done.stdout
    assert "1 object: 1 error, 0 warnings" in done.stderr


@pytest.mark.parametrize("source", ["-", "."])
def test_stdin_and_folders(folder: Path, source: str) -> None:
    """Stdin and a folder are read; a folder's CRDs count as schemas, hidden files do not."""
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("no: object")

    done = osk("--from", source, "--crds", "crds", "-o", "json", given=THING)

    assert ["OSK0801"] == [
        each["code"] for each in json.loads(done.stdout)["findings"] if each["severity"] == "error"
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--ignore", "OSK08"), 0),
        (("--select", "OSK087"), 0),
        (("--select", "OSK0801"), 2),
    ],
)
def test_codes_are_chosen(words: tuple[str, ...], code: int) -> None:
    """What is not chosen fails nothing."""
    assert code == osk("--from", "thing.yaml", "--crds", "crds", *words).exit_code


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--strict",), 2)])
def test_warnings_fail_with_strict_only(words: tuple[str, ...], code: int) -> None:
    """A kind without a schema is a warning."""
    done = osk("--from", "thing.yaml", "--select", "OSK0809", *words)

    assert code == done.exit_code
    assert "OSK0809" in done.stdout


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_code_that_nothing_has_is_an_error(option: str) -> None:
    """A typing error in a code would hide every finding, or hide none."""
    done = osk("--from", "thing.yaml", "--crds", "crds", option, "OSK0890")

    assert (2, True) == (done.exit_code, "OSK0893" in done.stderr)


@pytest.mark.parametrize("given", ["", "---\n# nothing\n", "apiVersion: v1\nkind: List\nitems: []\n"])
def test_no_object_is_an_error(given: str) -> None:
    """What writes the manifests may have failed: nothing to check is not all well."""
    done = osk("--from", "-", given=given)

    assert (2, True) == (done.exit_code, "OSK0892" in done.stderr)


def test_a_folder_of_crds_that_is_not_there_is_said_so() -> None:
    """The advice is about the option that was given."""
    done = osk("--from", "thing.yaml", "--crds", "nope")

    assert (2, True) == (done.exit_code, "There is no such folder" in done.stderr)
    assert "rehearse" not in done.stderr.partition("OSK0922")[2]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_nothing_to_check_is_an_error(folder: Path, name: str) -> None:
    """A file that is not there, and a folder without manifests, are said so."""
    (folder / "empty").mkdir()

    done = osk("--from", name)

    assert 2 == done.exit_code
    assert "OSK0892" in done.stderr


def test_the_default_profile_has_no_errors() -> None:
    """What osk renders by itself passes every rule; without Go the unknown kinds are warnings."""
    done = osk("-p", "crc", "-o", "json")

    told = json.loads(done.stdout)
    assert (0, 0) == (done.exit_code, told["errors"])
    assert {"OSK0809"} == {each["code"] for each in told["findings"]}
    assert "only Kubernetes' own kinds" in done.stderr


@pytest.mark.parametrize("name", files.ProfileFiles().built_in())
def test_built_in_profiles_break_no_rule(name: str) -> None:
    """No built-in profile or trait renders what the lint catalogue, or a built-in kind's schema, finds fault with."""
    told = json.loads(osk("-p", name, "-o", "json", "--ignore", "OSK0809").stdout)

    assert [] == [each for each in told["findings"] if each["severity"] == "error"]


def test_a_clusters_schemas() -> None:
    """The CRDs that a cluster has are the schemas; a cluster that serves none has none."""
    cluster = FakeCluster(
        served(
            "apiextensions.k8s.io",
            "v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            namespaced=False,
        )
    )
    cluster.create(YAML(typ="safe").load(CRD))

    assert ["things.x.org"] == [each["metadata"]["name"] for each in validating.served(cluster)]
    assert [] == list(validating.served(FakeCluster()))


def test_a_value_of_the_profile_is_found(folder: Path) -> None:
    """A finding on osk's own object names the template's line and the profile value that makes the field."""
    (folder / "lab.yaml").write_text(
        "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\n"
        "controlplane:\n  services:\n    heat:\n      enabled: true\n      spec: {note: _replaced_}\n"
    )

    told = json.loads(osk("-p", "lab.yaml", "-o", "json", "--select", "OSK0870").stdout)

    (only,) = told["findings"]
    assert "spec.heat.note" == only["path"]
    assert only["profile"].startswith("controlplane.services.heat.spec.note, ")
    assert only["profile"].endswith("lab.yaml:9:20")
    assert only["place"].startswith("controlplane/control-plane/controlplane.yaml.j2:")


def test_a_services_field_is_found_in_its_part(folder: Path) -> None:
    """A field that a service's part writes is placed there, at the key's own line, whatever is patched into it."""
    (folder / "lab.yaml").write_text(
        "apiVersion: osk/v1\nkind: Profile\nname: lab\nextends: [crc]\n"
        "controlplane: {services: {heat: {enabled: true, replicas: 3}}}\n"
        "patches:\n- target: {kind: OpenStackControlPlane}\n"
        "  merge: {spec: {heat: {template: {heatEngine: {replicas: _replaced_}}}}}\n"
    )

    (only,) = json.loads(osk("-p", "lab.yaml", "-o", "json", "--select", "OSK0870").stdout)["findings"]

    name, _, line = only["place"].rpartition(":")
    assert "controlplane/services/heat/part.yaml.j2" == name
    lines = (shipped.templates() / name).read_text().split("\n")
    assert ["heatEngine:", "replicas:"] == [each.split()[0] for each in lines[int(line) - 2 : int(line)]]
