"""The limit that nginx.conf.example sets on requests that make the service check a password. It is not
that of the database (sql/012_sign_in.sql), which counts failures."""

import time

from client import ask, wires
from processes import wait_until

_AT_ONCE = 50    # besides the one that is always let through
_PER_SECOND = 10
_MANY = 150


def unhurried(act):
    """Asks until the limit lets the request through; returns the answer."""
    def let_through():
        answer = act()
        return answer if answer.status != 429 else None
    return wait_until(let_through, what="the limit to let it through", pause=0.1)


def past_nginx(act):
    """Asks until nginx lets the request through; returns what the handlers say, which may be that
    somebody failed too often."""
    def let_through():
        answer = act()
        return None if answer.is_from_nginx_limit() else answer
    return wait_until(let_through, what="nginx to let it through", pause=0.1)


def flood(site, method, path, headers):
    """Sends many such requests before reading the first answer, so that they come faster than the
    limit allows, however slow the machine is. Checks how many the limit lets through, and returns
    the answers. The limit is used up afterwards."""
    with wires(site, _MANY) as connections:
        began = time.monotonic()
        first = unhurried(lambda: ask(site, method, path, headers))
        for connection in connections:
            connection.head(method, path, headers)
        answers = [first, *(connection.answer(method).check() for connection in connections)]
        seconds = time.monotonic() - began
    let_through = sum(answer.status != 429 for answer in answers)
    assert 0 < let_through <= 1 + _AT_ONCE + _PER_SECOND * seconds, (let_through, seconds)
    return answers
