"""A value written on one line of YAML, plain where it reads back as it is."""

import json
import re
from functools import lru_cache
from typing import Any

from openstack_k8s_cli.model.problems import OskError
from openstack_k8s_cli.profile.documents import parse
from openstack_k8s_cli.profile.sources import Source

_PLAIN = re.compile(r"[A-Za-z0-9_./~+{-][^,\[\]{}#\"'\n\r\t:]*(:[^\s,\[\]{}#\"'][^,\[\]{}#\"'\n\r\t:]*)*")


def inline(value: Any) -> str:
    """Write a value in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{inline(key)}: {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    if isinstance(value, str):
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


@lru_cache(maxsize=4096)
def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or text != text.strip():
        return False
    try:
        return parse(Source("", f"a: {text}\nb: [{text}]\n")).values == {"a": text, "b": [text]}
    except OskError:
        return False
