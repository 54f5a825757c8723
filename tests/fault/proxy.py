"""A relay between our programs and PostgreSQL's socket, which can go silent, or cut a connection at
an exact place. PGHOST must be its folder."""

import pathlib
import selectors
import shutil
import socket
import tempfile
import threading

NAME = ".s.PGSQL.5432"
CONTROL = b"accession worker control\0"
WORK = b"accession worker\0"
HANDLER = b"accession-api\0"


class _Link:
    """A connection, and what the client sent at its beginning."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.greeting = b""
        self.silent = False
        self.swallows = False  # swallow the next answer, then cut

    def close(self):
        self.client.close()
        self.server.close()


class Proxy:
    def __init__(self, target):
        self.target = str(pathlib.Path(target) / NAME)
        self.folder = tempfile.mkdtemp(prefix="accession-proxy.")
        pathlib.Path(self.folder).chmod(0o755)
        self._selector = selectors.DefaultSelector()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(pathlib.Path(self.folder) / NAME))
        self._listening.listen(64)
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._links = []
        self._cut = None
        self._lock = threading.Lock()
        self._ended = False
        self.refusing = False
        self.cuts = 0
        self._watched = []
        self.said = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def freeze(self, greeting):
        """Makes this program's existing connections look as if the network was gone: nothing gets
        through, and no error is raised. Returns how many there were."""
        with self._lock:
            frozen = [link for link in self._links if greeting in link.greeting]
            for link in frozen:
                link.silent = True
            return len(frozen)

    def bury(self):
        """Ends the frozen connections at last."""
        with self._lock:
            for link in [link for link in self._links if link.silent]:
                self._drop(link)

    def cut(self, greeting, words, when, then=None):
        """Cuts the next connection of this program that sends these words: "before" they reach the
        server, once they are "sent", or once they are "answered". The program gets no answer.
        `then` is called at that moment, and may request the next cut."""
        self._cut = (greeting, words, when, then)

    def has_cut(self):
        return self._cut is None

    def watch(self, *words):
        """From now on `said` lists which of these words programs send, in the order sent."""
        with self._lock:
            self._watched, self.said = words, []

    def refuse(self, refusing=True):
        """Cuts new connections at once."""
        self.refusing = refusing

    def close(self):
        self._ended = True
        self._thread.join()
        for link in self._links:
            link.close()
        self._listening.close()
        shutil.rmtree(self.folder)

    def _run(self):
        while not self._ended:
            for key, _ in self._selector.select(0.05):
                if key.fileobj is self._listening:
                    self._accept()
                else:
                    with self._lock:
                        self._pass_on(key.data, key.fileobj)

    def _accept(self):
        client, _ = self._listening.accept()
        if self.refusing:
            client.close()
            return
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self.target)
        except OSError:
            server.close()
            client.close()
            return
        link = _Link(client, server)
        self._links.append(link)
        for end in (client, server):
            self._selector.register(end, selectors.EVENT_READ, link)

    def _pass_on(self, link, end):
        if link not in self._links:
            return
        if link.silent:
            self._selector.unregister(end)  # unread, and not closed
            return
        other = link.server if end is link.client else link.client
        try:
            data = end.recv(65536)
            if end is link.client:
                if len(link.greeting) < 1024:
                    link.greeting += data
                self.said += [words for words in self._watched if words in data]
                if self._cut and self._cut[0] in link.greeting and self._cut[1] in data:
                    when, then, self._cut = *self._cut[2:], None
                    self.cuts += 1
                    if then:
                        then()
                    if when != "before":
                        other.sendall(data)
                    link.swallows = when == "answered"
                    if link.swallows:
                        return
                    data = b""
            elif link.swallows:
                data = b""
            if data:
                other.sendall(data)
        except OSError:
            data = b""
        if not data:
            self._drop(link)

    def _drop(self, link):
        for end in (link.client, link.server):
            if end in self._selector.get_map():
                self._selector.unregister(end)
        self._links.remove(link)
        link.close()
