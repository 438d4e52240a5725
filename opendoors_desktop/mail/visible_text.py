"""What somebody wrote in a reply, without the mail it quotes: answers between and below quoted lines are kept."""

import re
from typing import Final

from opendoors_desktop.mail.html_reading import text_of
from opendoors_desktop.mail.parse import InboundMail

LONGEST_READ: Final = 200_000
MOST_LINES: Final = 4000
_HEADER_REACH: Final = 8

_QUOTED = re.compile(r"\s{0,3}(?:>|\|\s?>|[A-Z]{1,3}>)")
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb(?: am .*)?|geschrieben|a écrit|ecrit|écrit|escribió|escribio|escreveu|ha scritto|"
    r"scrisse|schreef|geschreven|napisał(?:\(a\)|a)?|pisze|skrev|skrifaði|kirjoitti|yazdı|написала?|пишет|пише|"
    r"написав|írta|napsala?|a scris|έγραψε|viết|menulis)\b[^.!?]{0,60}:?\s*$|(?:写道|寫道|のメール|작성)\s*[:：]?\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_START = re.compile(
    r"\s*[-_*]{0,5}\s*(?:(?:on|am|le|el|il|em|op|w dniu|dnia|den|dne|în|at|vào|pada)\b|d\.|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|lu|ma|za|zo|vr|"
    r"пн|вт|ср|чт|пт|сб|вс)\w{0,9}"
    r"[.,]|\d{1,4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,4}|[^<>\n]{0,60}<[^<>\s]+@[^<>\s]+>|\"?[^\n]{2,60}@)",
    re.IGNORECASE,
)
_DATED_ADDRESS = re.compile(
    r"\s*(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\D.{0,80}|.{0,40}\d{4}.{0,60})<[^<>\s]+@[^<>\s]+>:?\s*$"
)
_DIVIDER = re.compile(
    r"\s*(?:>\s*)?[-_=*]{2,}\s*(?:original[- ]?message|reply message|forwarded message|begin forwarded message|"
    r"ursprüngliche (?:nachricht|e-mail)|originalnachricht|original(?:meddelelse|melding|meddelande)|"
    r"ursprungligt meddelande|weitergeleitete nachricht|message (?:d.origine|original|transféré)|courriel original|"
    r"mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)|"
    r"oorspronkelijk bericht|doorgestuurd bericht|(?:wiadomość oryginalna|oryginalna wiadomość)|"
    r"(?:исходное|пересланное|пересылаемое) (?:сообщение|письмо)|eredeti üzenet|původní zpráva|původní e-mail|"
    r"original e-?mail|alkuperäinen viesti|orijinal mesaj|原始邮件|原邮件|転送|원본 메시지|mesaj original)\s*[-_=*]*",
    re.IGNORECASE,
)
_BEGIN_FORWARD = re.compile(r"\s*(?:begin forwarded message|anfang der weitergeleiteten nachricht)\s*:", re.IGNORECASE)
_RULE = re.compile(r"\s*[_\-=]{5,}\s*$")
_HEADER_LINE = re.compile(
    r"\s*[*_]{0,2}(?P<from>from|von|de|da|van|od|från|fra|от|от кого|lähettäjä|发件人|差出人|kimden|feladó)"
    r"\b[*_]{0,2}\s?[:：]"
    r"|\s*[*_]{0,2}(?P<other>sent|gesendet|envoyé(?: le)?|enviado(?: el| em)?|inviato|verzonden|"
    r"wysłano|wysłane|skickat|sendt|"
    r"date|datum|fecha|data|dato|to|an|à|para|a|aan|do|till|til|subject|betreff|objet|asunto|oggetto|assunto|"
    r"onderwerp|temat|ämne|emne|отправлено|дата|кому|тема|cc|kopia|reply-to|发送时间|收件人|主题|日時|宛先|件名)"
    r"\b[*_]{0,2}\s?[:：]",
    re.IGNORECASE,
)


def visible_text(mail: InboundMail) -> str:
    """What the writer wrote, from the plain text, or from the HTML where there is no other."""
    if mail.text.strip():
        return cut_quotes(mail.text)
    return cut_quotes(text_of(mail.html, with_quotes=False))


