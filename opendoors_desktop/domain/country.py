"""Countries by code or by name in many languages, as people write them into lists."""

import re
import unicodedata
from functools import cache, lru_cache

from phonenumbers import SUPPORTED_REGIONS

_ALPHA_3 = {
    "USA": "US", "GBR": "GB", "DEU": "DE", "FRA": "FR", "ITA": "IT", "ESP": "ES", "PRT": "PT", "NLD": "NL", "BEL": "BE",
    "LUX": "LU", "AUT": "AT", "CHE": "CH", "DNK": "DK", "SWE": "SE", "NOR": "NO", "FIN": "FI", "ISL": "IS", "IRL": "IE",
    "POL": "PL", "CZE": "CZ", "SVK": "SK", "HUN": "HU", "ROU": "RO", "BGR": "BG", "GRC": "GR", "HRV": "HR", "SVN": "SI",
    "EST": "EE", "LVA": "LV", "LTU": "LT", "UKR": "UA", "TUR": "TR", "ISR": "IL", "ARE": "AE", "SAU": "SA", "EGY": "EG",
    "ZAF": "ZA", "NGA": "NG", "KEN": "KE", "MAR": "MA", "IND": "IN", "PAK": "PK", "BGD": "BD", "LKA": "LK", "CHN": "CN",
    "HKG": "HK", "TWN": "TW", "JPN": "JP", "KOR": "KR", "SGP": "SG", "MYS": "MY", "THA": "TH", "VNM": "VN", "PHL": "PH",
    "IDN": "ID", "AUS": "AU", "NZL": "NZ", "CAN": "CA", "MEX": "MX", "BRA": "BR", "ARG": "AR", "CHL": "CL", "COL": "CO",
    "PER": "PE", "URY": "UY", "RUS": "RU", "SRB": "RS", "CYP": "CY", "MLT": "MT",
}  # fmt: skip
_OTHER_NAMES = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northernireland": "GB", "greatbritain": "GB",
    "grossbritannien": "GB", "großbritannien": "GB", "grandebretagne": "GB", "granbretana": "GB", "granbretagna": "GB",
    "storbritannien": "GB", "vk": "GB", "america": "US", "unitedstatesofamerica": "US", "theunitedstates": "US",
    "eeuu": "US", "etatsunisdamerique": "US", "estadosunidosdeamerica": "US", "vsa": "US", "holland": "NL",
    "thenetherlands": "NL", "niederlande": "NL", "paysbas": "NL", "brd": "DE", "schweizerischeeidgenossenschaft": "CH",
    "suisse": "CH", "svizzera": "CH", "czechrepublic": "CZ", "czechia": "CZ", "tschechien": "CZ", "slowakei": "SK",
    "korea": "KR", "southkorea": "KR", "republicofkorea": "KR", "sudkorea": "KR", "russia": "RU", "uae": "AE",
    "vae": "AE", "prchina": "CN", "mainlandchina": "CN", "hongkong": "HK", "macau": "MO", "turkiye": "TR",
    "turkei": "TR", "turkey": "TR", "ivorycoast": "CI", "vietnam": "VN", "brasil": "BR", "espana": "ES",
    "norge": "NO", "noreg": "NO", "sverige": "SE", "danmark": "DK", "suomi": "FI", "polska": "PL", "italia": "IT",
    "magyarorszag": "HU", "romania": "RO", "osterreich": "AT", "belgie": "BE", "belgique": "BE", "eire": "IE",
    "ellada": "GR", "hellas": "GR", "ελλαδα": "GR", "hrvatska": "HR", "slovensko": "SK", "slovenija": "SI",
    "cesko": "CZ", "ceskarepublika": "CZ", "україна": "UA", "россия": "RU", "भारत": "IN", "ישראל": "IL",
    "المملكةالعربيةالسعودية": "SA",
    "مصر": "EG", "الإماراتالعربيةالمتحدة": "AE", "السعودية": "SA", "日本": "JP", "中国": "CN", "中國": "CN",
    "台灣": "TW", "台湾": "TW", "대한민국": "KR", "한국": "KR", "香港": "HK", "ไทย": "TH", "ประเทศไทย": "TH",
}  # fmt: skip


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """The ISO 3166-1 code (two capitals) of the country `text` names by code or by name, or None."""
    bare = text.strip()
    upper = bare.upper().replace(".", "")
    if upper in SUPPORTED_REGIONS:
        return upper
    if upper in _ALPHA_3:
        return _ALPHA_3[upper]
    name = _squashed(bare)
    return _by_other_name().get(name) or _by_name().get(name)


def _squashed(text: str) -> str:
    """Letters alone, without case and accents, so that spellings compare."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W\d_]", "", "".join(character for character in plain if not unicodedata.combining(character)))


@cache
def _by_other_name() -> dict[str, str]:
    return {_squashed(name): code for name, code in _OTHER_NAMES.items()}


@cache
def _by_name() -> dict[str, str]:
    """Country codes by squashed names in all languages phonenumbers knows; none of them is the name of two."""
    from phonenumbers.geodata.locale import LOCALE_DATA  # large, and asked for only when a country is written out

    return {
        _squashed(name): code
        for code, names in LOCALE_DATA.items()
        for name in names.values()
        if not name.startswith("*") and _squashed(name)
    }
