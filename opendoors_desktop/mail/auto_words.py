# ruff: noqa: E501  (a family of wordings is a line)
"""How machines and absent people answer, in the languages they do it in; compared without case and accents."""

from typing import Final

from opendoors_desktop.domain.word_family import WordFamilies

# A subject that only a machine writes.
AUTO_SUBJECT: Final = WordFamilies(
    {
        "": r"""
^\W*(auto(matic|mated|matisch[a-z]*|matiqu\w+|matica|mat\w*)?[ -]?(reply|response|respond\w*|answer|antwort\w*|message reply|reaction)|auto ?: |auto-?re:|autoreply|autorespon\w+|autosvar|autoantwort)
^\W*(automatisch[a-z]* (antwort|ruckmeldung|nachricht|rueckmeldung|antwoord|reactie|beantwoord\w*)|abwesenheits\w+|abwesend\b ?:|abwesenheit\b ?:|ooo ?:|oof ?:)
^\W*(reponse automatique|message automatique|reponse d.absence|message d.absence|notification d.absence|absence du bureau|absent du bureau|avis d.absence)
^\W*(respuesta automatica|contestacion automatica|mensaje automatico|aviso de ausencia|respuesta de ausencia|fuera de (la )?oficina ?:)
^\W*(risposta automatica|messaggio automatico|fuori sede ?:|fuori ufficio ?:|avviso di assenza|assenza dall.ufficio|notifica di assenza)
^\W*(resposta automatica|mensagem automatica|aviso de ausencia|ausencia temporaria|fora do escritorio ?:)
^\W*(automatisch antwoord|automatische? (reactie|bericht)|afwezigheids\w+|afwezig ?:|niet aanwezig ?:)
^\W*(odpowiedz automatyczna|automatyczna odpowiedz|autoodpowiedz|informacja o nieobecnosci|nieobecnosc ?:|poza biurem ?:)
^\W*(automatiskt? svar|automatisk\w* (svar|besvarelse)|franvaro\w*( ?:|$)|franvaromeddelande|fravaer\w*( ?:|$)|ikke pa kontoret ?:|ej pa kontoret ?:)
^\W*(automaattinen vastaus|poissaoloilmoitus|poissa ?:|automaticka odpoved|automatikus valasz|raspuns automat|otomatik (yanit|cevap)|automatski odgovor|samodejni odgovor)
^\W*(автоматический ответ|автоответ|автоматична відповідь|нет на месте ?:|自动(回复|答复)|自動(回覆|返信|応答)|不在(通知|返信)|자동 ?(응답|회신)|부재중|αυτοματη απαντηση|תשובה אוטומטית|رد تلقائي)
^\W*out of( the)? office( auto-?reply| reply| response| notification| notice| message| assistant)? ?:|^\W*out of( the)? office (auto-?reply|reply|response|message|notification)|^\W*(vacation|holiday|away|absence) (auto-?reply|reply|response|message|notice|notification|autorespon\w+)|is out of the office|^\W*i am (currently )?out of (the )?office\W*$
\[auto-?(reply|response)\]|\((auto-?reply|automatic reply)\)|\bist (derzeit )?(nicht im (buro|hause?)|abwesend)\b
"""
    }
)

# A subject of somebody away, that a person may write as well.
AWAY_SUBJECT: Final = WordFamilies(
    {
        "": r"""
out of( the)? office|\booo\b|on (vacation|holidays?|leave|annual leave|maternity|paternity|parental)|annual leave|(maternity|parental|sick) leave|vacation|away from (the )?(office|my desk)|not in the office|absence
abwesen(d|heit)|nicht im (buro|hause?)|ausser haus|urlaub|elternzeit|mutterschutz|absent|en conges?|conge (maternite|parental)|en vacances|hors du bureau
fuera de (la )?oficina|ausen(te|cia)|de vacaciones|fuori (sede|ufficio)|assen(te|za)|in ferie|fora do escritorio|de ferias|afwezig|niet op kantoor|(op|met) vakantie|met verlof
poza biurem|nieobecn|urlop|franvaro|semester|inte pa kontoret|foraldraledig|fravaer|ferie|ikke pa kontoret|poissa|lomalla|в отпуске|отсутств|mimo kancelar|szabadsag|izinde|休暇|不在|休假|外出
"""
    }
)