def cut_quotes(text: str) -> str:
    """The text without quoted lines, without the line that says who is quoted, and nothing below a copied mail."""
    lines = text[:LONGEST_READ].split("\n")[:MOST_LINES]
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if _QUOTED.match(line):
            number += 1
            continue
        if not line.strip():
            kept.append("")
            number += 1
            continue
        if _starts_copy(lines, number):
            break
        length = _attribution(lines, number)
        if length == 0:
            kept.append(line.rstrip() if line.strip() != "--" else line)
        elif not _is_quoted_below(lines, number + length):
            break
        number += max(length, 1)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _starts_copy(lines: list[str], number: int) -> bool:
    """Whether a copy of another mail begins here: a divider, or a block of header lines."""
    line = lines[number]
    if _DIVIDER.match(line) or _BEGIN_FORWARD.match(line):
        return True
    if _RULE.match(line):
        following = [later for later in lines[number + 1 : number + 5] if later.strip()]
        return bool(following) and _is_header_block(following, 0)
    return _is_header_block(lines, number)


def _is_header_block(lines: list[str], number: int) -> bool:
    """Whether lines like "From: …", "Sent: …", "Subject: …" stand here: the first, and two more that are near."""
    first = _HEADER_LINE.match(lines[number])
    if first is None:
        return False
    names = {first[0].strip(" *_:：\t").lower()}
    is_from = first["from"] is not None
    for line in lines[number + 1 : number + 1 + _HEADER_REACH]:
        found = _HEADER_LINE.match(line)
        if found is not None:
            names.add(found[0].strip(" *_:：\t").lower())
            is_from = is_from or found["from"] is not None
    return is_from and len(names) >= 3


def _attribution(lines: list[str], number: int) -> int:
    """How many lines from here say who wrote what follows ("On Monday Ann <…> wrote:"); 0 if they don't."""
    if not _ATTRIBUTION_START.match(lines[number]):
        return 0
    line = lines[number].rstrip()
    if _DATED_ADDRESS.match(line) and (line.endswith(":") or _is_quoted_below(lines, number + 1)):
        return 1
    joined = ""
    for length in range(1, 5):
        if number + length > len(lines) or (length > 1 and not lines[number + length - 1].strip()):
            return 0
        joined = f"{joined} {lines[number + length - 1].strip()}".strip()
        if len(joined) > 400 or _QUOTED.match(lines[number + length - 1]):
            return 0
        if _WROTE.search(joined) and _names_somebody(joined):
            return length
    return 0


_SOMEBODY = re.compile(r"@|\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}|:\s*$")


def _names_somebody(line: str) -> bool:
    """Whether an attribution has what one has: an address, an hour or a year, or at least its colon."""
    return bool(_SOMEBODY.search(line))


def _is_quoted_below(lines: list[str], number: int) -> bool:
    """Whether the next line with text is marked as quoted."""
    following = next((line for line in lines[number : number + 6] if line.strip()), "")
    return bool(_QUOTED.match(following))


_SIGNATURE_MARK = re.compile(r"^(?:-- ?|__+|—+|\*{3,})\s*$", re.MULTILINE)
_MOBILE = re.compile(
    r"^(?:sent (?:from|with|via|using)\b|get outlook for|von meinem .{2,40} gesendet|gesendet (?:von|mit|über)\b|"
    r"envoyé (?:de(?:puis)?|à partir)\b|enviado (?:desde|do|a partir)\b|inviato da\b|"
    r"verzonden (?:vanaf|met)\b|verstuurd vanaf\b|"
    r"wysłan[eoy] z\b|skickat från\b|sendt fra\b|отправлено (?:с|из)\b|diese nachricht wurde von mein)[^\n]{0,120}$",
    re.IGNORECASE | re.MULTILINE,
)


def signature_at(text: str) -> int:
    """Where the signature of a text begins: at "-- " or a "Sent from my …" line; its length where there is none."""
    places = [found.start() for pattern in (_SIGNATURE_MARK, _MOBILE) if (found := pattern.search(text))]
    return min((place for place in places if text[:place].strip()), default=len(text))
