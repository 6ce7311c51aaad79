"""Writes docs/lint.md from the catalogue: `python -m tests.unit.validation.lint_page`."""

from collections.abc import Iterator
from pathlib import Path

from openstack_k8s_cli.validation.catalogue import RULES, SECTIONS

PAGE = Path(__file__).parents[3] / "docs" / "lint.md"

_HEAD = """\
# Validation without a cluster

`osk validate` checks every object that a profile renders; `osk validate --from DIR|FILE|-` checks anyone's manifests:
files, folders of them, Lists, several documents in one stream, the output of `kustomize build`.
`osk profile validate` checks the profile's file itself, before anything is rendered.

    osk validate
    osk validate --from manifests/ --crds crds/
    kustomize build overlay | osk validate --from - -o json

Exit status 2 says that there are errors, with `--strict` that there are errors or warnings; 0 that there are none.
`--select` and `--ignore` take codes or what they begin with: `--select OSK082`.

A finding names the object, the field's path and the file's line.
Of osk's own objects it names the template's line, and the profile value that makes the field:
another value is tried in its place to be sure, so what cannot be told is left out.

## Schemas

- Kubernetes' own kinds (stable versions) are described in osk.
- All others come from CRDs: those of the rehearsal (fields that the profile's release has and they have not yet are named, and are no finding), with the folders of `--crds` in the place of those of the same name,
  or those of the cluster that `--context`, `--kubeconfig` or `--rehearsal` names. CRDs among the objects count too.
  They are kept as JSON in the user's cache by their content, so that only the first run takes seconds.
- A mapping is read as a strict API server reads it: unknown fields, types, required fields, enumerations, ranges, lengths,
  patterns, formats, lists with a key twice, base64, names, labels, annotations.
- A field that must be there is not missed where the server puts a default,
  or where the operators' webhook decodes the object first, which gives every field of its kind a value.
- Rules in CEL (`x-kubernetes-validations`) and what webhooks refuse are not checked: they need the server.
  `osk rehearse` and `osk plan` ask one.

## Stages

Files of a folder are read in the order of their paths.
Where their names begin with a number (`00-networks.yaml`, `01-control-plane.yaml`) they are stages, applied one after another:
an object of an earlier stage may be changed by a later one, which is a warning then and no error.
A description of stages with their waits, as the validated architectures keep them in `automation/vars`, is checked too.
What a set has no object of at all, such as Secrets, is taken to be in the cluster already.
"""


def page() -> str:
    """Give the whole page."""
    return "\n".join([_HEAD, *(line for title, codes in SECTIONS for line in _section(title, codes))])


def _section(title: str, codes: tuple[str, ...]) -> Iterator[str]:
    yield from (
        f"## {title}",
        "",
        "| code | severity | what is wrong | what to do |",
        "| --- | --- | --- | --- |",
    )
    for code in sorted(codes):
        rule = RULES[code]
        yield f"| {code} | {rule.severity} | {rule.title} | {rule.remedy} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
