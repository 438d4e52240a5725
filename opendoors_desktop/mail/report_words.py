# ruff: noqa: E501  (a family of wordings is a line)
"""How mail systems speak of mail that didn't arrive, in the languages they speak, as families of wordings.

Compared as `domain.server_wordings.plain` makes texts: lower case, without accents.
"""

import re
from typing import Final

from opendoors_desktop.domain.server_wordings import plain
from opendoors_desktop.domain.subjects import answers_another, without_labels
from opendoors_desktop.domain.word_family import WordFamilies

# In each family a line is a regular expression; ~ stands for up to 80 characters of one sentence.
_FAILURE_SUBJECT: Final = WordFamilies(
    {
        "": r"""
(mail|message|e-?mail|delivery|sent)?\W{0,3}(system )?(undeliver(able|ed)|non-?deliver(y|ed|able)|undelivrable)
(returned|return(ing)?|failed|rejected|bounced|blocked|refused|unsent|lost) (e-?)?(mail|message)|returned to sender
(mail|message|e-?mail)( to | for )?~(could not be|couldn.t be|cannot be|can.t be|was not|wasn.t|not) (sent|delivered|processed)
(mail|message|e-?mail) (system )?(deliver(y|ing) )?(error|fail(ure|ed)?|problem|rejected|rejection|bounced?|returned|delay)
deliver(y|ing)( of| status| service| sub-?system| system| attempts?)*~(fail|error|problem|unsuccessful|not possible)
delivery (status )?(notification|report|warning|delay|has been delayed)|failure (notice|notification|delivery)
(fail(ed|ure)|unable|error|problem|trouble)( to| in| of| with| when)? (deliver|send|sending|mail delivery|delivery)
^(warning|notice)\W+(message|mail|e-?mail|could)~(delayed|not (yet )?(been )?(sent|delivered)|undeliver|still|user)
(message|mail|delivery)~(delayed|still being retried|temporarily)|user unknown|unknown (user|recipient|address)
(recipient|address|mailbox|user|account)~(does not exist|doesn.t exist|not found|unknown|rejected|is full|over quota|unavailable)
automatically rejected (mail|message)|delayed (mail|delivery|message)|mail error|your message .*could not|^bounce[ds]?\b
unzustellbar|zustell(ung|status|bericht|fehler|problem)|nicht (zu)?(gestellt|zustellbar|ausgeliefert)|fehler beim? (versand|zustell|senden)
(nachricht|mail)~(nicht|konnte|abgelehnt|zuruck)~(zugestellt|gesendet|abgelehnt)|ruecklaufer|rucklaufer|zuruckgewiesen
echec (de |d.|a |dans )?(la |l.)?(remise|distribution|livraison|envoi|delivrance|acheminement)|non[- ](remis|distribu|livr|delivr)
(message|courrier|mail|courriel) (non|pas|n.a)|(avis|notification|rapport) de (non|remise|distribution)|(retour|courrier) (du|retourne)
utilisateur (inconnu|non recens)|destinataire inconnu|impossible de (remettre|distribuer|livrer)
(no|imposible) (se )?(puede|pudo|ha podido|fue posible)? ?(entreg|envi)|(error|fallo|problema)s? (de|en) (la )?(entrega|envio)
(correo|mensaje) (devuelto|no entregado|rechazado)|no entregad|entrega fallida|devuelto al remitente|notificacion (de|sobre) (el )?(estado|fallo)
(mancat[ao]|impossibile) (recapito|consegna)|(consegna|recapito|invio)~(fallit|non riuscit)|messaggio (non|respinto)|mancato recapito
(falha|erro|falla)s? (na|de|no|ao) (entrega|envio|enviar)|nao (foi |pode ser )?(entregue|enviad)|devolvid|mensagem (nao|devolvida)
onbestelbaar|niet (worden )?(bezorgd|afgeleverd|besteld)|(bezorging|aflevering)~(mislukt|fout)|kan niet worden (bezorgd|afgeleverd)
nie (mozna|udalo|zostala?)~(dostarcz|doreczon)|niedostarczon|zwrot (wiadomosci|poczty|przesylki)|blad dostarcz
(kunde|gick|kan) inte (att )?(lever|skicka)|olevererb|obestallb|kan ikke (lever|send)|kunne ikke (lever|send)|leveringsfejl|uleverbar
ei voitu toimittaa|toimitus epaonnistui|teslim edilemedi|iletilemedi|nedorucitel|nedorucen|kezbesithetetlen|sikertelen kezbesit
недоставлен|не (был[оа]? )?доставлен|не удалось доставить|ошибка (при )?доставк|сбой доставки|возврат (письма|почты)|не может быть доставлен
退信|投[递遞]失[败敗]|无法投递|無法(投遞|傳送)|退回|未(送达|投递)|发送失败|配信(不能|エラー|失敗)|送信(エラー|失敗|できません)|未配達|전송 실패|반송|배달 실패
"""
    }
)

