"""What mail servers write beside a refusal, in the languages they write it in, as families of wordings.

Wordings are compared without case, accents, addresses and links, so that an address that contains a telling word
(spam@example.com, policy@example.net) tells nothing.
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache

_LIKE_ACCENTS = str.maketrans("łøđıæ’‘", "lodia''")
_ADDRESSES_AND_LINKS = re.compile(r"[^\s<>()\"';,]+@(?:(?!\.\.)[^\s<>()\"';,])+|https?://\S+|\b\d{1,3}(\.\d{1,3}){3}\b")
_SPELLINGS = (("mail-box", "mailbox"), ("mail box", "mailbox"), ("rcpt", "recipient"), ("e-mail address", "address"))
_LONGEST_READ = 2000


class Wording(StrEnum):
    """What a text speaks of."""

    POLICY_CHECK = "policy_check"  # SPF, DKIM, DMARC, reverse names: about authentication, yet not about a password
    SESSION_LIMIT = "session_limit"
    TOO_LARGE = "too_large"
    RATE = "rate"
    FULL = "full"
    BLOCKED = "blocked"
    AUTHENTICATION = "authentication"
    RELAY = "relay"
    SENDER = "sender"
    CONTENT = "content"
    UNKNOWN = "unknown"
    POLICY = "policy"
    REFUSAL = "refusal"  # a plain no, without a reason
    ENCRYPTION = "encryption"
    GREYLISTED = "greylisted"


# One wording a line, a regular expression in which ~ stands for up to 60 characters of the same sentence.
_FAMILIES = {
    Wording.POLICY_CHECK: r"""
\b(dmarc|spf|dkim|arc-seal|ptr|rdns|fcrdns|helo|ehlo)\b
reverse (dns|lookup|hostname)|(email|sender|domain) authentication|authentication (check|result)
unauthenticated (e-?mail|mail|message|sender)|not pass authentication|resolver\.rst
""",
    Wording.SESSION_LIMIT: r"""
(too many|max|limit|exceed|reached).*\b(per|on|in|for|during) ((this|one|a|the|each|same) )*(session|connection)\b
\bper (smtp )?(session|connection)\b.*(limit|exceed|reached|max)
(nachrichten|mails) (pro|in dieser) (sitzung|verbindung)|messages? par (session|connexion)
(mensajes|correos) por (sesion|conexion)|messaggi per (sessione|connessione)|писем за (сессию|соединение)
""",
    Wording.TOO_LARGE: r"""
(message|mail|e-?mail|size|data|attachment)~(too (large|big|long)|oversized?)
(size|length) (exceeds|exceeded|limit)|exceeds~size|maximum (message )?size|too much mail data
(nachricht|mail|anhang)~zu gross|message trop (gros|volumineux|lourd)|taille (maximale|du message)
mensaje~demasiado grande|tamano (maximo|del mensaje)|messaggio~troppo grande|dimension[ei] massim
mensagem~muito grande|tamanho (maximo|da mensagem)|bericht~te groot|wiadomosc~zbyt duz|zbyt duz[ay] wiadomosc
размер (письма|сообщения)|письмо слишком больш|(邮件|信件)~(太大|过大|大小超)|サイズ~(超|大き)
""",
    Wording.RATE: r"""
rate.?limit|throttl|slow down|too (fast|quickly|frequent)|too much (mail|traffic)|\brate (that|exceeded|of)
too many ((concurrent|simultaneous|recent|smtp) )*(messages|mails|e-?mails|connections|sessions|recipients|requests)
(sending|send|outgoing|outbound|daily|hourly|relay|submission|rate|recipients?) ((sending|message|mail) )*(limit|quota)
(limit|quota|max|maximum|exceeded|allowed)~\b(per|a|an|each|every|in|for) ?(the |this )?(last )?(hour|day|minute|24)
(unusual|unexpected|excessive)(ly)? (high )?(rate|volume|traffic|number)|message (rate|submission) limit
(versand|sende)limit|zu viele (nachrichten|e?-?mails|verbindungen|empfanger)|zu (schnell|haufig)
trop de (messages|mails|connexions|destinataires)|(limite|quota|debit) d.envoi|nombre (maximum|maximal) d.envois
(limite|cuota|cota) (diari[ao] )?de envio|demasiad[oa]s (mensajes|correos|conexiones|destinatarios)
limite (giornaliero )?di invio|tropp[ie] (messaggi|destinatari|connessioni)|muit[ao]s (mensagens|conexoes)
limite (diario|por hora)|te veel (berichten|verbindingen)|verzendlimiet|zbyt (wiele|duzo) (wiadomosci|polaczen)
limit (wysylki|wysylania)|слишком (много|часто)|лимит~(отправ|писем)|превышен~лимит
(发送|发信|投递)~(频繁|频率|超过|超出|上限|限制)|频率(限制|过高)|送信~(制限|上限)
""",
    Wording.FULL: r"""