# What somebody away says.
AWAY: Final = WordFamilies(
    {
        "": r"""
(i am|i.m|i will be|i.ll be) (currently |now )?(away|travell?ing|abroad|out until|out this|out for)\b|(i am|i.m|i will be|i.ll be|we are|he is|she is|currently|is|be|am) (currently |now |presently |also )?(out of|away from|not in|not at|outside|absent from)( of)? (the |my |our )?(office|desk|work|e?-?mail)
out of( the)? office|(on|for) (my )?(annual |maternity |paternity |parental |sick |medical |extended |study |bank |summer |a )*(leave|vacation|holidays?|sabbatical|pto)\b|(away|out|unavailable|absent|traveling|travelling) (until|till|from|through|on|for|this|next|today|with)
(will|shall) (be back|return|respond|reply|get back|answer|be returning|read|be responding)~(when i|on (my|the|\d)|after my|upon|as soon as i (return|am|get)|once i|my return|in the office)|(upon|on|after) my return|limited (access|email|e-mail|availability)|no access to (my )?e?-?mail|(office|we) (is|are|will be) closed|returning (on|to)|back in the office|not (be )?(available|working|reading|checking)~(until|today|this|on|my|e-?mail)|infrequent|intermittent
(nicht|ausser) ?(im|in|am)? ?(buro|haus|hause|dienst|unternehmen|arbeitsplatz|anwesend|erreichbar|verfugbar)|im urlaub|urlaub\b|in elternzeit|mutterschutz|abwesen(d|heit)|betriebsferien|geschlossen|wieder (im buro|erreichbar|fur sie|da\b|zuruck|personlich)|dienstreise|eingeschrankt~(zugriff|erreichbar)|(werden|wird) nicht (weitergeleitet|gelesen)|auf reisen
(je suis|je serai|suis|serai|est|etant) (actuellement |momentanement |donc )?(absent|en conge|en vacances|hors|en deplacement|en formation|indisponible|injoignable|en arret)|absent[e]? (du|jusqu|pour)|de retour|a mon retour|conges? (maternite|parental|annuel|d.ete)?~(jusqu|du|au)|mon absence|acces (limite|restreint)|(bureaux?|entreprise|societe)~ferme
(estoy|estare|me encuentro|estamos|estara|encuentro|fuera) ~(fuera|ausente|de vacaciones|de viaje|de baja|de permiso|oficina)|fuera de (la |mi )?oficina|ausente|de vacaciones|(mi|a mi|hasta mi) (regreso|vuelta|ausencia)|acceso limitado|(volvere|regreso|vuelvo|regresare|me reincorpor)
(sono|saro|siamo|attualmente|essere) ~(fuori|assente|in ferie|in vacanza|in viaggio|in maternita|in trasferta)|fuori (sede|ufficio)|in ferie|assen(te|za)|al mio rientro|rientr(ero|o)\b|(uffici|azienda)~chius
(estou|estarei|encontro-me|estamos|ausente|fora)~(fora|ausente|ferias|viagem|licenca|escritorio)|de ferias|ausen(te|cia)|(meu|no meu) regresso|(regresso|retorno|volto|retornarei|voltarei)\b|acesso limitado|licenca (maternidade|medica)
(ik ben|ben|wij zijn|is|tijdens mijn) ~(afwezig|niet aanwezig|niet op kantoor|vakantie|verlof|niet bereikbaar|buiten kantoor|weer|ziek)|afwezig(heid)?|op vakantie|(met|op) (zwangerschaps|ouderschaps)?verlof|beperkt~(bereikbaar|toegang)|mijn terugkomst|niet bereikbaar
(jestem|bede|przebywam|obecnie|w dniach)~(poza|nieobecn|na urlopie|urlop|niedostepn|zwolnieni)|nieobecn|na urlopie|poza biurem|urlop(ie|u)? ?(macierzynsk|rodziciel)?|po (moim )?powrocie|ograniczony dostep
(jag ar|ar|vi ar|jag har|under) ~(inte pa kontoret|ledig|semester|franvarande|bortrest|pa resa|foraldraledig|tjanstledig|sjukskriven|ej)|pa semester|foraldraledig|tillbaka (den|pa|igen|mandag)|franvaro|begransad (tillgang|mojlighet)|inte pa kontoret
(jeg er|jeg har|er) ~(ikke pa kontoret|ferie|fravaerende|bortreist|barsel|permisjon|syg|syk)|pa ferie|ikke pa kontoret|tilbage~(den|pa|igen)|olen ~(lomalla|poissa|vapaalla)|poissa toimistosta|(jsem|budu)~(mimo|dovolen|nepritomn)|szabadsagon|ofis disinda|izindeyim
(я )?(нахожусь|буду|отсутств)~(в отпуске|вне офиса|отсутств|командировк)|в отпуске|в командировке|休[假暇](中|期)|不在(に|の|です|中)|外出|出差|お休み|휴가|부재
"""
    }
)

