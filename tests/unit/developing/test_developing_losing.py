"""What stored objects would lose under another form of their CRD."""

from openstack_k8s_cli.developing import losing
from openstack_k8s_cli.developing.differing import difference
from openstack_k8s_cli.model.objects import Body
from tests.unit.developing.crds import crd, node, strings

BEFORE = crd(**strings("name", "old"), cells={"type": "array", "items": node(**strings("region"))})


def stored(version: str = "v1beta1", **spec: object) -> Body:
    """Make an object of the kind."""
    meta = {"name": "nova", "namespace": "openstack", "labels": {"any": "thing"}}
    return {"apiVersion": f"nova.openstack.org/{version}", "kind": "Nova", "metadata": meta, "spec": spec}


def test_a_field_that_an_object_has_and_the_new_form_has_not_is_named() -> None:
    """By object and path, in lists too; objects without it are not."""
    after = crd(**strings("name"), cells={"type": "array", "items": node()})
    objects = [stored(name="a", old="b", cells=[{"region": "x"}]), stored(name="a")]

    (found,) = losing.losses(BEFORE, after, objects)

    assert "Nova openstack/nova: old, cells[0].region" == found.words.replace("spec.", "")
    assert not found.wrong


def test_a_value_that_would_be_refused_is_named_with_its_reason() -> None:
    """The object could not be written any more."""
    after = crd(name={"type": "integer"}, old={"type": "string"}, cells={"type": "array", "items": node()})

    (found,) = losing.losses(BEFORE, after, [stored(name="a")])

    assert () == found.fields
    assert ("spec.name is `a` (a string), an integer is wanted",) == found.wrong


def test_what_operators_write_anew_and_what_was_wrong_before_is_no_loss() -> None:
    """A status is not the developer's; an odd object is as odd as it was."""
    after = crd(
        **strings("name"), old={"type": "string"}, cells={"type": "array", "items": node(**strings("region"))}
    )
    del after["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"][
        "hash"
    ]
    odd = {**stored(name=3), "status": {"hash": "x"}}

    assert [] == list(losing.losses(BEFORE, after, [odd]))


def test_what_the_api_server_fills_in_is_no_loss() -> None:
    """Nobody said it, and nobody could take it out of the object: it would be filled in again."""
    mode = {"type": "string", "default": "plain"}
    more = {**node(mode=mode, **strings("more")), "default": {}}
    newer = crd(fancy=mode, more=more, cells={"type": "array", "items": node(fancy=mode)})
    older = crd(cells={"type": "array", "items": node()})
    filled = stored(fancy="plain", more={"mode": "plain"}, cells=[{"fancy": "plain"}])
    said = stored(fancy="very", more={"mode": "plain", "more": "x"}, cells=[{"fancy": "very"}])

    assert [] == list(losing.losses(newer, older, [filled]))
    (found,) = losing.losses(newer, older, [said])
    assert ("spec.fancy", "spec.more", "spec.cells[0].fancy") == found.fields


def test_all_of_an_object_is_lost_with_its_version() -> None:
    """It could not be read any more."""
    (found,) = losing.losses(BEFORE, crd(version="v1"), [stored()])

    assert ("all: v1beta1 is gone",) == found.fields


def test_objects_need_no_look_where_fields_are_only_added() -> None:
    """That saves their requests."""
    added = difference(BEFORE, crd(**strings("name", "old", "new"), cells=_cells()))
    removed = difference(BEFORE, crd(**strings("name"), cells=_cells()))

    assert [False, True] == [losing.may_lose(each) for each in (added, removed)]


def _cells() -> Body:
    return {"type": "array", "items": node(**strings("region"))}


def test_only_a_few_fields_are_written_out() -> None:
    """A hundred would hide the rest."""
    names = [f"field{number}" for number in range(9)]
    before = crd(**strings(*names))

    (found,) = losing.losses(before, crd(), [stored(**dict.fromkeys(names, "x"))])

    assert found.words.endswith(" and 3 more")