(mailbox|inbox|maildir|account|user|recipient|storage|disk|folder)~full\b|\bfull (mailbox|inbox)
over ?quota|quota (is |has been |was )?(exceeded|full|reached)|exceed(ed|s|ing)?~\b(quota|storage|allocation)
disk quota|out of (storage|disk|space)|(insufficient|not enough|no) (disk |storage )?(storage|space)
storage (limit|allocation|space)|mailbox (size|limit)
postfach~(voll|uberfull|uberschritten)|speicher(platz)?~(voll|erschopft|uberschritten)
(boite|bal|messagerie)~(pleine|saturee|depasse)|quota (depasse|atteint)|espace~insuffisant
(buzon|casilla|bandeja|cuenta)~(llen[ao]|excedid|sin espacio)|cuota~(excedida|superada)
casella~(piena|esaurit)|quota~(superata|esaurita)|spazio~(esaurito|insufficiente)
(caixa|conta)~(cheia|lotada)|(cota|quota)~(excedida|esgotada)|(postbus|mailbox)~vol\b
(skrzynka|konto)~(pelna|przepelnion)|brak miejsca|ящик~(переполнен|заполнен)|превышена квота
(邮箱|信箱|空间|容量)~(已满|满了|不足|超)|(メールボックス|容量)~(一杯|いっぱい|超過|不足)
""",
    Wording.BLOCKED: r"""
spamhaus|spamcop|barracuda|sorbs|uceprotect|senderscore|senderbase|invaluement|abusix|\b(rbl|dnsbl|sbl|xbl)\b
(black|block|deny) ?list|blocked using|(?<!not )listed (in|on|at|by)\b|\breputation\b|\bs31[45]0\b
(client|sending|your|this|source|connecting) (host|ip|server|mta|network|domain|address)~(block|reject|ban|listed)
(client|sending|your|this|source|connecting) (host|ip|server|mta|network|domain|address)~(denied|refused|not allowed)
\bip\b~\b(is |was |been )*(blocked|banned|listed|rejected|denied)|banned (sending )?ip
(not accept(ed|ing)?~|traffic )from (this|your) ip|traffic not accepted
outbound ?spam|your (e?-?mail )?(account|domain|user|mailbox)~(blocked|suspended|disabled|locked|restricted)
sperrliste|ihre? (ip|server|adresse|domain)~(gesperrt|blockiert)|liste noire|votre (ip|serveur)~bloqu
lista (negra|nera)|su (ip|servidor)~bloquead|zwarte lijst|czarnej liscie|(adres|twoj) ip~zablokow
черн[а-я]+ спис|(ваш|ip)~заблокирован|黑名单|ブラックリスト
""",
    Wording.AUTHENTICATION: r"""
authenticat[a-z]*~(required|fail|needed|unsuccessful|invalid|rejected|denied|disabled|first|mechanism)
(must|need to|please|have to|was not|were not|are not|is not|not) (be )?(authenticate|log ?in|logged in|login)
(user ?name|password|credentials?|login|token)~(not accepted|incorrect|invalid|wrong|bad|failed|expired|revoked)
(bad|invalid|wrong|incorrect) (login|user ?name|credentials?|password|user or password)|application-specific password
log ?in (via|with) your web browser|smtp ?(client ?)?auth[a-z]*~disabled
(anmeldung|authentifizierung)~(erforderlich|fehlgeschlagen|notwendig)|passwort|kennwort|zugangsdaten
authentification~(requise|echou|necessaire)|mot de passe|identifiants?~(incorrect|invalid)
autenticaci[a-z]*~(requerida|necesaria|fallid)|contrasena|credenciales|credenziali|autenticazione|autenticacao
\bsenha\b|credenciais|wachtwoord|uwierzytelni|haslo|логин|парол|аутентификац|авторизац
认证|密码|登录失败|授权码|認証|パスワード
""",
    Wording.RELAY: r"""
