"""The catalogue of components from their `component.yaml`, and the choice for one profile; pure over text."""

from openstack_k8s_cli.components.catalogue import Catalogue, Component, parse
from openstack_k8s_cli.components.selection import Selected, SelectedStep, select

__all__ = ["Catalogue", "Component", "Selected", "SelectedStep", "parse", "select"]
