"""Whom a notice in words says wasn't reached: its addresses, told from those that stand there for other reasons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from opendoors_desktop.domain.server_wordings import plain
from opendoors_desktop.mail.report_words import failure_words

MOST: Final = 500
_REACH: Final = 500
"""Characters behind an address in which its reason is looked for."""

_ADDRESS = re.compile(
    r"(?<![\w.+@/=:%-])\\?([A-Za-z0-9_!#$%&'*+/=?^`{|}~.\x80-\U0010ffff-]{1,64}"
    r"@[A-Za-z0-9\x80-\U0010ffff](?:[A-Za-z0-9.\x80-\U0010ffff_-]{0,200}[A-Za-z0-9\x80-\U0010ffff])?)(?!@)",
    re.IGNORECASE,
)
_BEFORE_ON_LINE = re.compile(
    r"[\W_]*(?:\d+[.)]\s*)?(?:[\w ,.()'/-]{0,60}\b(?:to|for|recipients?|address(?:es)?|user|userid|"
    r"mailbox|e-?mail|account|name|"
    r"rcpt|failed|invalid|unknown|attempts|destination|addressee|empfanger|an|fur|adresse|destinataires?|pour|a|para|"
    r"destinatario|per|aan|voor|do|till|direccion|endereco|indirizzo|кому|адрес|получател\w*|收件人|地址|宛先)\s*[\W_]{0,4}|"
    r"\"?[\w ,.'-]{1,50}\"?\s*[<\[(])?[\W_]*"
)
_OTHER_REASON = re.compile(
    r"\b(?:contact|assist\w*|help|support|question|report|administrator|admin|from|sender|via|by|said|"
    r"please (?:send|write|e-?mail|call|"
    r"contact)|reply to|forward(?:ed)? (?:to|it)|new address|mail me|write to|instead|kontakt\w*|"
    r"absender|von|contacte\w*|expediteur|"
    r"remitente|mittente|remetente|afzender|nadawca|avsandare|postmaster|message-id|id)\b[^\n.;]{0,40}$"
)
_OF_SYSTEMS = re.compile(
    r"(?:mailer-?daemon|postmaster|maildaemon|mail-daemon|mdaemon|abuse|hostmaster|webmaster|root|support|helpdesk|"
    r"no-?reply|donotreply|administrator|listserv|majordomo)@|.*@(?:\d{1,3}\.){3}\d{1,3}$|[\w.$-]{28,}@",
    re.IGNORECASE,
)
_EXPANDED = re.compile(
    r"\(?(?:expanded|generated|originally (?:addressed|sent)|forwarded|aliased|redirected) (?:from|to)\b[: ]*<?$",
    re.IGNORECASE,
)
_LINKS = re.compile(r"https?://\S+|\b(?:mailto:|smtp[:=]|rfc822;)", re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")
_LONE_NAME = re.compile(r"^[ \t]*<?([A-Za-z0-9][\w.+-]{1,40})>?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NamedRecipient:
    """An address that a notice says wasn't reached, and what it says beside it."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class _Mention:
    address: str
    at: int
    end: int
    leads: bool  # the address opens its line, or follows a word for a recipient
    is_of_another: bool
    is_expanded: bool
    is_of_head: bool  # it stands in the head of our message, which the notice repeats


def recipients_in(notice: str, own: frozenset[str], domain: str = "") -> list[NamedRecipient]:
    """Whom a notice names, in its order, each once; `own` (lower case) are meant only if nobody else is.

    `domain` completes a bare name that stands alone where addresses would ("screenname").
    """
    notice = _LINKS.sub(lambda link: " " * len(link[0]), notice)
    everyone = list(_mentions(notice))
    mentions = [mention for mention in everyone if mention.address.lower() not in own]
    chosen = _strong(mentions) or _weak(mentions) or _strong(everyone)
    if not chosen:
        return _lone_names(notice, domain)
    found: dict[str, NamedRecipient] = {}
    for place, mention in enumerate(chosen):
        key = mention.address.lower()
        following = next((m.at for m in chosen[place + 1 :] if m.address.lower() != key), len(notice))
        words = notice[mention.end : min(following, mention.end + _REACH)]
        if mention.is_expanded and place:
            found.pop(chosen[place - 1].address.lower(), None)
        if key not in found and len(found) < MOST:
            found[key] = NamedRecipient(mention.address, _words(notice, mention, words))
    return list(found.values())


