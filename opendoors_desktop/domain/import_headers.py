"""The names that files give to the columns of contacts, in the languages and by the programs such files come from."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

# The first line of a field holds names that mean it beyond doubt, the second those that give way to them.
_NAMES = {
    "email": (
        """
        email, e-mail, email address, e-mail address, mail, mail address, emailaddress, primary email,
        work email, business email, email 1, e-mail 1 value, email1, email (work), e-mail-adresse, emailadresse,
        mailadresse, adresse e-mail, adresse mail, adresse électronique, courriel, correo, correo electrónico,
        dirección de correo, dirección de correo electrónico, email de contacto, indirizzo email,
        indirizzo e-mail, posta elettronica, correio eletrônico, correio eletrónico, endereço de email,
        endereço de e-mail, e-mailadres, mailadres, adres e-mail, adres email, adres mailowy, e-postadress,
        epost, e-post, e-postadresse, mailadress, sähköposti, sähköpostiosoite, e-mailová adresa,
        emailová adresa, e-mail cím, email cím, adresă de email, adresa de email, e-posta, e-posta adresi,
        eposta, электронная почта, почта, адрес электронной почты, эл почта, имейл, електронна пошта,
        ηλεκτρονικό ταχυδρομείο, email διεύθυνση, メール, メールアドレス, eメール, 電子メール, 邮箱, 电子邮件,
        电子邮箱, 邮件地址, 電子郵件, 電郵, 이메일, 이메일 주소, 전자우편, البريد الإلكتروني, بريد إلكتروني,
        דואר אלקטרוני, אימייל, दूरभाष ईमेल, ईमेल, อีเมล
        """,
        """
        email 2, e-mail 2 address, personal email, private email
        """,
    ),
    "first_name": (
        """
        first name, firstname, first, given name, givenname, forename, fname, vorname, rufname, prénom, prenom,
        nombre, nombre de pila, primer nombre, nome proprio, primeiro nome, nome próprio, voornaam, roepnaam,
        imię, imie, förnamn, fornavn, etunimi, jméno, křestní jméno, keresztnév, utónév, prenume, ad, adı, isim,
        имя, имя контакта, ім'я, όνομα, 名, ファーストネーム, 名前（名）, 名字, 이름, الاسم الأول, שם פרטי,
        प्रथम नाम, पहला नाम, ชื่อ, ชื่อจริง
        """,
        """
        nome, krstné meno, meno, ime
        """,
    ),
    "last_name": (
        """
        last name, lastname, last, surname, family name, familyname, lname, nachname, familienname, zuname, nom,
        nom de famille, apellido, apellidos, primer apellido, cognome, sobrenome, apelido, último nome,
        ultimo nome, achternaam, familienaam, nazwisko, efternamn, efternavn, etternavn, sukunimi, příjmení,
        priezvisko, vezetéknév, családnév, nume, nume de familie, soyad, soyadı, soyisim, фамилия, прізвище,
        επώνυμο, επίθετο, 姓, 苗字, ラストネーム, 姓氏, 성, اسم العائلة, الاسم الأخير, שם משפחה, अंतिम नाम,
        उपनाम, นามสกุล, prezime
        """,
        "",
    ),
    "full_name": (
        """
        full name, fullname, display name, contact name, person name, recipient name, vollständiger name,
        vor- und nachname, ansprechpartner, kontaktperson, nom complet, nom et prénom, prénom et nom,
        nombre completo, nombre y apellidos, nome completo, nome e cognome, volledige naam, contactpersoon,
        imię i nazwisko, pełne imię i nazwisko, för- och efternamn, fullständigt namn, fulde navn, fullt navn,
        koko nimi, celé jméno, jméno a příjmení, teljes név, nume complet, ad soyad, adı soyadı, фио,
        полное имя, повне ім'я, ονοματεπώνυμο, 氏名, お名前, 姓名, 全名, 성명, الاسم الكامل, שם מלא, पूरा नाम,
        ชื่อ นามสกุล
        """,
        """
        name, naam, namn, navn, nimi, név, contact person, person, kontakt, contacto, contatto, contato, 名前,
        이름 성
        """,
    ),
    "company": (
        """
        company, company name, companyname, organization, organisation, organization name, organisation name,
        organization 1 name, account, account name, employer, business, business name, firm, firma, firmenname,
        unternehmen, unternehmensname, organisationsname, entreprise, société, raison sociale,
        nom de l'entreprise, organisme, empresa, nombre de la empresa, compañía, organización, razón social,
        azienda, società, ragione sociale, nome azienda, organizzazione, nome da empresa, organização,
        companhia, bedrijf, bedrijfsnaam, organisatie, nazwa firmy, przedsiębiorstwo, organizacja, företag,
        företagsnamn, virksomhed, virksomhedsnavn, firmanavn, bedrift, selskap, yritys, yrityksen nimi,
        společnost, název firmy, spoločnosť, cég, cégnév, vállalat, companie, nume companie, şirket, şirket adı,
        компания, организация, название компании, компанія, організація, εταιρεία, επιχείρηση, 会社, 会社名,
        企業名, 公司, 公司名称, 公司名稱, 单位, 회사, 회사명, الشركة, اسم الشركة, חברה, שם החברה, कंपनी, บริษัท,
        tvrtka
        """,
        """
        customer, client, kunde, client name
        """,
    ),
    "title": (
        """
        job title, jobtitle, position, job, job role, occupation, organization 1 title, function,
        berufsbezeichnung, funktion, stellenbezeichnung, stelle, beruf, jobtitel, poste, fonction,
        intitulé du poste, métier, cargo, puesto, puesto de trabajo, profesión, ruolo, qualifica, posizione,
        mansione, função, cargo profissional, profissão, functie, functietitel, beroep, stanowisko,
        stanowisko pracy, befattning, yrkestitel, yrke, roll, stilling, stillingsbetegnelse, tehtävänimike,
        titteli, asema, pozice, pracovní pozice, funkce, pozícia, beosztás, munkakör, funcție, functie titlu,
        unvan, ünvan, pozisyon, görev, должность, позиция, посада, θέση, τίτλος εργασίας, 役職, 職種, 職位,
        职位, 职务, 職稱, 직책, 직위, 직함, المسمى الوظيفي, الوظيفة, תפקיד, पद, ตำแหน่ง
        """,
        """
        title, titel, role
        """,
    ),
    "phone": (
        """
        phone, phone number, phonenumber, telephone, telephone number, tel, tel no, work phone, business phone,
        phone 1 value, company phone, direct phone, telefon, telefonnummer, rufnummer, tel nr, téléphone,
        numéro de téléphone, teléfono, número de teléfono, telefono, numero di telefono, recapito telefonico,
        telefone, número de telefone, telefoon, telefoonnummer, numer telefonu, nr telefonu, telefonnr, tlf,
        puhelin, puhelinnumero, telefonní číslo, telefónne číslo, telefonszám, număr de telefon,
        telefon numarası, телефон, номер телефона, номер телефону, τηλέφωνο, 電話, 電話番号, 电话, 电话号码,
        電話號碼, 전화, 전화번호, الهاتف, رقم الهاتف, טלפון, फ़ोन, फोन, दूरभाष, โทรศัพท์, เบอร์โทรศัพท์
        """,
        """
        mobile, mobile phone, mobile number, cell, cell phone, cellphone, home phone, handy, handynummer, mobil,
        mobiltelefon, mobilnummer, mobilfunk, portable, téléphone portable, móvil, celular, cellulare,
        telemóvel, mobiel, mobiele telefoon, komórka, telefon komórkowy, matkapuhelin, 携帯, 携帯電話, 手机,
        手機, 휴대폰, other phone, phone 2 value
        """,
    ),
    "linkedin_url": (
        """
        linkedin, linkedin url, linkedin profile, linkedin profile url, person linkedin url, linkedin link,
        linkedin profil, profil linkedin, perfil de linkedin, profilo linkedin, perfil linkedin,
        linkedin-profiel, linkedin_profile_url, контакт linkedin, 領英, 领英, 링크드인
        """,
        """
        profile url, profile link, url
        """,
    ),
    "city": (
        """
        city, town, locality, mailing city, billing city, business city, address 1 city, home city, ort, stadt,
        wohnort, ville, commune, localité, ciudad, localidad, población, municipio, città, comune, località,
        cidade, município, localidade, plaats, woonplaats, stad, gemeente, miasto, miejscowość, ort stad,
        postort, by, poststed, kaupunki, postitoimipaikka, město, obec, mesto, város, település, oraș, oras,
        localitate, şehir, ilçe, город, населённый пункт, місто, πόλη, 市, 市区町村, 都市, 城市, 도시, 시,
        المدينة, עיר, शहर, เมือง, grad
        """,
        "",
    ),
    "state": (
        """
        state, province, state/province, state/region, state or province, county, region, mailing state,
        billing state, business state, address 1 region, bundesland, kanton, région, département, canton,
        provincia, estado, comunidad autónoma, regione, distrito, província, provincie, deelstaat, gewest,
        województwo, län, landskap, amt, fylke, maakunta, megye, județ, judet, eyalet, il, регион, область,
        край, область край, περιφέρεια, νομός, 都道府県, 省, 省份, 州, 省市, 시도, المحافظة, المنطقة, מחוז,
        राज्य, จังหวัด
        """,
        "",
    ),
    "country": (
        """
        country, country/region, country or region, country name, country code, nation, mailing country,
        billing country, business country/region, business country, address 1 country, land, staat, ländercode,
        länderkürzel, pays, code pays, país, pais, código de país, paese, nazione, stato, landcode, lands, maa,
        país/região, kraj, państwo, země, stát, krajina, štát, ország, țară, tara, ülke, страна, країна, χώρα,
        国, 国名, 国家, 國家, 국가, 나라, البلد, الدولة, ארץ, מדינה, देश, ประเทศ, država
        """,
        """
        location country
        """,
    ),
    "time_zone": (
        """
        time zone, timezone, tz, zeitzone, fuseau horaire, zona horaria, huso horario, fuso orario,
        fuso horário, tijdzone, strefa czasowa, tidszon, tidszone, tidssone, aikavyöhyke, časové pásmo,
        časová zóna, időzóna, fus orar, saat dilimi, часовой пояс, часовий пояс, ζώνη ώρας, タイムゾーン,
        時間帯, 时区, 時區, 시간대, المنطقة الزمنية, אזור זמן, समय क्षेत्र, เขตเวลา
        """,
        "",
    ),
    "tags": (
        """
        tags, tag, labels, label, lists, list, segment, segments, categories, schlagwörter, schlagworte,
        étiquettes, mots-clés, etiquetas, etichette, marcadores, etykiety, tagi, taggar, mærker, avainsanat,
        štítky, címkék, etichete, etiketler, теги, метки, ετικέτες, タグ, 标签, 標籤, 태그, الوسوم, תגיות, टैग,
        แท็ก
        """,
        """
        category, kategorie, kategorien
        """,
    ),
}

_PREFIXES = (
    "contact", "lead", "person", "prospect", "primary", "work", "business", "customer", "client", "main", "recipient",
)  # fmt: skip


def squash(name: str) -> str:
    """A column's name without case, accents, blanks and signs, so that spellings compare."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub(r"[\W_]", "", re.sub(r"\((?:required|optional|pflichtfeld)\)", "", letters))


@cache
def _ranks() -> Mapping[str, tuple[str, int]]:
    """For each squashed name the field it means and how surely: 0 beyond doubt, 1 unless there is a better column."""
    ranks: dict[str, tuple[str, int]] = {}
    for rank in (0, 1):
        for field, names in _NAMES.items():
            for name in filter(None, map(squash, names[rank].split(","))):
                ranks.setdefault(name, (field, rank))
    return ranks


def field_of_header(name: str) -> tuple[str, int] | None:
    """The field a column called `name` holds, and a rank: lower is surer; None when the name says nothing."""
    ranks = _ranks()
    squashed = squash(name)
    found = ranks.get(squashed) or ranks.get(squashed.removesuffix("s"))
    if found:
        return found
    for prefix in _PREFIXES:
        if found := ranks.get(squashed.removeprefix(prefix)):
            return found[0], found[1] + 2
    return None
