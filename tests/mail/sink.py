"""aiosmtpd, an independent mail server, for one test.

Prints its port, then one line of JSON for each received mail: the envelope, and the mail as parsed by Python's `email`
package. Ends at the end of standard input.

    sink.py [FAULT TIMES] [CERTIFICATE KEY]

FAULT occurs TIMES times: `greylist` (451 to the recipient), `refuse` (550 to the recipient), `busy` (452 to the mail),
`cut` (the connection closes during a mail), `cut-after` (the mail is accepted, and the connection closes without a
reply). With a certificate, the server requires STARTTLS and a login as `post` with `a-secret`.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Sink:
    """Handler of received mails, with an optional fault."""

    def __init__(self, fault, times):
        self.fault, self.left = fault, times

    def strikes(self, *faults):
        """Return True, and use up one occurrence, if one of these faults is due."""
        if self.fault in faults and self.left > 0:
            self.left -= 1
            return True
        return False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.strikes("greylist"):
            return "451 4.7.1 Come back later"
        if self.strikes("refuse"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        if self.strikes("busy"):
            return "452 4.3.1 No room now"
        if self.strikes("cut"):
            server.transport.abort()
            return "451 4.4.2 Cut"
        said = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in said.walk() if not part.is_multipart()}
        mail = {
            "envelope": [envelope.mail_from, *envelope.rcpt_tos],
            "headers": {name.lower(): str(value) for name, value in said.items()},
            "defects": [repr(defect) for part in said.walk() for defect in part.defects],
            "parts": parts,
            "tls": session.ssl is not None,
            "login": session.auth_data.login.decode() if session.auth_data else None,
        }
        print(json.dumps(mail), flush=True)
        if self.strikes("cut-after"):
            server.transport.abort()
        return "250 2.0.0 Taken"


def admit(server, session, envelope, mechanism, auth_data):
    """Accept the login `post` with `a-secret` only."""
    good = isinstance(auth_data, LoginPassword) and (auth_data.login, auth_data.password) == (b"post", b"a-secret")
    return AuthResult(success=good, auth_data=auth_data if good else None)


async def main(arguments):
    fault, times = (arguments[0], int(arguments[1])) if arguments and arguments[0] != "none" else (None, 0)
    sink, more = Sink(fault, times), {}
    if len(arguments) > 2:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments[2], arguments[3])
        more = {"tls_context": context, "require_starttls": True, "authenticator": admit, "auth_required": True}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="localhost", enable_SMTPUTF8=True, **more), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(sys.argv[1:]))
