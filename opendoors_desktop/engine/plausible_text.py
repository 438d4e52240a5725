"""How much a text reads like names and places of some language, so that the encoding it was read by can be judged.

General detectors look at prose; a list of contacts is capitalised words between separators, and too short for them.
"""

import re
import unicodedata
from itertools import pairwise

_WORD = re.compile(r"[^\s,;|\t\"'()/@.:\-–0-9_&+#*<>!?’“”„«»€%=\[\]]+")

# The letters beyond a to z of the languages an encoding serves; a word is one language's.
_WESTERN = (
    "äöüß",
    "àâæçéèêëîïôœùûüÿ",
    "áéíñóúü",
    "àáâãçéêíóôõúü",
    "àèéìíîòóùú",
    "äåöéü",
    "æøåéö",
    "áðéíóúýþæö",
    "äëïöüéèêóíáû",
)
_CENTRAL = (
    "ąćęłńóśźż",
    "áčďéěíňóřšťúůýž",
    "áäčďéíĺľňóôŕšťúýž",
    "áéíóöőúüű",
    "ăâîşţșț",
    "čćđšž",
    "äöüß",
)
_TURKISH = ("çğıİöşüâîû", "äöüß")
_BALTIC = ("āčēģīķļņšūž", "ąčęėįšųūž", "äöõüšž")

# The letters that make up most of what is written in an alphabet of its own.
_COMMON = {
    "CYRILLIC": "оеаинтсрвлкмдпуяіь",
    "GREEK": "αοιετσνηυρπκμλςάίόέ",
    "HEBREW": "יוהלארמנתשבדח",
    "ARABIC": "اليمنرتوبدسعهةحأ",
    "THAI": "านรอกเงมยลวดทสตะปบคหแจพชขใไโ่้ิีุัํ์ื็ูฤญผ",
}

# Of encodings that read a text equally well, the one named first is taken: the more usual one.
LATIN = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_15": _WESTERN,
    "iso8859_2": _CENTRAL,
    "cp1254": _TURKISH,
    "cp1257": _BALTIC,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp852": _CENTRAL,
    "mac_latin2": _CENTRAL,
}
ALPHABETS = {
    "cp1251": "CYRILLIC",
    "koi8_r": "CYRILLIC",
    "cp866": "CYRILLIC",
    "mac_cyrillic": "CYRILLIC",
    "iso8859_5": "CYRILLIC",
    "cp1253": "GREEK",
    "cp1255": "HEBREW",
    "cp1256": "ARABIC",
    "cp874": "THAI",
}
_CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def likeness(text: str, encoding: str) -> float:
    """From 0 to 1: the share of words with other letters than a to z that are one language's of this encoding."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if not words:
        return 0.0
    return sum(_word_likeness(word, encoding) for word in words) / len(words)


def _word_likeness(word: str, encoding: str) -> float:
    if not _has_usual_case(word):
        return 0.0
    if encoding in LATIN:
        letters = {character for character in word.casefold().replace("i̇", "i") if not character.isascii()}
        return float(any(letters <= set(language) for language in LATIN[encoding]))
    if encoding in ALPHABETS:
        return _alphabet_likeness(word, ALPHABETS[encoding])
    return float(all(unicodedata.name(character, "").startswith(_CJK) for character in word))


def _alphabet_likeness(word: str, alphabet: str) -> float:
    if not all(unicodedata.name(character, "").startswith(alphabet) for character in word):
        return 0.0
    common = sum(character in _COMMON[alphabet] for character in word.casefold()) / len(word)
    # Names and places begin with a capital where the alphabet has one.
    return common if word[0] == word[0].upper() else common / 2


def _has_usual_case(word: str) -> bool:
    """Whether no capital stands behind a small letter, but for the one of McDonald."""
    turns = sum(one.islower() and two.isupper() for one, two in pairwise(word))
    return turns == 0 or (turns == 1 and word[:1].isupper() and word.isascii())
