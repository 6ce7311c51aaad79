"""What every section of the schema is made of: the strict model, and texts with a form."""

import re
from dataclasses import dataclass
from ipaddress import ip_interface
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    Tag,
)
from pydantic.alias_generators import to_camel

from openstack_k8s_cli.profile import addresses


class Section(BaseModel):
    """A mapping of the profile: frozen, unknown keys refused, camelCase in YAML."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What a value must be, for messages and the reference."""

    text: str


def formed(pattern: str, expected: str) -> tuple[AfterValidator, Words]:
    """Say that a text has a form, and what that is for people."""
    compiled = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            message = f"`{text}` is not {expected}"
            raise ValueError(message)
        return text

    return AfterValidator(check), Words(expected)


def _checked(text: str) -> str:
    addresses.parse(text)
    return text


def _checked_node_address(text: str) -> str:
    written, slash, length = text.partition("/")
    addresses.parse(written)
    if slash:
        ip_interface(f"{written}/{length}")
    return text


def _checked_slice(text: str) -> str:
    addresses.parse_slice(text)
    return text


def _checked_range(text: str) -> str:
    if addresses.is_number(addresses.parse_slice(text)[0]):
        message = f"`{text}` counts from nowhere: write two addresses with `-` between"
        raise ValueError(message)
    return text


def _checked_net(text: str) -> str:
    try:
        return str(addresses.parse_net(text))
    except ValueError as error:
        message = f"{error}; write a network such as 192.168.122.0/24"
        raise ValueError(message) from None


def listed(value: Any) -> Any:
    """Read a single value as a list of one."""
    return [value] if isinstance(value, (str, int)) and not isinstance(value, bool) else value


def _textual(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _textual_list(value: Any) -> Any:
    together = listed(value)
    return [_textual(each) for each in together] if isinstance(together, list) else together


NAME = r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"

Name = Annotated[
    str,
    *formed(NAME, "a Kubernetes name (small letters, digits, `-` and `.`)"),
    Field(json_schema_extra={"pattern": f"^{NAME}$"}),
]
NAMESPACE = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
Namespace = Annotated[
    str,
    *formed(NAMESPACE, "a namespace's name (at most 63 small letters, digits and `-`)"),
    Field(json_schema_extra={"pattern": f"^{NAMESPACE}$"}),
]
Title = Annotated[
    str,
    *formed(
        r"[a-zA-Z0-9][-_a-zA-Z0-9]*[a-zA-Z0-9]",
        "a name that NetConfig takes (two or more letters, digits, `-` and `_`)",
    ),
]
Wording = Annotated[str, *formed(r"[A-Za-z0-9][-A-Za-z0-9._/ ]*", "words on one line")]
Quantity = Annotated[
    str,
    BeforeValidator(_textual, json_schema_input_type=str | int),
    *formed(r"\d+(\.\d+)?([kMGTPE]|[KMGTPE]i|m)?", "a quantity such as `10Gi`, `500Mi` or `10G`"),
]
Size = Annotated[
    str,
    BeforeValidator(_textual, json_schema_input_type=str),
    *formed(r"\d+(\.\d+)?([kMGTPE]|[KMGTPE]i)", "a size with its unit such as `10Gi`, `500Mi` or `10G`"),
]
Duration = Annotated[
    str, *formed(r"(\d+h)?(\d+m)?(\d+s)?(?<=[hms])", "a duration such as `30s`, `10m` or `1h30m`")
]
Cidr = Annotated[str, AfterValidator(_checked_net), Words("a network such as `192.168.122.0/24`")]
AddressText = Annotated[
    str, AfterValidator(_checked), Words("an address such as `.1`, `ctlplane[100+{i}]` or `192.168.122.1`")
]
Slices = Annotated[
    list[Annotated[str, AfterValidator(_checked_slice), Words("a slice such as `5-29`")]],
    BeforeValidator(_textual_list, json_schema_input_type=str | int | list[str | int]),
    Field(min_length=1),
]
Ranges = Annotated[
    list[Annotated[str, AfterValidator(_checked_range), Words("addresses such as `10.9.0.10-10.9.0.20`")]],
    BeforeValidator(listed, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]
Cidrs = Annotated[
    list[Cidr],
    BeforeValidator(listed, json_schema_input_type=str | list[str]),
    Field(max_length=2),
]
Addresses = Annotated[list[AddressText], BeforeValidator(listed, json_schema_input_type=str | list[str])]
NodeAddresses = Annotated[
    list[
        Annotated[
            str,
            AfterValidator(_checked_node_address),
            Words("an address such as `.10` or `100.64.0.10/30`"),
        ]
    ],
    BeforeValidator(listed, json_schema_input_type=str | list[str]),
    Field(max_length=2),
]
InterfaceName = Annotated[str, Field(min_length=1, max_length=15, pattern=r"^[^\s/:]+$")]
Asn = Annotated[int, Field(ge=1, le=4294967295)]
Texts = Annotated[list[str], BeforeValidator(listed, json_schema_input_type=str | list[str])]
Vlan = Annotated[int, Field(ge=1, le=4094)]
Mtu = Annotated[int, Field(ge=576, le=65536)]
Count = Annotated[int, Field(ge=0, le=10000)]
Free = dict[str, Any]
"""Merged into a custom resource as it is; the cluster's schema judges it."""


class TextFile(Section):
    """A text in a file beside the profile; it becomes part of the profile when that is loaded."""

    file: str = Field(description="The file, relative to the profile that names it; `~` is the home folder.")


Text = Annotated[str | TextFile, Words("text, or {file: PATH}")]


class SecretSource(Section):
    """Where a secret value comes from; exactly one of the keys."""

    file: str | None = Field(
        None,
        description="A file whose content is the value, without the last line break; `~` is the home folder.",
    )
    env: str | None = Field(None, description="An environment variable.")
    secret: Annotated[str, *formed(r"[^/]+/[^/]+/[^/]+", "NAMESPACE/NAME/KEY")] | None = Field(
        None, description="A key of a Secret that is in the cluster, as NAMESPACE/NAME/KEY."
    )
    command: Texts | None = Field(
        None, description="A command, as a list, whose output is the value without the last line break."
    )
    generate: bool | None = Field(None, description="`true`: osk makes it once, when the key is missing.")


def _one_source(value: Any) -> Any:
    if isinstance(value, SecretSource):
        named = [
            name
            for name in ("file", "env", "secret", "command", "generate")
            if getattr(value, name) is not None
        ]
        if len(named) != 1 or value.generate is False:
            raise ValueError(
                "a value, or exactly one of {file: …}, {env: …}, {secret: …}, {command: […]}, {generate: true}"
            )
    return value


def _kind_of_secret(value: Any) -> str:
    return "source" if isinstance(value, (dict, SecretSource)) else "text"


SecretValue = Annotated[
    Annotated[SecretSource, Tag("source")] | Annotated[SecretStr, Tag("text")],
    Discriminator(_kind_of_secret),
    AfterValidator(_one_source),
]
"""The one form of values that may come from elsewhere; a literal never shows itself."""
