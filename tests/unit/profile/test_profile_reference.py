"""docs/profile.md holds what the schema says."""

from pathlib import Path

from openstack_k8s_cli.adapters.files import ProfileFiles
from openstack_k8s_cli.profile import loading, outline, reference, services
from tests.fakes.profiles import HEAD, Texts

PAGE = Path(__file__).parents[3] / "docs" / "profile.md"


def test_the_page_has_the_reference_of_this_schema() -> None:
    """After a change of the schema run `python -m tests.unit.profile.write_reference` and read the difference."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"{reference.BEGIN}\n")
    written, _, _ = rest.partition(f"\n{reference.END}")

    assert written == reference.markdown(services.parsed(ProfileFiles().services()))


def test_the_examples_of_the_page_are_valid() -> None:
    """Every YAML block on it loads, as a whole profile or as a part of one."""
    blocks = [block.partition("```")[0] for block in PAGE.read_text(encoding="utf-8").split("```yaml\n")[1:]]
    texts = [
        block if block.startswith("apiVersion") else f"{HEAD}name: lab\nextends: crc\n{block}"
        for block in blocks
    ]

    loaded = [loading.load("lab", reader=Texts({"lab": text}, beside=ProfileFiles())) for text in texts]

    assert [each.name for each in loaded] == ["lab"] * len(blocks)


def test_every_field_is_described() -> None:
    """No key of the schema is without a sentence."""
    undescribed = [
        path
        for path, spot in outline.fields()
        if spot.own and not (spot.model or (spot.field and spot.field.description))
    ]

    assert undescribed == []
