# ruff: noqa: E501  (mails are as long as they are)
"""Notices and reports of more mail systems, with what is to be told from them."""

from tests.mail.inbound_builders import notice, report

B = "bob@example.net"

NOTICES: dict[str, tuple[bytes, str, set[str]]] = {
    "an address in the form of another system": (
        notice(
            """
            Your message

              To:      team@example.net
              Subject: A plan
              Sent:    Mon, 20 Jul 2026 09:30:00 +0200

            did not reach the following recipient(s):

            c=US;a= ;p=example;o=net;dda:SMTP=bob@example.net; on Mon, 20 Jul 2026
                The recipient name is not recognized
            """,
            "Undeliverable: A plan",
        ),
        "hard",
        {B},
    ),
    "a dot in a name": (
        notice("User bob.ode (bob@example.net) not listed in Domino Directory", "DELIVERY FAILURE"),
        "hard",
        {B},
    ),
    "an address before three dots": (notice("550 bob@example.net...User unknown"), "hard", {B}),
    "an address of our own, if nobody else is named": (
        notice("<ann@example.com>: user unknown", To="ann@example.com"),
        "hard",
        {"ann@example.com"},
    ),
    "google old": (
        notice(
            """
Delivery to the following recipient failed permanently:

     bob@example.net

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the recipient domain. We recommend contacting the other email provider at postmaster@example.net for further information about the cause of this error. The error that the other server returned was: 550 550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown (state 14).

----- Original message -----

Received: by 10.0.0.1 with SMTP id x
From: ann@example.com
To: bob@example.net
""",
            "Delivery Status Notification (Failure)",
            From="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        ),
        "hard",
        {B},
    ),
    "google old dns": (
        notice(
            """
Delivery to the following recipient failed permanently:

     bob@example.net

Technical details of permanent failure:
DNS Error: Domain name not found
""",
            "Delivery Status Notification (Failure)",
        ),
        "hard",
        {B},
    ),
    "sun": (
        notice(
            """
This report relates to a message you sent with the following header fields:

  Message-id: <5f0c.1@example.com>
  Date: Mon, 20 Jul 2026 09:30:00 +0200
  From: Ann <ann@example.com>
  To: bob@example.net
  Subject: A plan

Your message cannot be delivered to the following recipients:

  Recipient address: bob@example.net
  Reason: Remote SMTP server has rejected address
  Diagnostic code: smtp;550 5.1.1 unknown or illegal alias: bob@example.net
  Remote system: dns;mx.example.net (TCP|192.0.2.1|1|192.0.2.2|25)
""",
            "Delivery Notification: Delivery has failed",
        ),
        "hard",
        {B},
    ),
    "courier": (
        notice(
            """
This is a delivery status notification from mx.example.org,
running the Courier mail server, version 0.65.2.

The original message was received on Sat, 11 Dec 2010 12:19:57 +0900
from [127.0.0.1] (c1 [127.0.0.1])

---------------------------------------------------------------------------

                           UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<bob@example.net>:
    mx.example.net [74.207.247.95]:
>>> RCPT TO:<bob@example.net>
<<< 550 5.1.1 <bob@example.net>... User Unknown

---------------------------------------------------------------------------
""",
            "NOTICE: mail delivery status.",
        ),
        "hard",
        {B},
    ),
    "kddi": (
        notice(
            """
Your mail sent on: Thu, 29 Apr 2010 11:04:47 +0900
  Could not be delivered to: bob@example.net
  As their mailbox is full.
""",
            "Mail System Error - Returned Mail",
            From="Postmaster <postmaster@example.net>",
        ),
        "soft",
        {B},
    ),
    "imail": (
        notice(
            """
Body of message generated response:
550 Requested action not taken: mailbox unavailable
Unknown user: bob@example.net

Original message follows.

Received: from x
""",
            "Undeliverable Mail",
            From='"Postmaster" <postmaster@example.net>',
        ),
        "hard",
        {B},
    ),
    "mailmarshal": (
        notice(
            """
Your message:
   From:    ann@example.com
   Subject: A plan

Could not be delivered because of

550 5.1.1 User unknown

The following recipients were affected:
    bob@example.net

Additional Information
======================
Original Sender:    <ann@example.com>
""",
            'Undeliverable Mail: "A plan"',
        ),
        "hard",
        {B},
    ),
    "james": (
        notice(
            """
Hi. This is the James mail server at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.  Below
I include the list of recipients and the reason why I was unable to deliver
your message.

Failed recipient(s):
bob@example.net

Error message:
550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown
""",
            "[BOUNCE]",
        ),
        "hard",
        {B},
    ),
    "v5sendmail": (
        notice(
            """
   ----- Transcript of session follows -----
While talking to mx.example.net:
>>> RCPT To:<bob@example.net>
<<< 550 <bob@example.net>... User unknown
550 <bob@example.net>... User unknown

   ----- Unsent message follows -----
Return-Path: <ann@example.com>
""",
            "Returned mail: User unknown",
        ),
        "hard",
        {B},
    ),
    "gmx": (
        notice(
            """
This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"bob@example.net":
SMTP error from remote server after RCPT command:
host: mx.example.net
5.1.1 <bob@example.net>... User Unknown

--- The header of the original message is following. ---
""",
            "Mail delivery failed: returning message to sender",
        ),
        "hard",
        {B},
    ),
    "zoho": (
        notice(
            """
This message was created automatically by mail delivery software.
 A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.

bob@example.net Invalid Recipient, ERROR CODE :550- <bob@example.net>: User unknown
""",
            "Undelivered Mail Returned to Sender",
        ),
        "hard",
        {B},
    ),
    "activehunter": (
        notice(
            """
  ----- The following addresses had permanent fatal errors -----

>>> bob@example.net

  ----- Transcript of session follows -----
550 sorry, no mailbox here by that name (#5.1.1 - chkusr)
""",
            "FAILURE NOTICE :",
        ),
        "hard",
        {B},
    ),
    "yandex": (
        report(
            """
This is the mail system at host yandex.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<bob@example.net>: host mx.example.net said: 550 No such user
""",
            """
Final-Recipient: rfc822; bob@example.net
Original-Recipient: rfc822;bob@example.net
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 No such user here
""",
        ),
        "hard",
        {B},
    ),
    "ezweb jp": (
        notice(
            """
次のアドレスへのメールは送信できませんでした。

bob@example.net

理由: 宛先不明
""",
            "メール送信エラー",
            From="MAILER-DAEMON@example.net",
        ),
        "hard",
        {B},
    ),
    "qq cn": (
        notice(
            """
抱歉，您的邮件被退回来了……

收件人邮件地址： bob@example.net
退信原因：收件人邮箱地址不存在
""",
            "系统退信",
            From="PostMaster@example.net",
        ),
        "hard",
        {B},
    ),
    "outlook.com html": (
        notice(
            "<html><head><title>x</title></head><body><p><b>Delivery has failed to these recipients or groups:</b></p><p><a href='mailto:bob@example.net'>bob@example.net</a><br>The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.</p><p>Diagnostic information for administrators:</p><p>Generating server: mx.example.org</p><p>bob@example.net<br>#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p><p>Original message headers:</p><pre>Received: from x</pre></body></html>",
            "Undeliverable: A plan",
            content_type="text/html; charset=utf-8",
            From="Microsoft Outlook <postmaster@example.net>",
        ),
        "hard",
        {B},
    ),
    "proofpoint": (
        report(
            "The message could not be delivered.",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 554 5.7.1 Message blocked due to policy - Proofpoint rule
""",
        ),
        "soft",
        {B},
    ),
    "barracuda": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 permanent failure for one or more recipients (bob@example.net:550 5.1.1 User unknown)
""",
        ),
        "hard",
        {B},
    ),
    "recipient verification": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <bob@example.net>: Recipient address rejected: undeliverable address: host mx said: 550 5.1.1 No such user
""",
        ),
        "hard",
        {B},
    ),
    "not accepting": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.2.1
Diagnostic-Code: smtp; 550 5.2.1 Mailbox unavailable, not accepting messages
""",
        ),
        "hard",
        {B},
    ),
    "relay denied": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.7.1