LEFT: Final = WordFamilies(
    {
        "": r"""
(no longer|not any ?more) (works?|working|be working|employed|with|at|part of|a part|an employee|associated|affiliated|in (this|the) (role|company))|(has|have|had) (left|departed|retired)( from)?( the| our| this| \w+)? ?(company|organi[sz]ation|firm|business|team|us|employment|office|role|position|bank|university|\w+\.|$)|i have (left|moved on from)|last (working )?day (was|at|with)~|left the (company|organi[sz]ation|firm|business)|(doesn.t|does not) work (here|for|at|with)~(any ?more|any longer)|is no longer (with|at|employed)
nicht mehr (bei|fur|im|in|mitarbeiter|tatig|beschaftigt|unternehmen|in unserem|teil|erreichbar unter)~(tatig|beschaftigt|unternehmen|firma|haus|angestellt|mitarbeiter|team)|(unternehmen|firma|haus) (verlassen|ausgeschieden)|ausgeschieden|in (den )?ruhestand|nicht mehr (bei uns|tatig|beschaftigt|im unternehmen)
(ne (fait|travaille|fais)|n.est|ne sui[ts]|n.appartien\w+) plus (partie|au sein|chez|dans|parmi|pour|en poste|employ|salari|collaborat)|a quitte (la societe|l.entreprise|le groupe|notre|ses fonctions|l.equipe)|quitte (la societe|l.entreprise|mes fonctions)
ya no (trabaj|labor|form[ao]|pertenec|se encuentra|esta|presta)\w*|(ha|he) dejado (de )?(la empresa|la compania|trabajar|nuestra)|dejo de (trabajar|pertenecer|laborar)
non (lavor\w+|fa|faccio|opera|e) piu (parte|presso|in|per|con|qui|alle|un|dipendente)?|non (lavora|lavoro|fa parte|e) piu|ha lasciato (l.azienda|la societa|il gruppo)
(ja |)nao (trabalh|faz|faco|integr|pertenc|colabor|esta)\w* mais|ja nao (trabalha|faz|pertence|integra|colabora|se encontra|esta)|nao (faz|trabalha) mais|deixou (a empresa|de trabalhar|a companhia|de fazer parte)
(niet (langer|meer) (werkzaam|in dienst|bij|actief|verbonden|voor)|werkt niet (langer|meer)|uit dienst|heeft~verlaten|werk niet meer)
nie (pracuje|jest)~(juz|pracownik)|juz nie pracuj|nie pracuj\w* juz|(zakonczyl\w?|zakonczylam)~(prace|wspolprace)|nie jest (juz )?pracownik
(arbetar|jobbar|ar) inte langre (kvar |anstalld )?(pa|hos|for|kvar|anstalld)?|har (slutat|lamnat)|slutat (sin anstallning|pa|hos)|ikke l[ae]ngere (ansat|ansatt|i)|ikke lenger (ansatt|i|hos)|sluttet|fratradt|er stoppet|ei ole enaa|ei enaa tyoskentele|больше не работает|уволил|已(经)?离职|退職|퇴사|ayrilmis|uz (zde )?nepracuje|mar nem dolgozik
"""
    }
)