_FAILURE_BODY: Final = WordFamilies(
    {
        "": r"""
(could|can) ?(not|n.t)(.t)? be (deliver|sent|processed|completed|relayed|routed)|(could|can)(not|n.t) (deliver|be deliver|send)
(was|were|has|have|had|is|are) (not|n.t|never)( yet)?( been)? (deliver|sent to|received by)|(was|were)n.t deliver|have not been able to deliver
did(n.t| not) (reach|receive)|(unable|failed|not able|impossible|attempt(s|ed)?|tried|trying) to (deliver|send|relay|process)
deliver(y|ing)~(fail|unsuccess|problem|error|not possible|aborted|suspended|delayed|impossible|postponed)|non-?delivery
(fail(ed|ure|s)?|error|problem|trouble|unable)~deliver|undeliver(able|ed)|bounc(ed|ing)|returned to (the )?sender|return(ed|ing) mail
(addresses|recipients?)~(permanent|fatal|fail|error|rejected|refused|unknown|problem|invalid|transient|not reach)
permanent (fatal )?error|fatal errors|(message|mail)~(rejected|refused|bounced|delayed|undelivered|blocked|not accepted|returned|postponed)
(user|recipient|mailbox|account|address|name|host|domain)s?~(unknown|not (exist|found|valid|recogni[sz]ed|active|known|list)|full|over ?quota|exceed|disabled|no longer|invalid|unavailable|n.t exist|n.t have|inactive|suspended)
(no such|not a valid|unknown|invalid|bad|non-?existent|unrecogni[sz]ed|misspelled) (\w+ ){0,2}(user|recipient|mailbox|address|account|domain|host|userid|person|name)
(unable to|cannot|can.t|could not|couldn.t) (find|locate) (the |this )?(user|recipient|mailbox|address|host|domain)|error~(detected|occurred)~(processing|sending|deliver)
no (such )?(user|mailbox|account)( here| by that|.exist)|quota (exceeded|violation|full)|(disk|storage) quota|not accepting mail|(rcpt|data)\b~(fail|error|[45]\d\d)
\b[45]\d\d[ -][45]\.\d\.\d+\b|\bsmtp error|remote (host|server|mail server) said|while talking to|said:? \"?[45]\d\d|\b5[0-5]\d \S
nicht (zu)?gestellt|nicht (ausgeliefert|zustellbar|erreicht|versendet|empfangen)|unzustellbar|zustellung~(fehl|nicht|gescheitert|verzoger)|konnte nicht~(werden|senden)
(empfanger|postfach|adresse|benutzer)~(unbekannt|existiert nicht|voll|ungultig|nicht)|abgelehnt|zuruckgewiesen
(pas|non|jamais) (pu )?(ete|etre|ont) ?(ete )?(remis|distribu|livr|delivr|envoy)|n.a pas (pu|ete)|(remise|distribution|livraison)~(echou|impossible|echec)|(impossible|echec)~(remettre|distribuer|livrer|remise)
(destinataire|adresse|utilisateur|boite)~(inconnu|n.existe|pleine|invalide|introuvable)
no (se )?(pudo|puede|ha podido|fue|ha sido|pudieron|han) ~(entreg|envi|ser entreg|recib)|(entrega|envio)~(fall|imposible|error)|(destinatario|direccion|usuario|buzon)~(no existe|desconocid|llen|no valid|invalid)
non (e stato|puo essere|e possibile|sono stat|ha potuto)~(consegn|recapit|invi)|(consegna|recapito)~(fallit|non riuscit)|(destinatario|indirizzo|casella|utente)~(non|sconosciut|pien|inesistent)
nao (foi|pode|pude|conseguiu|foram)~(entreg|envi)|(destinatario|endereco|usuario|caixa)~(nao|desconhecid|cheia|invalid|inexistent)|falha~entreg
(niet|kon niet|kan niet)~(bezorgd|afgeleverd|besteld|verzonden)|onbestelbaar|(ontvanger|adres|gebruiker|postvak)~(onbekend|bestaat niet|vol\b|ongeldig)
nie (mogla|mozna|zostala?|udalo)~(dostarcz|doreczon|przekazan)|(adresat|odbiorca|skrzynka|adres|uzytkownik|konto)~(nie istnieje|nieznany|pelna|nie\b)
(kunde|gick|kan) inte~(lever|na |skicka)|(kunne|kan) ikke~(lever|send)|(mottagar|adress|mottaker|modtager)~(finns inte|okand|ukjent|ukendt|full)
не (было|был|была|может|удалось|доставлен)~(доставл|доставить|отправ)|невозможно доставить|(адрес|ящик|получател|пользовател)~(не существ|переполн|не найден|неизвест)
(无法|不能|未能|無法)~(发送|投递|送达|傳送|送達)|投[递遞]失[败敗]|退回|退信|(用户|邮箱|收件人|邮箱帐号|地址)~(不存在|已满|未找到)|配信(でき|され|不能)|届け(られ|でき)|(送信|配送)~(失敗|できません)|(존재하지|전송).*(않|실패)
"""
    }
)