def _mentions(notice: str) -> Iterator[_Mention]:
    for count, found in enumerate(_ADDRESS.finditer(notice)):
        if count >= MOST * 2:
            return
        local, _, domain = found[1].strip("'\"`*=|").rstrip(".-_").partition("@")
        address = f"{local}@{domain.partition('..')[0]}"
        if _OF_SYSTEMS.match(address):
            continue
        start = notice.rfind("\n", 0, found.start()) + 1
        before = notice[max(start, found.start() - 120) : found.start()]
        bare = plain(before)
        above = plain(notice[max(0, found.start() - 70) : found.start()].replace("\n", " "))
        is_expanded = bool(_EXPANDED.search(above))
        is_other = bool(_OTHER_REASON.search(above)) and not is_expanded and bool(_SIGNS.sub("", bare))
        leads = bool(_BEFORE_ON_LINE.fullmatch(bare)) or is_expanded or _fails_here(notice, found)
        is_of_head = _is_of_our_head(notice, start, bare)
        end = notice.index(address, found.start()) + len(address)
        yield _Mention(address, found.start(), end, leads and not is_of_head, is_other, is_expanded, is_of_head)


_TO = re.compile(r"[\W_]*(?:to|cc|an|a|para|aan|do|till|kopie|recipients?)\s*:[\W_]*")
_SUBJECT = re.compile(
    r"^\s*(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|amne|sent|gesendet|date)\s*:", re.MULTILINE
)


def _is_of_our_head(notice: str, line: int, before: str) -> bool:
    """Whether the address stands in the "To:" of our message's head, which the notice repeats."""
    near = plain(notice[max(0, line - 200) : line + 300])
    return bool(_TO.fullmatch(before)) and bool(_SUBJECT.search(near))


def _fails_here(notice: str, found: re.Match[str]) -> bool:
    """Whether the sentence with the address says that something failed."""
    start = max(notice.rfind(mark, 0, found.start()) for mark in (". ", "\n\n", ";")) + 1
    ends = [end for mark in (". ", ".\n", "\n\n", ";") if (end := notice.find(mark, found.end())) >= 0]
    sentence = notice[max(start, found.start() - 200) : min([*ends, found.end() + 200])]
    return bool(failure_words(sentence.replace("\n", " ")))


def _strong(mentions: list[_Mention]) -> list[_Mention]:
    """Those that stand where a notice names its recipients."""
    return [mention for mention in mentions if mention.leads and not mention.is_of_another]


def _weak(mentions: list[_Mention]) -> list[_Mention]:
    """The one address there is, if there is one alone and nothing says that it stands there for another reason."""
    left = [mention for mention in mentions if not mention.is_of_another]
    left = [mention for mention in left if not mention.is_of_head] or left
    return left if len({mention.address.lower() for mention in left}) == 1 else []


def _words(notice: str, mention: _Mention, behind: str) -> str:
    """The reason given with an address: what follows it, or the sentence before it where nothing does."""
    text = " ".join(behind.strip(" \t\r\n>:)]\"'-").split())
    if len(text) >= 8 and failure_words(text):
        return text
    before = " ".join(notice[max(0, mention.at - 300) : mention.at].split())
    return f"{before} {text}".strip()


def _lone_names(notice: str, domain: str) -> list[NamedRecipient]:
    """Names without a domain, each alone on its line behind a line that announces them."""
    announced = re.search(
        r"^.*(?:recipients?|address(?:es)?|users?)\b[^\n]*(?:\n[^\n]+){0,2}:[ \t]*\n",
        notice,
        re.IGNORECASE | re.MULTILINE,
    )
    if not domain or announced is None:
        return []
    below = notice[announced.end() :].partition("\n\n")[0]
    names = _LONE_NAME.findall(below)
    return [
        NamedRecipient(f"{name}@{domain}", " ".join(notice[: announced.end()].split())[-400:]) for name in names[:MOST]
    ]
