"""Hides secrets in what Ansible prints: values that are known, and what looks like one."""

import re
from collections.abc import Iterable

from openstack_k8s_cli.apply import hooks
from openstack_k8s_cli.apply.hooks import MASK

_NAME = (
    r"(?:[\w.-]{0,80}(?:passw(?:or)?d|passphrase|passwd|secret|token|api_?key|private_?key|credentials?)[\w.-]{0,80}"
    r"|[\w.-]{0,80}[_-](?:pass|pwd)|(?-i:[\w.-]{0,80}[a-z]Pass))"
)
"""Words such as `bypass`, `PWD` and `passive` are none."""
_TEXT = r"(?:(?:\\.|''|(?!(?P=quote))[^\\\n])+)"
_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_ADDRESS = re.compile(r"(?P<before>\w://)(?P<logins>[^\s/\"']*)(?=@)")
_NEXT = re.compile(r",(?=[^,:@]*:[^,]*@)")
"""Between the servers of an address that has several."""
_LOGIN = re.compile(r"^(?P<before>[^:]*:)(?P<text>.+?)(?P<after>(?:@[^@]*)?)$")
_HEADER = re.compile(r"(?P<before>\b(?:Bearer|Basic|X-Auth-Token:?)\s+)[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)
_AUTH = re.compile(r"(?P<before>\\?[\"']auth\\?[\"']\s*:\s*\\?[\"'])[A-Za-z0-9+/=]{4,}")
"""What podman and docker keep of a login."""
_LOGINS = re.compile(
    r"(?P<before>[\w.-]{0,80}registry_logins\\?[\"']?\s*[:=]\s*)\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}",
    re.IGNORECASE,
)
_ESCAPED = re.compile(
    rf"(?P<before>\\[\"']{_NAME}\\[\"']\s*:\s*(?P<quote>\\[\"']))(?:\\\\\\[\"']|(?!(?P=quote)).)+",
    re.IGNORECASE,
)
_QUOTED = re.compile(rf"(?P<before>[\"']{_NAME}[\"']\s*:\s*(?P<quote>[\"'])){_TEXT}", re.IGNORECASE)
_STRING = re.compile(
    rf"(?P<before>(?<![\w\"']){_NAME}\s*(?:=|:\s)\s*(?P<quote>[\"'])){_TEXT}(?=(?P=quote))", re.IGNORECASE
)
_PLAIN = re.compile(
    rf"(?P<before>(?<![\w\"'])(?:{_NAME}\s*(?:=|:\s)|pass=)\s*)"
    r"(?P<quote>[\"']?)(?!\s*[\"'\[{•]|None\b|null\b|<omitted>)[^\s\"',;&}]+",
    re.IGNORECASE,
)
_OPTION = re.compile(rf"(?P<before>(?<!\S)--?{_NAME}\s+)(?!-)[^\s\"']+", re.IGNORECASE)
_BREAK = r"[\s\"',=]+"
_SHORT = re.compile(
    rf"(?P<before>\b(?:(?:mysql|mariadb)[\w-]*\b[^\n]{{0,300}}?[\s\"']-p|(?:sshpass{_BREAK}|login\b[^\n]{{0,300}}?[\s\"'])-p(?:{_BREAK})?))"
    r"[^\s\"',=-][^\s\"']*"
)
"""The password as an option of one letter, where the program has it so."""
_USER = re.compile(
    rf"(?P<before>(?:\bcurl\b[^\n]{{0,300}}?[\s\"'](?:-u|--user)|[\s\"']--(?:proxy-user|(?:src-|dest-)?creds))(?:{_BREAK})?[^\s:\"']+:)"
    r"[^\s\"']+"
)
_HINTS = ("pass", "pwd", "secret", "token", "key", "credential", "://", "bearer", "basic", "auth", "login", "mysql", "mariadb", "curl", "-user", "creds")  # fmt: skip


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
        text = _ADDRESS.sub(_without_logins, text)
        for found in (_HEADER, _AUTH, _LOGINS, _ESCAPED, _QUOTED, _STRING):
            text = found.sub(rf"\g<before>{MASK}", text)
        text = _PLAIN.sub(rf"\g<before>\g<quote>{MASK}", text)
        for found in (_OPTION, _SHORT, _USER):
            text = found.sub(rf"\g<before>{MASK}", text)
        return text


def _without_logins(found: re.Match[str]) -> str:
    """Hide the passwords of all servers of an address; what is behind the last `@` was not taken."""
    *several, last = _NEXT.split(f"{found['logins']}@")
    shown = [_LOGIN.sub(rf"\g<before>{MASK}\g<after>", each) for each in (*several, last)]
    return found["before"] + ",".join(shown).removesuffix("@")
