"""Hides secrets in what Ansible prints: values that are known, and what looks like one."""

import re
from collections.abc import Iterable

from openstack_k8s_cli.apply import hooks
from openstack_k8s_cli.apply.hooks import MASK

_NAME = r"[\w.-]*(?:passw(?:or)?d|passphrase|passwd|secret|token|api_?key|private_?key|credentials?)[\w.-]*"
_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_ADDRESS = re.compile(r"(?P<before>\w://[^\s/:@\"']*:)[^\s/@\"']+(?=@)")
_HEADER = re.compile(r"(?P<before>\b(?:Bearer|Basic|X-Auth-Token:?)\s+)[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)
_QUOTED = re.compile(
    rf"(?P<before>\\?[\"']{_NAME}\\?[\"']\s*:\s*(?P<quote>\\?[\"']))(?:(?!(?P=quote)).)+", re.IGNORECASE
)
_PLAIN = re.compile(
    rf"(?P<before>(?<![\w\"']){_NAME}\s*(?:=|:\s)\s*)(?P<quote>[\"']?)(?!\s*[\"'\[{{•]|None\b|null\b|<omitted>)[^\s\"',;&}}]+",
    re.IGNORECASE,
)
_OPTION = re.compile(rf"(?P<before>(?<!\S)--?{_NAME}\s+)(?!-)[^\s\"']+", re.IGNORECASE)
_HINTS = ("pass", "secret", "token", "key", "credential", "://", "bearer", "basic")


class Mask:
    """Hides secrets in texts."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = frozenset(known)

    def __call__(self, text: str) -> str:
        """Give a text that may be shown."""
        text = hooks.masked(text, self._known)
        low = text.lower()
        if not any(hint in low for hint in _HINTS):
            return text
        text = _BLOCK.sub(MASK, text)
        text = _ADDRESS.sub(rf"\g<before>{MASK}", text)
        text = _HEADER.sub(rf"\g<before>{MASK}", text)
        text = _QUOTED.sub(rf"\g<before>{MASK}", text)
        text = _PLAIN.sub(rf"\g<before>\g<quote>{MASK}", text)
        return _OPTION.sub(rf"\g<before>{MASK}", text)