_DELAY: Final = WordFamilies(
    {
        "": r"""
(delivery|message|mail|it)~(delayed|still being (retried|tried)|will be (retried|tried)|postponed|deferred)|warning (message )?only
(do|need) not( need to)? (resend|re-send|send) (the|your|this) (original )?(message|mail)|no (further )?action is required
(has|have) not (yet )?been (yet )?(deliver|sent|able)|not yet (been )?(deliver|sent)|delivery attempts will continue|(will|is going to|shall) (continue|keep|go on)( to)? (try|retry|attempt)
(will|we.ll) (try|retry|attempt)( again| to deliver)|(could|can)not be delivered (for|within|in|after) (the last |more than )?\d+ ?(h|min|day)|temporar(y|ily) (problem|failure|deferred|delay)~(try|retr)
wird (weiter|erneut|weiterhin)~(versucht|zugestellt)|verzoger(t|ung)|noch nicht (zu|aus)g|keine aktion~erforderlich
sera (de nouveau|renvoy|reessay)|tentatives?~(continu|poursuiv)|retard(e|ee)\b|(seguira|volvera|continuara)~(intent|entreg)|retrasad|en retraso
(tentativ[oi])~(continu|prosegu)|ritard(o|at)|(continuara|sera)~tentand|atrasad|(wordt|zal)~opnieuw (geprobeerd|verzonden)|vertraagd|wird in .{0,30}nochmals
(ponown|kolejn)~prob|opoznion|(fortsatter|kommer att)~forsok|forsenad|forsinket|будут продолж|повторн~попыт|задерж|会继续(尝试|重试)|稍后(重试|再试)|遅延|再送
"""
    }
)

_FINAL: Final = WordFamilies(
    {
        "": r"""
permanent|gave up|given up|giving up|fatal|no further attempts|will not be (retried|attempted)|not going to try again|undeliverable|returned to
endgultig|definitivement|definitivo|definitiva|permanente
"""
    }
)

_COPY: Final = re.compile(
    r"^[^\w\n]*(?:below (?:this|the next) line|.{0,30}\b(?:copy|headers?|text|contents?|part|lines?|excerpt|summary|beginning) "
    r"of (?:the|your|my|a) (?:\w+ ){0,3}(?:message|mail|e-?mail)|(?:the )?(?:original|returned|undelivered|unsent|rejected|failed|source|old|bounced|returning) "
    r"(?:message|mail|e-?mail)(?! (?:was|has|could|to you|from you|id)|s)|message (?:headers?|body|text|contents?|header) (?:follow|suppressed|removed)|"
    r"your (?:message|mail) (?:reads|follows|is (?:attached|enclosed|below))|included (?:is|below)|unsent message|returned (?:message|mail|text)|"
    r"-+ ?(?:forwarded|transcript of (?:the )?(?:original|message)|start of)|returned content|start of original|header of the source|"
    r"(?:original|urspr\w+|ursprungliche) ?(?:nachricht|mail|message headers)|originalnachricht|es folgt|nachfolgend|(?:message|courrier|en-?tetes?) d.origine|"
    r"copie du message|copia del (?:mensaje|messaggio)|mensaje original|messaggio originale|mensagem original|"
    r"оригинальн|исходн\w+ (?:сообщен|письм)|копия|原(?:始)?(?:邮件|信件|メール|文)|附件中的|以下是|元のメッセージ|"
    r"(?:> ?)?(?:received|return-path|dkim-signature|mime-version|x-mailer|x-originating-ip|delivered-to|arc-seal): ?\S)",
    re.IGNORECASE | re.MULTILINE,
)


def failure_subject(subject: str) -> str:
    """What a subject says of a failed or late delivery, or "" for one that doesn't, or answers another mail."""
    return "" if answers_another(subject) else _FAILURE_SUBJECT.find(without_labels(subject))


def opens_with_failure(subject: str) -> bool:
    """Whether a subject speaks of nothing before it speaks of a failed or late delivery."""
    bare = without_labels(subject).lstrip(" \"'*-<(!")
    said = _FAILURE_SUBJECT.find(bare)
    return bool(said) and (bare.startswith(said) or bool(_OWN_MAIL.match(bare)))


def failure_words(text: str) -> str:
    """What a notice says of a failed or late delivery, or ""."""
    return _FAILURE_BODY.find(" ".join(plain(text).split()))


def tells_delay(text: str) -> bool:
    """Whether a notice says that delivery is still being tried."""
    bare = " ".join(plain(text).split())
    return bool(_DELAY.find(bare)) and not _FINAL.find(bare)


def above_copy(text: str) -> str:
    """A notice up to the copy of the message it is about."""
    found = _COPY.search(text)
    while found and not text[: found.start()].strip():
        found = _COPY.search(text, found.end())
    return text[: found.start()] if found else text


_OWN_MAIL = re.compile(
    r"(?:your|the|a|ihre|votre|su|la sua|a sua|uw|twoj\w+|ditt)\b.{0,60}\b(?:mail|message|nachricht|mensaje|messaggio|mensagem|bericht|wiadomosc|meddelande)"
)