CHALLENGE: Final = WordFamilies(
    {
        "": r"""
(click|follow|visit|use|open|press|reply|respond|answer|go to)~(link|url|below|this (message|e?-?mail)|button|page|site)~(verif|confirm|deliver|approv|authenticat|releas|add(ed)?\b|prove|complete|registr|accept)
(verify|confirm|prove|authenticate|validate)~(you are|you.re|your (e-?mail|address|identity|message)|yourself|sender|human|real person|not a (robot|spammer|machine))|(sender|e-?mail) (verification|authentication|confirmation) (is )?(required|request|needed)|one[- ]time (verification|confirmation)|challenge[/ -]?response|spam ?arrest|boxbe|bluebottle|tmda|(anti-?spam|spam)~(system|protection|filter|service)~(confirm|verif|reply|click|challenge)
(message|mail|e-?mail)~(held|waiting|quarantin|pending|not (yet )?(been )?deliver|will not be deliver)~(confirm|verif|approv|until you|click|reply)|(until|unless|before) (you|sender) (have |has )?(confirm|verif|repl|click|respond|authenticat)|to (have|get) (your|this) (message|mail|e-?mail) (deliver|releas)
(bestatigen|verifizieren) sie~(absender|adresse|link|mensch|e-?mail)|absender(bestatigung|verifizierung|prufung)|(confirme[zr]|verifie[zr])~(adresse|identite|message|lien|expediteur|humain)|(confirm\w+|verifi\w+)~(remitente|mittente|remetente|enlace|indirizzo|direccion|robot)|potwierdz~(adres|link|nadawc)|подтверд~(адрес|отправ|ссылк)
"""
    }
)

# The list of those who are let in.
GUEST_LIST: Final = WordFamilies(
    {
        "": r"""
(approved|allowed|permitted|trusted|authori[sz]ed|safe|known|accepted|guest|white) ?-?(senders?|list|contacts?)|whitelist\w*|allow ?list|pre-?approved|waitlist\w*|(protected|screened) by
(zugelassene|erlaubte|bekannte|sichere)\w* (absender|kontakte|liste)|(liste|expediteurs?)~(autorise|approuve|blanche)|lista blanca|(remitentes?|mittenti|remetentes)~(autoriz\w+|approvat\w+|permitid\w+)
"""
    }
)

RECEIPT_SUBJECT: Final = WordFamilies(
    {
        "": r"""
(we |i )?(have )?received your (e-?mail|message|request|inquiry|enquiry|application|ticket|submission)|(your )?(e-?mail|message|request|inquiry|enquiry|ticket|case|application|submission)~(has been |was |is )?(received|created|opened|registered|logged|submitted|acknowledged)|acknowledg?e?ment|confirmation of receipt|receipt (of|confirmed|acknowledg)
thank you for (your (e-?mail|message|inquiry|enquiry|request|interest)|contacting|reaching|getting in touch|writing|e-?mailing)|thanks for (your (e-?mail|message|inquiry)|contacting|reaching|writing|getting in touch)|(read|delivery|return)[ :-]*receipt|^read: |^(not read|gelesen|lu|leido|letto|lida|gelezen|przeczytano|last|lest): |\b(ticket|case|incident|request|vorgang|fall|anfrage)\W{0,3}(id|no|nr|number|nummer)?\W{0,3}\d{3,}
eingangsbestatigung|(ihre|eure) (nachricht|anfrage|e-?mail|mail)~(erhalten|eingegangen|bearbeit)|vielen dank fur (ihre|deine) (nachricht|anfrage|e-?mail|mail)|lesebestatigung|empfangsbestatigung|accuse de (reception|lecture)|(nous avons|j.ai) bien recu|merci (de|pour) votre (message|mail|demande|e-?mail)
acuse de recibo|(hemos|he) recibido (su|tu)|gracias por (contactar|su (mensaje|correo|consulta)|escribir)|conferma di (ricezione|lettura)|abbiamo ricevuto|grazie per (averci|il (suo|tuo) (messaggio|interesse)|la (sua|tua))|(recebemos|confirmacao de (leitura|rece))|obrigad[oa] (por|pelo)~(contat|contact|mensagem|e-?mail)
ontvangstbevestiging|leesbevestiging|(bedankt|dank) voor (uw|je) (bericht|e-?mail|mail|aanvraag)|(hebben|heb) (uw|je)~ontvangen|potwierdzenie (otrzymania|odbioru|odczytu|przyjecia)|dziekujemy za (wiadomosc|kontakt|zgloszenie|przeslanie)|(otrzymalismy|przyjelismy)|mottagningsbekraftelse|laskvitto|tack for (ditt|din|ert) (mail|mejl|meddelande|e-?post|kontakt)|(har|vi har) (mottagit|tagit emot)|kvittering|мы получили|спасибо за (обращение|ваше)|收到(您|你)的|お問い合わせ(いただき|ありがとう)|受付
"""
    }
)