relay(ing)?~(denied|not (permitted|allowed)|prohibited|refused|disallowed|forbidden)|unable to relay|relay access
(do(es)? not|don.t|not (permitted|allowed) to|cannot|can.t|won.t) relay|weiterleitung~verweigert
(relais|relayage|reenvio|retransmision|inoltro|retransmissao)~(refus|interdit|denegad|negat|negad)
""",
    Wording.SENDER: r"""
sender ((address|domain|e-?mail) )?((is|was) )?(rejected|refused|denied|invalid|verif|unknown|not (owned|found|valid))
send ?as ?denied|not owned by|bad outbound sender|invalid (mail )?from|return.?path
(not|isn.t) (allowed|permitted|authori[sz]ed|entitled) to (send|use)~\b(as|from)\b
(mail )?from (address|domain)~(reject|must|match|differ|not)
absender(adresse)?~(abgelehnt|verweigert|ungultig|nicht)|expediteur~(refus|rejet|non)
remitente~(rechazad|no (autorizad|permitid|valid))|mittente~(rifiutat|non)|remetente~(rejeitad|nao)
afzender~(geweigerd|niet)|nadawc[ay]~(odrzucon|nie)|отправител~(отклон|не |запрещ)
发件人~(拒绝|无效|不)|送信者~(拒否|無効)
""",
    Wording.CONTENT: r"""
spam|unsolicited|\b(ube|uce|junk)\b|bulk (mail|e-?mail)|virus|malware|phish|infected|trojan|suspicious|objectionable
(message|mail|e-?mail) content|content~(filter|reject|refus|block|not|scan|violat|unacceptable|denied)
(attachment|file ?type|extension)~(not allowed|block|reject|prohibit|forbidden)|(banned|forbidden) (content|file)
looks like (a )?(bulk|advert|automated)|unerwunscht|\bwerbung\b|pourriel|indesirable|correo (basura|no deseado)
posta indesiderata|lixo eletronico|indesejad|ongewenste|niechcian|спам|вирус|垃圾|病毒|邮件内容
迷惑メール|スパム|ウイルス
""",
    Wording.UNKNOWN: r"""
