"""What looks like a secret in a text: passwords, tokens, keys and logins, in the forms in which programs print them."""

import re
from collections.abc import Iterator

from openstack_k8s_cli.apply.hooks import MASK

NAME = (
    r"(?:[\w.-]{0,80}(?:passw(?:or)?d|passphrase|passwd|secret|token|(?:store|key)pass|hash_path_(?:suf|pre)fix"
    r"|(?:api|private|activation|encryption|fernet|luks|access|shared)[_-]?key|credentials?)[\w.-]{0,80}"
    r"|[\w.-]{0,80}[_-](?:pass|pwd|pw)|pw|psk|(?-i:[\w.-]{0,80}[a-z]Pass))"
)
"""Of a variable, key or option. Words such as `bypass`, `PWD` and `passive` are none."""
SAYS = re.compile(rf"{NAME}|.*registry_logins", re.IGNORECASE)
"""The whole name of what is secret with all that is in it."""
_HERE = r"(?<![\w\"'.-])(?=[\w.-]++\s*+(?:=|:\s))"
"""Before a name that something is given to: looked at first, since most words are none."""
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
    r"(?P<before>registry_logins\\?[\"']?\s*[:=]\s*)\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", re.IGNORECASE
)
_INDENTED = re.compile(
    r"(?P<before>^(?P<indent>[ \t]*)[\w.-]*registry_logins:[ \t]*\n)(?:(?P=indent)[ \t]+\S[^\n]*(?:\n(?=(?P=indent)[ \t])|$))+",
    re.IGNORECASE | re.MULTILINE,
)
"""The same as YAML."""
_ESCAPED = re.compile(
    rf"(?P<before>\\[\"']{NAME}\\[\"']\s*:\s*(?P<quote>\\[\"']))(?:\\\\\\[\"']|(?!(?P=quote)).)+",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    rf"(?P<before>[\"'](?=[\w.-]++[\"']\s*:){NAME}[\"']\s*:\s*(?P<quote>[\"'])){_TEXT}", re.IGNORECASE
)
_STRING = re.compile(
    rf"(?P<before>{_HERE}{NAME}\s*(?:=|:\s)\s*(?P<quote>[\"'])){_TEXT}(?=(?P=quote))", re.IGNORECASE
)
_PLAIN = re.compile(
    rf"(?P<before>{_HERE}(?:{NAME}\s*(?:=|:\s)|pass=)\s*[\"']?)"
    r"(?!\s*[\"'\[{•]|None\b|null\b|<omitted>)[^\s\"',;&}]+",
    re.IGNORECASE,
)
_BREAK = r"[\s\"',=]+"
_OPTION = re.compile(
    rf"(?P<before>(?<![^\s\"'])--?{NAME}(?:\s+|[\"'],\s*[\"']))(?!-)[^\s\"']+", re.IGNORECASE
)
_LETTERS = (
    (r"(?:mysql|mariadb)[\w-]*", "-p"),
    (r"ipmitool", rf"-P(?:{_BREAK})?"),
    (r"(?:sshpass|login|rhc)", rf"-p(?:{_BREAK})?"),
    (r"rhc", rf"-a{_BREAK}"),
    (r"redis-cli", rf"-a{_BREAK}"),
    (r"(?:ldap[a-z]+|ipa-[\w-]+)", rf"-w(?:{_BREAK})?"),
)
"""Programs that have the password as an option of one letter."""
_SHORT = re.compile(
    "(?P<before>"
    + "|".join(rf"\b{program}\b[^\n]{{0,300}}?[\s\"']{option}" for program, option in _LETTERS)
    + r")[^\s\"',=-][^\s\"']*"
)
_USER = re.compile(
    rf"(?P<before>(?:\bcurl\b[^\n]{{0,300}}?[\s\"'](?:-u|--user)|(?<![^\s\"'])--(?:proxy-user|(?:src-|dest-)?creds))(?:{_BREAK})?[^\s:\"']+:)"
    r"[^\s\"']+"
)
_CEPH = re.compile(r"(?P<before>(?<![\w+/]))A[Qg][A-D][A-Za-z0-9+/]{24,}={1,2}")
"""Begins with its kind and ends with padding, always."""
_BASE64 = re.compile(rf"(?P<before>\bsecret-set-value\b[^\n]{{0,300}}?[\s\"']--base64{_BREAK})[\w+/=-]+")
_NEIGHBOR = re.compile(r"(?P<before>\bneighbor\s+\S+\s+password\s+(?:\d\s+)?)[^\s\"'\\]+")
"""As FRR is told it."""
_PIPED = re.compile(r"(?P<before>[\w.-]:)[^\s\"':]+(?=[\"'\\]*\s*\|\s*(?:sudo\s+)?chpasswd\b)")
_READERS = r"(?:passwd|cryptsetup|kinit|\w+\s+login)\b"
"""Programs that read a password."""
_ECHOED = re.compile(
    rf"(?P<before>\b(?:echo|printf)\s+(?:-\w+\s+)*[\"'\\]*)[^\s|\"'\\-][^|\"'\\\n]*(?=[\"'\\]*\s*\|\s*(?:sudo\s+-S|(?:sudo\s+)?{_READERS}))"
)
_FED = re.compile(
    rf"(?P<before>\b(?:chpasswd\s*<<<\s*[\"'\\]*[\w.-]+:|{_READERS}[^\n|;<]{{0,200}}<<<\s*[\"'\\]*))[^\s\"'\\]+"
)
_WORDS = re.compile(
    r"(?P<before>\b(?:htpasswd\s(?:\s*-\S+)*\s*-\w*b\w*(?:\s+-\S+)*\s+[^\s\"']+\s+(?:[^\s\"'|;&]+\s+(?=[^\s\"'|;&]))?"
    r"|openssl\s+passwd\s+(?:-salt\s+\S+\s+|-\w+\s+)*|rabbitmqctl\s[^\n|;]{0,80}?(?:add_user|change_password)\s+\S+\s+"
    r"|pass:))[^\s\"'|;&-][^\s\"'|;&]*"
)
"""Programs that have the password as a word of its own."""
_SQL = re.compile(
    r"(?P<before>\b(?:identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?|password\s*\(\s*|password\s+(?=\\?'))(?P<quote>\\?[\"']))(?:''|(?!(?P=quote))(?:\\.|[^\\\n]))+",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?P<before>\bpassword(?:\s+for\s+[^:\n]{1,60}:\s+|\s+is:?\s+(?=\S*(?-i:[^\sa-z.,;:'\"]))))[^\s\"',;]+",
    re.IGNORECASE,
)
_HASH = re.compile(r"(?P<before>)\$(?:1|2[aby]|5|6|7|y|gy)\$[\w./$=,+-]{8,}")
"""Of a password, as /etc/shadow has it."""
_NAMES = (
    "pass",
    "pwd",
    "secret",
    "token",
    "credential",
    "pw",
    "psk",
    "hash_path",
    *(f"{end}{gap}key" for end in "ientsd" for gap in ("", "_", "-")),
)
_ALL = (
    (_HEADER, ("bearer", "basic", "x-auth")),
    (_AUTH, ("auth",)),
    (_CEPH, tuple(f"a{second}{third}" for second in "qg" for third in "abcd")),
    (_BASE64, ("secret-set-value",)),
    (_NEIGHBOR, ("neighbor",)),
    (_PIPED, ("chpasswd",)),
    (_ECHOED, ("echo", "printf")),
    (_FED, ("<<<",)),
    (_WORDS, ("passwd", "rabbitmqctl", "pass:")),
    (_SQL, ("identified", "password")),
    (_HASH, ("$1$", "$2", "$5$", "$6$", "$7$", "$y$", "$gy$")),
    *((each, _NAMES) for each in (_ESCAPED, _QUOTED, _STRING, _PLAIN, _OPTION)),
    (_SAID, ("password",)),
    (_SHORT, ("mysql", "mariadb", "login", "sshpass", "ipmitool", "rhc", "redis-cli", "ldap", "ipa-")),
    (_USER, ("curl", "-user", "creds")),
)
"""What hides, with words that a text has where it can; looking for these is much faster."""
_EVERY = frozenset({"://", *(hint for _, hints in _ALL for hint in hints)})
_HINTS = tuple(sorted(each for each in _EVERY if not any(some in each for some in _EVERY - {each})))
_BEHIND = 2
"""Lines behind one that has such a word which may be its value."""


def hide(text: str) -> str:
    """Hide it."""
    low = text.lower()
    if "private key" in low:
        text = _BLOCK.sub(MASK, text)
    if "registry_logins" in low:
        text = _INDENTED.sub(rf"\g<before>{MASK}", _LOGINS.sub(rf"\g<before>{MASK}", text))
    low = text.lower()
    if len(low) != len(text):  # as a few letters of other alphabets make it
        return _hidden(text)
    shown, done = "", 0
    for begin, end in _spans(low):
        shown += text[done:begin] + _hidden(text[begin:end])
        done = end
    return shown + text[done:]


def _spans(low: str) -> Iterator[tuple[int, int]]:
    """Give where a text has lines with such words, and those behind them."""
    begin = end = 0
    for start in sorted({start for hint in _HINTS for start in _lines(low, hint)}):
        if start > end:
            yield begin, end
            begin = start
        end = start
        for _ in range(1 + _BEHIND):
            end = low.find("\n", end) + 1 or len(low)
    yield begin, end


def _lines(low: str, hint: str) -> Iterator[int]:
    """Give where lines begin that have a word."""
    at = low.find(hint)
    while at >= 0:
        yield low.rfind("\n", 0, at) + 1
        end = low.find("\n", at)
        at = low.find(hint, end) if end >= 0 else -1


def _hidden(text: str) -> str:
    low = text.lower()
    if "://" in low:
        text = _ADDRESS.sub(_without_logins, text)
    for found, hints in _ALL:
        if any(hint in low for hint in hints):
            text = found.sub(rf"\g<before>{MASK}", text)
    return text


def _without_logins(found: re.Match[str]) -> str:
    """Hide the passwords of all servers of an address; what is behind the last `@` was not taken."""
    *several, last = _NEXT.split(f"{found['logins']}@")
    shown = [_LOGIN.sub(rf"\g<before>{MASK}\g<after>", each) for each in (*several, last)]
    return found["before"] + ",".join(shown).removesuffix("@")
