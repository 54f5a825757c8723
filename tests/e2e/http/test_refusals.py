"""A refused upload is told why, also if the client reads nothing before all of its body is sent."""

import concurrent.futures
import time

from client import IMPORT, MULTIPART, wire
from library import item, to_csv

CSV = to_csv([item("CT1"), item("CT2")])
PAUSE = 6  # seconds: longer than nginx waits if it is not told to (lingering_timeout)


def slow_upload(site, path, headers):
    """Sends a body with a pause in it, then reads the answer."""
    piece = b"x" * (1 << 20)
    with wire(site) as connection:
        connection.head("POST", path, {"Content-Type": MULTIPART, "Content-Length": 8 << 20, **headers})
        for number in range(8):
            connection.send(piece)
            if number == 3:
                time.sleep(PAUSE)  # it is the time itself that matters
        return connection.answer("POST").check()


def test_refusal_arrives_though_the_client_is_slow(site, api, viewer):
    api.ready(CSV)
    cases = [(IMPORT, {}, 401), (IMPORT, {"Authorization": "Token x"}, 401),
             (IMPORT, {"Authorization": f"Token {viewer.token}"}, 403),
             (IMPORT, {"Authorization": f"Token {api.token}"}, 409), ("session/", {}, 413)]
    with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
        answers = [pool.submit(slow_upload, site, "/api/v2/" + path, headers)
                   for path, headers, _ in cases]
        assert [one.result().status for one in answers] == [status for *_, status in cases]
