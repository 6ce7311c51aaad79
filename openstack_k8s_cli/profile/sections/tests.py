"""`tests`: what `osk test NAME` runs in a cloud that is up."""

from typing import Literal

from pydantic import Field

from openstack_k8s_cli.profile.shape import Duration, Free, Name, Section

KINDS = ("tempest", "tobiko", "horizontest", "ansibletest")
"""The test-operator's; a test of such a name is there without being written."""


class Test(Section):
    """One run of tests by the test-operator."""

    kind: Literal["tempest", "tobiko", "horizontest", "ansibletest"] | None = Field(
        None, description="Of the test-operator's resources; null: the test's own name."
    )
    name: Name | None = Field(None, description="The resource's name; null: NAME-tests.")
    image: str | None = Field(None, description="The image that has the tests; null: the operator's own.")
    include: list[str] = Field(
        default_factory=list,
        description="Tempest: which tests, as regular expressions; none: those of identity v3.",
    )
    exclude: list[str] = Field(default_factory=list, description="Tempest: which not.")
    expected_failures: list[str] = Field(
        default_factory=list, description="Tempest: tests that may fail without failing the run."
    )
    concurrency: int | None = Field(
        None, ge=1, description="Tests that run side by side; null: as many as the image has it."
    )
    networks: list[Name] = Field(default_factory=list, description="Networks that its pods are attached to.")
    node_selector: dict[str, str] = Field(
        default_factory=dict, description="Labels of the nodes that its pods run on."
    )
    privileged: bool = Field(
        False, description="Whether its pods may do more, such as install packages or make images."
    )
    steps: dict[Name, Free] = Field(
        default_factory=dict,
        description="One pod after another, by name, each with what it has other than the rest.",
    )
    spec: Free = Field(default_factory=dict, description="Merged into the resource's spec last, as it is.")
    stall: Duration = Field("30m", description="How long without a line of its pods.")
    total: Duration = Field("12h", description="How long in all.")
