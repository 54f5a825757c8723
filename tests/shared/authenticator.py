"""What an authenticator app does (RFC 6238): the code of a secret."""

import base64
import hmac
import struct
import time


def code(secret, steps=0):
    """The code of a secret in base32 at this time, or so many steps of 30 seconds later."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30 + steps), "sha1")
    number = struct.unpack(">I", mac[mac[-1] & 15:][:4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"