Diagnostic-Code: smtp; 554 5.7.1 <bob@example.net>: Relay access denied
""",
        ),
        "soft",
        {B},
    ),
    "dmarc": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.7.26
Diagnostic-Code: smtp; 550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy
""",
        ),
        "soft",
        {B},
    ),
    "loop": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.4.6
Diagnostic-Code: smtp; 554 5.4.6 Too many hops
""",
        ),
        "soft",
        {B},
    ),
    "no mx": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.1.2
Diagnostic-Code: X-Postfix; Domain example.net does not accept mail (nullMX)
""",
        ),
        "hard",
        {B},
    ),
    "expired": (
        report(
            "x",
            """
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 4.4.7
Diagnostic-Code: smtp;550 4.4.7 QUEUE.Expired; message expired
""",
        ),
        "soft",
        {B},
    ),
    "lowercase mixed case": (
        report(
            "x",
            """
final-recipient: RFC822;BOB@EXAMPLE.NET
action: FAILED
status: 5.1.1
""",
        ),
        "hard",
        {"BOB@EXAMPLE.NET"},
    ),
    "nl": (
        notice(
            """
Uw bericht kon niet worden bezorgd bij de volgende geadresseerden:

bob@example.net
Het e-mailadres bestaat niet.
""",
            "Onbestelbaar: A plan",
        ),
        "hard",
        {B},
    ),
    "sv": (
        notice(
            """
Ditt meddelande kunde inte levereras till följande mottagare:

bob@example.net
Mottagaren finns inte.
""",
            "Kunde inte levereras: A plan",
        ),
        "hard",
        {B},
    ),
    "pt": (
        notice(
            """
Sua mensagem não pôde ser entregue ao destinatário:

bob@example.net
Usuário inexistente
""",
            "Falha na entrega",
        ),
        "hard",
        {B},
    ),
    "lotus old": (
        notice(
            """
Your message

  Subject: A plan

was not delivered to:

  bob@example.net

because:

  User bob (bob@example.net) not listed in public Name & Address Book
""",
            "DELIVERY FAILURE: User bob (bob@example.net) not listed in public Name & Address Book",
        ),
        "hard",
        {B},
    ),
    "groupwise": (
        notice(
            """
The message that you sent was undeliverable to the following:
\tbob@example.net (Unknown User)
""",
            "Message status - undeliverable",
            From="Mail Delivery System <mailer-daemon@example.net>",
        ),
        "hard",
        {B},
    ),
    "spanish over quota": (
        notice(
            """
El mensaje no se pudo entregar a bob@example.net: el buzón está lleno.
""",
            "No se puede entregar: A plan",
        ),
        "soft",
        {B},
    ),
    "vacated": (
        notice(
            """
<bob@example.net>:
User is no longer active at this address
""",
            "failure notice",
        ),
        "hard",
        {B},
    ),
    "exim rcpt": (
        notice(
            """
A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  bob@example.net
    SMTP error from remote mail server after RCPT TO:<bob@example.net>:
    host mx.example.net [192.0.2.7]: 550 relay not permitted
""",
            "Mail delivery failed: returning message to sender",
        ),
        "soft",
        {B},
    ),
}
