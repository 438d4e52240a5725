"""The mail domains anybody can have an address at, so that no company is told from them."""

import re

# Hosts that use one name under many country endings: name.com, name.co.uk, name.com.br, name.de, …
_MANY_ENDINGS = re.compile(r"(?:yahoo|ymail|rocketmail|hotmail|outlook|live|msn|gmx|yandex|aol)(?:\.com?)?\.[a-z]{2,4}")

_LIST = """
gmail.com googlemail.com icloud.com me.com mac.com privaterelay.appleid.com passport.com windowslive.com aim.com
verizon.net netscape.net att.net sbcglobal.net bellsouth.net pacbell.net ameritech.net swbell.net comcast.net
cox.net charter.net spectrum.net earthlink.net mindspring.com juno.com netzero.net optonline.net optimum.net
roadrunner.com rr.com frontier.com frontiernet.net windstream.net centurylink.net embarqmail.com q.com tds.net
suddenlink.net cableone.net prodigy.net mail.com email.com usa.com myself.com consultant.com post.com europe.com
engineer.com inbox.com lycos.com excite.com hushmail.com hush.com fastmail.com fastmail.fm fastmail.net sent.com
proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.com tuta.io keemail.me
zoho.com zohomail.com zohomail.eu hey.com duck.com mozmail.com simplelogin.com anonaddy.com runbox.com
mailfence.com disroot.org riseup.net autistici.org posteo.de posteo.net posteo.org mailbox.org startmail.com
ctemplar.com mailinator.com guerrillamail.com 10minutemail.com temp-mail.org yopmail.com trashmail.com
rogers.com shaw.ca sympatico.ca bell.net telus.net videotron.ca cogeco.ca eastlink.ca prodigy.net.mx terra.com
terra.com.br bol.com.br uol.com.br ig.com.br globo.com globomail.com oi.com.br r7.com zipmail.com.br
fibertel.com.ar arnet.com.ar speedy.com.ar ciudad.com.ar vtr.net entel.cl une.net.co btinternet.com
btopenworld.com btconnect.com sky.com talktalk.net tiscali.co.uk virginmedia.com virgin.net blueyonder.co.uk
ntlworld.com ntlworld.ie plusnet.com plus.com o2.co.uk orange.net mail.co.uk eircom.net web.de freenet.de
t-online.de arcor.de online.de email.de mail.de 1und1.de vodafone.de vodafonemail.de kabelmail.de unitybox.de
magenta.de aon.at chello.at utanet.at a1.net bluewin.ch sunrise.ch hispeed.ch orange.fr wanadoo.fr free.fr
sfr.fr neuf.fr laposte.net bbox.fr numericable.fr club-internet.fr aliceadsl.fr cegetel.net noos.fr voila.fr
skynet.be telenet.be proximus.be scarlet.be pt.lu internet.lu ziggo.nl kpnmail.nl kpnplanet.nl planet.nl
hetnet.nl home.nl xs4all.nl casema.nl upcmail.nl chello.nl quicknet.nl zonnet.nl tele2.nl caiway.nl online.nl
hccnet.nl libero.it virgilio.it alice.it tin.it tim.it tiscali.it inwind.it iol.it fastwebnet.it email.it
vodafone.it teletu.it telefonica.net movistar.es ono.com terra.es orange.es euskaltel.es sapo.pt netcabo.pt
iol.pt clix.pt mail.telepac.pt vodafone.pt meo.pt telia.com bredband.net comhem.se spray.se home.se telenor.dk
mail.dk jubii.dk ofir.dk stofanet.dk online.no broadpark.no getmail.no frisurf.no luukku.com suomi24.fi
kolumbus.fi elisanet.fi pp.inet.fi simnet.is wp.pl o2.pl onet.pl onet.eu op.pl poczta.onet.pl poczta.fm
interia.pl interia.eu interia.com tlen.pl gazeta.pl vp.pl neostrada.pl seznam.cz email.cz post.cz centrum.cz
atlas.cz volny.cz quick.cz centrum.sk azet.sk zoznam.sk post.sk pobox.sk freemail.hu citromail.hu indamail.hu
t-online.hu vipmail.hu abv.bg mail.bg dir.bg siol.net t-2.net net.hr inet.hr eunet.rs sbb.rs ptt.rs home.ro
clicknet.ro rdslink.ro inbox.lv inbox.lt one.lt delfi.lv delfi.lt apollo.lv mail.ee hot.ee otenet.gr forthnet.gr
hol.gr in.gr cytanet.com.cy mail.ru inbox.ru list.ru bk.ru internet.ru rambler.ru lenta.ru autorambler.ru
myrambler.ru ro.ru ya.ru narod.ru pochta.ru ukr.net i.ua meta.ua bigmir.net tut.by mail.kz mynet.com
superonline.com ttmail.com walla.co.il walla.com netvision.net.il bezeqint.net 012.net.il maktoob.com
emirates.net.ae etisalat.ae mweb.co.za vodamail.co.za telkomsa.net webmail.co.za iafrica.com rediffmail.com
indiatimes.com sify.com vsnl.net vsnl.com bsnl.in airtelmail.in qq.com foxmail.com vip.qq.com 163.com
vip.163.com 126.com yeah.net sina.com sina.cn vip.sina.com sohu.com tom.com 139.com 189.cn wo.cn 21cn.com
aliyun.com 263.net hinet.net pchome.com.tw seed.net.tw netvigator.com naver.com daum.net hanmail.net hanmir.com
nate.com kakao.com korea.com paran.com empal.com chol.com dreamwiz.com docomo.ne.jp ezweb.ne.jp au.com
softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp excite.co.jp infoseek.jp goo.jp
plala.or.jp dion.ne.jp jcom.home.ne.jp eonet.ne.jp singnet.com.sg starhub.net.sg pacific.net.sg streamyx.com
tm.net.my telkom.net plasa.com bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au
internode.on.net westnet.com.au adam.com.au dodo.com.au ozemail.com.au xtra.co.nz slingshot.co.nz orcon.net.nz
vodafone.co.nz paradise.net.nz
"""
_DOMAINS = frozenset(_LIST.split())


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address at `domain` (lower-case A-labels)."""
    return domain in _DOMAINS or _MANY_ENDINGS.fullmatch(domain) is not None
