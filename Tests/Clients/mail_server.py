"""Run by ASSAY_MAIL_PYTHON: a mail server (aiosmtpd) on a port of its own. Prints the port, then each message as a line of JSON.

    mail_server.py MODE [CERTIFICATE KEY]
    MODE is plain, starttls, tls, nostarttls (offers none), auth (starttls, and a login is needed), busy (450 for the first message's
    recipient) or refusing (550 for who begins with "gone").
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

mode = sys.argv[1]
tries = {"count": 0}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode == "busy":
            tries["count"] += 1
            if tries["count"] == 1:
                return "450 4.2.1 come back"
        if mode == "refusing" and address.startswith("gone"):
            return "550 5.1.1 nobody"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        told = {
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "content": envelope.content.decode(), "tls": session.ssl is not None,
            "login": session.auth_data.login.decode() if session.auth_data else None}
        print(json.dumps(told), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"assay" and data.password == b"mail-hush-9"
    return AuthResult(success=good, handled=False, auth_data=data if good else None)


context = None
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])


class Mail(Controller):
    def factory(self):
        if mode in ("starttls", "auth"):
            return SMTP(
                self.handler, tls_context=context, require_starttls=True, authenticator=authenticate if mode == "auth" else None,
                auth_required=mode == "auth", auth_require_tls=True)
        return SMTP(self.handler)


async def main():
    loop = asyncio.get_running_loop()
    mail = Mail(Handler(), hostname="127.0.0.1", port=0)
    server = await loop.create_server(mail.factory, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
