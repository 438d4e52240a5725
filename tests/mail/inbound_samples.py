# ruff: noqa: E501, ISC004  (mails are as long as they are)
"""Samples with what is to be told from them; each name says which system writes so."""

from tests.mail.inbound_builders import mail, notice, parts, report

BOUNCES: dict[str, tuple[bytes, str, set[str]]] = {
    "postfix unknown user": (
        report(
            """
            This is the mail system at host mx.example.com.

            I'm sorry to have to inform you that your message could not
            be delivered to one or more recipients. It's attached below.

            <bob@example.net>: host mx.example.net[192.0.2.7] said: 550 5.1.1
                <bob@example.net>: Recipient address rejected: User unknown (in reply to RCPT TO command)
            """,
            """
            Final-Recipient: rfc822; bob@example.net
            Original-Recipient: rfc822;bob@example.net
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; mx.example.net
            Diagnostic-Code: smtp; 550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown
            """,
            subject="Undelivered Mail Returned to Sender",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "postfix no such host": (
        report(
            "<bob@example.net>: Host or domain name not found. Name service error for name=example.net type=A: Host not found",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.4.4
            Diagnostic-Code: X-Postfix; Host or domain name not found. Name service error
                for name=example.net type=A: Host not found
            """,
        ),
        "hard",
        {"bob@example.net"},
    ),
    "postfix delay": (
        report(
            """
            ####################################################################
            # THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
            ####################################################################
            Your message could not be delivered for more than 4 hour(s). It will be retried until it is 5 day(s) old.
            """,
            """
            Final-Recipient: rfc822; bob@example.net
            Action: delayed
            Status: 4.4.1
            Diagnostic-Code: X-Postfix; connect to mx.example.net[192.0.2.7]:25: Connection timed out
            Will-Retry-Until: Sat, 25 Jul 2026 09:30:00 +0200 (CEST)
            """,
            subject="Delayed Mail (still being retried)",
        ),
        "delay",
        {"bob@example.net"},
    ),
    "postfix gave up": (
        report(
            "<bob@example.net>: connect to mx.example.net[192.0.2.7]:25: Connection timed out",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 4.4.1
            Diagnostic-Code: X-Postfix; connect to mx.example.net[192.0.2.7]:25: Connection timed out
            """,
        ),
        "soft",
        {"bob@example.net"},
    ),
    "exchange online unknown recipient": (
        report(
            """
            Your message to bob@example.net couldn't be delivered.

            bob wasn't found at example.net.

            Ann    Office 365    bob
            Action Required    Recipient
            Unknown To address
            """,
            """
            Final-Recipient: rfc822;bob@example.net
            Action: failed
            Status: 5.1.10
            Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient bob@example.net not found by SMTP address lookup
            """,
            subject="Undeliverable: A plan",
            From="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "exchange online restricted group": (
        report(
            "Your message to sales@example.net couldn't be delivered. You don't have permission to send to this recipient.",
            """
            Final-Recipient: rfc822;sales@example.net
            Action: failed
            Status: 5.7.133
            Diagnostic-Code: smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed
            """,
            subject="Undeliverable: A plan",
        ),
        "soft",
        {"sales@example.net"},
    ),
    "exchange online access denied by tenant": (
        report(
            "Your message to bob@example.net couldn't be delivered.",
            """
            Final-Recipient: rfc822;bob@example.net
            Action: failed
            Status: 5.7.1
            Diagnostic-Code: smtp;550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus.
            """,
        ),
        "soft",
        {"bob@example.net"},
    ),
    "google unknown user": (
        report(
            """
            ** Address not found **

            Your message wasn't delivered to bob@example.net because the address couldn't be found, or is unable to receive mail.

            The response was:

            550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address
            """,
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; gmail-smtp-in.l.example.org. (192.0.2.9, the server for the domain example.net.)
            Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
             550-5.1.1 double-checking the recipient's email address for typos or
             550 5.1.1 unnecessary spaces. q12si1234567wrb.123 - gsmtp
            """,
            From="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "google over quota": (
        report(
            "** Message not delivered ** The recipient's inbox is out of storage space.",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.2.2
            Diagnostic-Code: smtp; 552-5.2.2 The email account that you tried to reach is over quota. Please direct
             552 5.2.2 the recipient to https://support.example.org/mail/?p=OverQuotaPerm - gsmtp
            """,
        ),
        "soft",
        {"bob@example.net"},
    ),
    "google disabled account": (
        report(
            "The email account that you tried to reach is disabled.",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.2.1
            Diagnostic-Code: smtp; 550 5.2.1 The email account that you tried to reach is disabled. w1si - gsmtp
            """,
        ),
        "hard",
        {"bob@example.net"},
    ),
    "google likely spam": (
        report(
            "Message blocked. Your message to bob@example.net has been blocked.",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.7.1
            Diagnostic-Code: smtp; 550-5.7.1 [192.0.2.1] Our system has detected that this message is likely unsolicited mail.
             550 5.7.1 To reduce the amount of spam sent to Gmail, this message has been blocked.
            """,
        ),
        "soft",
        {"bob@example.net"},
    ),
    "sendmail": (
        report(
            """
            The original message was received at Mon, 20 Jul 2026 09:30:00 +0200
            from mail.example.com [192.0.2.1]

               ----- The following addresses had permanent fatal errors -----
            <bob@example.net>
                (reason: 550 5.1.1 <bob@example.net>... User unknown)

               ----- Transcript of session follows -----
            ... while talking to mx.example.net.:
            >>> DATA
            <<< 550 5.1.1 <bob@example.net>... User unknown
            550 5.1.1 <bob@example.net>... User unknown
            """,
            """
            Final-Recipient: RFC822; bob@example.net
            Action: failed
            Status: 5.1.1
            Remote-MTA: DNS; mx.example.net
            Diagnostic-Code: SMTP; 550 5.1.1 <bob@example.net>... User unknown
            Last-Attempt-Date: Mon, 20 Jul 2026 09:30:02 +0200
            """,
            subject="Returned mail: see transcript for details",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "exim": (
        notice(
            """
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of its
            recipients. This is a permanent error. The following address(es) failed:

              bob@example.net
                host mx.example.net [192.0.2.7]
                SMTP error from remote mail server after RCPT TO:<bob@example.net>:
                550 5.1.1 <bob@example.net>: User unknown
              cem@example.org
                mailbox is full: retry timeout exceeded

            ------ This is a copy of the message, including all the headers. ------

            Return-path: <ann@example.com>
            From: Ann <ann@example.com>
            To: bob@example.net, cem@example.org, dan@example.org
            Message-ID: <5f0c.1@example.com>
            """,
            "Mail delivery failed: returning message to sender",
            X_Failed_Recipients="bob@example.net, cem@example.org",
        ),
        "hard",
        {"bob@example.net", "cem@example.org"},
    ),
    "exim without its header field": (
        notice(
            """
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of its
            recipients. This is a permanent error. The following address(es) failed:

              bob@example.net
                Unrouteable address
            """,
            "Mail delivery failed: returning message to sender",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "exim delay": (
        notice(
            """
            This message was created automatically by mail delivery software.
            A message that you sent has not yet been delivered to one or more of its
            recipients after more than 24 hours on the queue on mx.example.net.

            The address to which the message has not yet been delivered is:

              bob@example.net
                Delay reason: Connection timed out

            No action is required on your part. Delivery attempts will continue for
            some time, and this warning may be repeated at intervals if the message
            remains undelivered.
            """,
            "Warning: message 1abcDE-000123-AB delayed 24 hours",
        ),
        "delay",
        {"bob@example.net"},
    ),
    "qmail": (
        notice(
            """
            Hi. This is the qmail-send program at mx.example.net.
            I'm afraid I wasn't able to deliver your message to the following addresses.
            This is a permanent error; I've given up. Sorry it didn't work out.

            <bob@example.net>:
            192.0.2.7 does not like recipient.
            Remote host said: 550 5.1.1 bob@example.net: no such user here
            Giving up on 192.0.2.7.

            --- Below this line is a copy of the message.

            Return-Path: <ann@example.com>
            To: bob@example.net
            """,
            "failure notice",
            From="MAILER-DAEMON@mx.example.net",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "domino": (
        report(
            """
            Your message
              Subject: A plan
            was not delivered to:
              bob@example.net
            because:
              User bob (bob@example.net) not listed in Domino Directory
            """,
            """
            Final-Recipient: rfc822;bob@example.net
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: X-Notes; User bob (bob@example.net) not listed in Domino Directory
            """,
            subject="DELIVERY FAILURE: User bob (bob@example.net) not listed in Domino Directory",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "exchange 2003 in words": (
        notice(
            """
            Your message did not reach some or all of the intended recipients.

                  Subject:  A plan
                  Sent:     20.07.2026 09:30

            The following recipient(s) could not be reached:

                  bob@example.net on 20.07.2026 09:31
                        The e-mail account does not exist at the organization this message was sent to.
                        <mx.example.net #5.1.1>
            """,
            "Undeliverable: A plan",
            From="System Administrator <postmaster@example.net>",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "exchange in german": (
        notice(
            """
            Fehler bei der Zustellung an folgende Empfänger oder Verteilerlisten:

            bob@example.net
            Die eingegebene E-Mail-Adresse konnte nicht gefunden werden. Der Empfänger ist unbekannt.

            Gesendet von Microsoft Exchange Server 2007
            """,
            "Unzustellbar: A plan",
            From="Microsoft Exchange <postmaster@example.net>",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "a german host, mailbox full": (
        notice(
            """
            Diese Nachricht wurde automatisch erzeugt.

            Ihre E-Mail konnte an folgende Empfänger nicht zugestellt werden:

            bob@example.net:
            Das Postfach des Empfängers ist voll (Quota überschritten).
            """,
            "Ihre Nachricht konnte nicht zugestellt werden",
        ),
        "soft",
        {"bob@example.net"},
    ),
    "a french host": (
        notice(
            """
            Votre message n'a pas pu être remis au destinataire suivant :

            bob@example.net
            550 5.1.1 Adresse d au moins un destinataire invalide. Utilisateur inconnu.
            """,
            "Échec de la remise : A plan",
            From="Postmaster <postmaster@example.net>",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "a spanish host": (
        notice(
            """
            No se pudo entregar su mensaje a los siguientes destinatarios:

            bob@example.net
            El usuario no existe en este servidor.
            """,
            "Correo devuelto: no se pudo entregar",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "an italian host": (
        notice(
            """
            Il messaggio non è stato recapitato ai seguenti destinatari:

            bob@example.net
            Casella piena, quota superata.
            """,
            "Mancato recapito: A plan",
        ),
        "soft",
        {"bob@example.net"},
    ),
    "a polish host": (
        notice(
            """
            Nie można dostarczyć wiadomości do następujących adresatów:

            bob@example.net
            550 Adresat nie istnieje
            """,
            "Niedostarczona wiadomość",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "a russian host": (
        notice(
            """
            Это письмо создано автоматически сервером. К сожалению, Ваше письмо не может быть доставлено.

            bob@example.net
              550 Нет такого пользователя
            """,
            "Ваше сообщение не доставлено. Mail failure.",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "yahoo": (
        notice(
            """
            Sorry, we were unable to deliver your message to the following address.

            <bob@example.net>:
            554: delivery error: dd Not a valid recipient - atlas123.example.org

            --- Below this line is a copy of the message.
            """,
            "Failure Notice",
            From="MAILER-DAEMON@yahoo.com",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "mimecast rejection": (
        report(
            "The following message to <bob@example.net> was undeliverable. The reason for the problem: 5.1.0 - Unknown address error 550-'Invalid Recipient'",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.0.0 (permanent failure)
            Diagnostic-Code: smtp; 5.1.0 - Unknown address error 550-'Invalid Recipient - https://community.example.org/docs#550' (delivery attempts: 0)
            """,
        ),
        "hard",
        {"bob@example.net"},
    ),
    "ses suppression": (
        report(
            "An error occurred while trying to deliver the mail to the following recipients: bob@example.net",
            """
            Action: failed
            Final-Recipient: rfc822; bob@example.net
            Diagnostic-Code: smtp; 550 5.1.1 user unknown
            Status: 5.1.1
            """,
            From="MAILER-DAEMON@amazonses.com",
        ),
        "hard",
        {"bob@example.net"},
    ),
    "greylisted until given up": (
        report(
            "<bob@example.net>: host mx.example.net said: 451 4.7.1 Greylisting in action, please come back later",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 4.7.1
            Diagnostic-Code: smtp; 451 4.7.1 Greylisting in action, please come back later
            """,
        ),
        "soft",
        {"bob@example.net"},
    ),
    "two recipients, one late": (
        report(
            "Delivery to one recipient failed and to another is delayed.",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 no such user

            Final-Recipient: rfc822; cem@example.org
            Action: delayed
            Status: 4.2.2
            Diagnostic-Code: smtp; 452 mailbox full
            """,
        ),
        "hard",
        {"bob@example.net", "cem@example.org"},
    ),
    "one was reached, one wasn't": (
        report(
            "Delivery report.",
            """
            Final-Recipient: rfc822; dan@example.org
            Action: relayed
            Status: 2.0.0

            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.1.1
            """,
        ),
        "hard",
        {"bob@example.net"},
    ),
    "an international address": (
        notice(
            parts(
                ("text/plain; charset=utf-8", "The address could not be found."),
                (
                    "message/global-delivery-status",
                    "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: utf-8; j\\x{F6}rg@example.net\nAction: failed\nStatus: 5.1.1",
                ),
            )[1],
            "Delivery Status Notification (Failure)",
            content_type=parts()[0],
        ),
        "hard",
        {"jörg@example.net"},
    ),
    "sieve reject": (
        notice(
            parts(
                (
                    "text/plain",
                    "Your message to <bob@example.net> was automatically rejected:\nI don't take mail of this size.",
                ),
                (
                    "message/disposition-notification",
                    "Reporting-UA: mx; Mail Delivery Agent\nFinal-Recipient: rfc822; bob@example.net\nOriginal-Message-ID: <5f0c.1@example.com>\n"
                    "Disposition: automatic-action/MDN-sent-automatically; deleted",
                ),
            )[1],
            "Rejected: A plan",
            content_type=parts(kind="multipart/report; report-type=disposition-notification")[0],
        ),
        "soft",
        {"bob@example.net"},
    ),
    "a notice in HTML alone": (
        notice(
            "<html><body><p>Your message could not be delivered to the following recipient:</p><p>bob@example.net</p><p>550 5.1.1 User unknown</p></body></html>",
            "Undeliverable: A plan",
            content_type="text/html; charset=utf-8",
        ),
        "hard",
        {"bob@example.net"},
    ),
}

NO_BOUNCES: dict[str, tuple[bytes, str, str | None]] = {
    "delivered": (
        report(
            "Your message was successfully delivered.",
            "Final-Recipient: rfc822; bob@example.net\nAction: delivered\nStatus: 2.1.5",
            subject="Delivery Status Notification (Success)",
        ),
        "auto_reply",
        "receipt",
    ),
    "read": (
        mail(
            parts(
                ("text/plain", "Your message was read on Monday."),
                (
                    "message/disposition-notification",
                    "Final-Recipient: rfc822; bob@example.net\nOriginal-Message-ID: <5f0c.1@example.com>\n"
                    "Disposition: manual-action/MDN-sent-manually; displayed",
                ),
            )[1],
            content_type=parts(kind="multipart/report; report-type=disposition-notification")[0],
            Subject="Read: A plan",
        ),
        "auto_reply",
        "receipt",
    ),
    "a person who forwards a bounce": (
        mail(
            parts(
                ("text/plain", "Hi Ann, I got this when I tried to write to you yesterday. Any idea?"),
                (
                    "message/rfc822",
                    "From: MAILER-DAEMON@mx.example.net\nTo: bob@example.net\nSubject: Undeliverable: Hello\n"
                    "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.1.1",
                ),
            )[1],
            content_type=parts(kind="multipart/mixed")[0],
            Subject="Fwd: Undeliverable: Hello",
        ),
        "message",
        None,
    ),
    "a person who speaks of bounces": (
        mail(
            "Hello Ann, my mail to your colleague could not be delivered, the address is unknown. Has he left?",
            Subject="Undeliverable mail to your colleague",
            In_Reply_To="<5f0c.1@example.com>",
        ),
        "message",
        None,
    ),
    "challenge in the form of a report": (
        report(
            "Your message has been waitlisted. Please add yourself to my guest list: click the link below to be added.",
            """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 4.7.0
            Diagnostic-Code: X-Notice; Sender not pre-approved. Follow instructions in above notice
            """,
            subject="Re: A plan (Action Required)",
        ),
        "auto_reply",
        "challenge_response",
    ),
}