# What only a machine says: that its mail is an answer by itself.
MACHINE: Final = WordFamilies(
    {
        "": r"""
(this|the following)( message| mail| e-?mail)? (is|was) (an? )?auto[- ]?(matic|mated|matically)?[- ]?(generated |sent |e-?mail )*(reply|response|answer|acknowledge?ment|confirmation of receipt|notification of (receipt|absence)|away|vacation|out)|(automated|automatic|auto) ?-?(response|reply) (to|from) (your|the)|this (is|message is|e-?mail is) an? auto-?(reply|response|responder)
(dies|diese|das) (ist |nachricht ist |e-?mail ist )?(eine )?automatisch[a-z]* (generierte |erstellte |versendete |erzeugte )?(antwort|eingangsbestatigung|ruckmeldung|abwesenheit\w*)|(dies|diese|das)~abwesenheits(notiz|nachricht|meldung|benachrichtigung)
(ceci est|ce (message|mail|courriel) est|il s.agit d.)~(reponse~automatique|message d.absence)|(este|esta|esto)~(respuesta automatica|contestacion automatica|mensaje de ausencia)|(questo|questa)~(risposta automatica|messaggio di assenza)|(esta|este|isto)~(resposta automatica|mensagem de ausencia)
(dit is|dit bericht is|deze)~automatisch(e)? (antwoord|reactie|beantwoord\w*)|(to|niniejsza|ta wiadomosc)~automatyczna odpowiedz|(detta|det har)~(automatiskt svar|autosvar|automatgenererat svar)|dette er~(automatisk svar|autosvar)|(это|данное)~автоматический ответ|自动(回复|答复)|自動(返信|回覆|応答)|자동 ?(응답|회신)
"""
    }
)

# What machines say, and people of machines.
OF_MACHINES: Final = WordFamilies(
    {
        "": r"""
auto[- ]?(reply|responder|response)\b|automat(ic|ed)(ally generated)? (e-?mail )?(reply|response|answer|acknowledge?ment|message|e-?mail)|automatically (generated|sent|created)|(do not|don.t) (reply|respond)~(to )?this (e-?mail|message|mail)
automatisch[a-z]* (generiert|erstellt|versendet|erzeugt|antwort|nachricht|e-?mail|benachrichtigung)\w*|abwesenheits\w+|(genere|envoye) automatiquement|(reponse|message) automatique|(generad[oa]|enviad[oa]) automaticamente|(respuesta|mensaje) automatic[oa]|(generat[oa]|inviat[oa]) automaticamente|(risposta|messaggio) automatic[oa]|(gerad[oa]|enviad[oa]) automaticamente|(resposta|mensagem) automatica
automatisch (gegenereerd|verzonden|antwoord|bericht)|wygenerowan\w+ automatycznie|automatyczn\w+ (odpowiedz|wiadomosc)|automatiskt? (genererat|svar|meddelande|besked)|autosvar|автоматическ\w+ (ответ|сообщени\w+)|автоматически
"""
    }
)