(user|recipient|mailbox|account|address|addressee|customer|person|alias|inbox)~(unknown|not exist|n.t exist|no longer)
(user|recipient|mailbox|account|address|addressee|customer|person|alias|inbox)~(not|cannot) (be )?found
(user|recipient|mailbox|account|address|addressee)~not (a )?(known|valid|listed|registered|active|local|recogni[sz]ed)
(user|recipient|mailbox|account|address|addressee)~(invalid|disabled|suspended|deactivated|inactive|discontinued)
(user|recipient|mailbox|account|address|addressee)~(terminated|closed|deleted|unavailable)
(host|domain|destination)~(unknown|not found|not exist|n.t exist)|null ?mx
unknown (user|recipient|mailbox|address|account|local|addressee|destination|alias|host|domain)
no such (user|recipient|mailbox|account|address|person|customer|domain|local|alias|inbox|host|name)
no (mailbox|user|account|recipient|one|valid recipient)~(here|by that name|found|with|named|such|available)
(invalid|bad|undeliverable|non-?existent) (recipient|mailbox|user|address|destination)|unrout(e)?able address
not (a |an |any )?(known|valid|active|existing|current|registered|local) (mailbox|recipient|user|address|account)
(unable to|cannot|can.t|could not|couldn.t) (find|locate) (the |this |that |a )?(user|recipient|mailbox|address)
recipient ?not ?found|(does not|doesn.t) (accept|receive|have) (e?-?mail|a mailbox)
(empfanger|adresse|postfach|benutzer|nutzer|konto)[a-z]*~(unbekannt|existiert nicht|nicht (gefunden|vorhanden|bekannt))
(empfanger|adresse|postfach|benutzer|nutzer|konto)[a-z]*~(ungultig|gibt es nicht|deaktiviert|geloscht)
unbekannte[rs]? (empfanger|benutzer|adresse)|kein solche
(utilisateur|destinataire|adresse|compte|boite|usager)~(inconnu|existe (pas|plus)|inexistant|introuvable|invalide)
(utilisateur|destinataire|adresse|compte|boite|usager)~(desactive|ferme)|aucun (utilisateur|destinataire|compte)
(usuario|destinatario|direccion|cuenta|buzon)~(desconocid|no existe|inexistente|no (se )?encontr|no es valid)
(usuario|cuenta|buzon)~(desactivad|deshabilitad)|no existe (el|la|ese|esta|este)\b
(utente|destinatario|indirizzo|casella)~(sconosciut|non (esiste|trovat|valid|attiv)|inesistente|disattivat)
(usuario|destinatario|endereco|conta|caixa)~(desconhecid|nao (existe|encontrad|foi encontrad)|desativad)
(gebruiker|ontvanger|adres|postbus)~(onbekend|bestaat niet|niet gevonden|ongeldig)|onbekende (gebruiker|ontvanger)
(uzytkownik|adresat|odbiorc|adres|konto|skrzynka)[a-z]*~(nieznan|nie istnieje|nieaktywn)|nie ma takiego
brak (takiego )?(uzytkownika|odbiorcy|konta|skrzynki)
(пользовател|получател|адрес|ящик)~(не существует|не найден|неизвест|отсутств|удален)|нет такого|несуществующ
(anvandare|mottagare|bruker|bruger|modtager|mottaker|adress|konto)[a-z]*~(okand|ukendt|ukjent)
(anvandare|mottagare|bruker|bruger|modtager|mottaker|adress|konto)[a-z]*~(finns inte|findes ikke|finnes ikke)
(kullanici|alici|adres)~(bulunamadi|bilinmiyor|gecersiz)
(用户|用戶|收件人|邮箱|信箱|帐号|账号)~(不存在|未找到|无效|未知|已停用)|无此(用户|邮箱|帐号)|查无此人
(ユーザ|宛先|アドレス|受信者)~(存在し|見つか|不明|ありません|無効)|(사용자|수신자|주소|계정)~(없|존재하지)
""",
    Wording.POLICY: r"""
polic(y|ies)|(not|isn.t|n.t) (allowed|permitted|authori[sz]ed|accepted|welcome)|permission|prohibited|administrati
forbidden|unacceptable|restricted|richtlinie|untersagt|interdit|politique|politica|beleid|polityk|политик|запрещ
禁止|策略|ポリシー
""",
    Wording.REFUSAL: r"""
access denied|refused|rejected|blocked|denied|abgelehnt|verweigert|gesperrt|\b(refuse|rejete|bloque)e?\b|rechazad
denegad|bloquead|rifiutat|negat[oa]|rejeitad|recusad|geweigerd|geblokkeerd|odrzucon|zablokowan|отклон|отказ|заблокирован
拒绝|拒收|拒否
""",
    Wording.ENCRYPTION: r"""
starttls|(tls|ssl|encrypt[a-z]*)~(required|needed|necessary)|(requires?|need|must use) (tls|ssl|an? encrypt|encryption)
""",
    Wording.GREYLISTED: r"""
gr[ae]y.?list|postgrey|first (time|contact)~sender|unknown (sender|triplet)~(later|again)
""",
}


def plain(text: str) -> str:
    """A text as wordings are compared: lower case, without accents."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LIKE_ACCENTS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def wordings_of(text: str) -> frozenset[Wording]:
    """Everything a server's text speaks of."""
    bare = " ".join(plain(_ADDRESSES_AND_LINKS.sub(" ", text[:_LONGEST_READ])).replace("_", " ").split())
    for odd, usual in _SPELLINGS:
        bare = bare.replace(odd, usual)
    return frozenset(wording for wording in Wording if _pattern(wording).search(bare))


@cache
def _pattern(wording: Wording) -> re.Pattern[str]:
    """A family as one pattern, made when the first text comes."""
    forms = plain(_FAMILIES[wording]).strip().replace("\n", "|").replace("~", r"(?:[^.;]|\.(?=\w)){0,60}?")
    return re.compile(forms)
