"""The time zones of the states and provinces of countries with several, where a state has one.

A state is listed where more than 98 in 100 of its people live by one clock; Florida, Texas, Tennessee, British Columbia
or Amazonas are not, since there the state doesn't tell.
"""

_BY_ZONE = {
    "US": {
        "America/New_York": (
            "CT Connecticut, DE Delaware, DC District of Columbia, GA Georgia, ME Maine, MD Maryland, MA Massachusetts,"
            " NH New Hampshire, NJ New Jersey, NY New York, NC North Carolina, OH Ohio, PA Pennsylvania,"
            " RI Rhode Island, SC South Carolina, VT Vermont, VA Virginia, WV West Virginia"
        ),
        "America/Detroit": "MI Michigan",
        "America/Chicago": (
            "AL Alabama, AR Arkansas, IL Illinois, IA Iowa, KS Kansas, LA Louisiana, MN Minnesota, MS Mississippi,"
            " MO Missouri, OK Oklahoma, WI Wisconsin"
        ),
        "America/Denver": "CO Colorado, MT Montana, NM New Mexico, UT Utah, WY Wyoming",
        "America/Phoenix": "AZ Arizona",
        "America/Los_Angeles": "CA California, NV Nevada, OR Oregon, WA Washington",
        "America/Anchorage": "AK Alaska",
        "Pacific/Honolulu": "HI Hawaii",
        "America/Puerto_Rico": "PR Puerto Rico",
    },
    "CA": {
        "America/Halifax": "NS Nova Scotia, PE Prince Edward Island",
        "America/Moncton": "NB New Brunswick",
        "America/Toronto": "ON Ontario, QC Quebec",
        "America/Winnipeg": "MB Manitoba",
        "America/Regina": "SK Saskatchewan",
        "America/Edmonton": "AB Alberta, NT Northwest Territories",
        "America/Whitehorse": "YT Yukon",
    },
    "AU": {
        "Australia/Sydney": "NSW New South Wales, ACT Australian Capital Territory",
        "Australia/Melbourne": "VIC Victoria",
        "Australia/Brisbane": "QLD Queensland",
        "Australia/Adelaide": "SA South Australia",
        "Australia/Darwin": "NT Northern Territory",
        "Australia/Hobart": "TAS Tasmania",
        "Australia/Perth": "WA Western Australia",
    },
    "BR": {
        "America/Sao_Paulo": (
            "DF Distrito Federal, ES Espírito Santo, GO Goiás, MG Minas Gerais, PR Paraná, RJ Rio de Janeiro,"
            " RS Rio Grande do Sul, SC Santa Catarina, SP São Paulo"
        ),
        "America/Bahia": "BA Bahia",
        "America/Maceio": "AL Alagoas, SE Sergipe",
        "America/Recife": "PE Pernambuco",
        "America/Fortaleza": "CE Ceará, MA Maranhão, PB Paraíba, PI Piauí, RN Rio Grande do Norte",
        "America/Belem": "AP Amapá, PA Pará",
        "America/Araguaina": "TO Tocantins",
        "America/Cuiaba": "MT Mato Grosso",
        "America/Campo_Grande": "MS Mato Grosso do Sul",
        "America/Porto_Velho": "RO Rondônia",
        "America/Boa_Vista": "RR Roraima",
        "America/Rio_Branco": "AC Acre",
    },
}

# (country, code or name) -> zone, as it is written here.
STATE_ZONES = {
    (country, word): zone
    for country, zones in _BY_ZONE.items()
    for zone, states in zones.items()
    for state in states.split(", ")
    for word in (state.partition(" ")[0], state.partition(" ")[2])
}
