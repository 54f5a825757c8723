"""Further nginx in front of a site's handlers, set up as the comments of nginx.conf.example say: with
TLS, or behind a balancer that ends it."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

from client import Wire
from ports import free_port
from processes import wait_until
from sites import ROOT

BALANCER = "127.0.0.2"  # where the balancer's requests come from

_STEPS = re.compile(r"^ *# *sed -i -E '(.*)' /etc/nginx/nginx\.conf$", re.MULTILINE)


class Front:
    """A running nginx. `url` is the address for clients, `plain` the one without TLS."""

    def __init__(self, folder, plain, url, certificate=None):
        self.folder = folder
        self.plain = plain
        self.url = url
        self.certificate = certificate

    def wire(self):
        return TlsWire(self) if self.url.startswith("https") else Wire(self.url)

    def log(self):
        return (self.folder / "log" / "access.log").read_text(encoding="utf-8")


class TlsWire(Wire):
    """A connection on which the test writes the bytes itself, encrypted."""

    def __init__(self, front, **kwargs):
        super().__init__(front.url, **kwargs)
        context = ssl.create_default_context(cafile=front.certificate)
        self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")


def step(what):
    """The command for sed that nginx.conf.example tells an operator to use: "tls" or "balancer"."""
    text = (ROOT / "nginx.conf.example").read_text(encoding="utf-8")
    (script,) = [one for one in _STEPS.findall(text) if what in one]
    return script


_NEW_KEY = ["-newkey", "rsa:2048", "-nodes"]


def _openssl(*args):
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def certificate(folder):
    """Makes a certificate of 127.0.0.1, folder/cert, and its key, folder/key."""
    _openssl("req", "-x509", *_NEW_KEY, "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", folder / "key", "-out", folder / "cert")
    return folder / "cert"


class Authority:
    """An authority that gives people certificates, which are files in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate = folder / "authority.pem"
        _openssl("req", "-x509", *_NEW_KEY, "-days", "2", "-subj", "/CN=An authority",
                 "-keyout", folder / "authority.key", "-out", self.certificate)

    def give(self, subject, days=2):
        """Makes a certificate, whose subject is written as openssl wants it. Returns the files of
        certificate and key."""
        name = self.folder / f"person{len(list(self.folder.iterdir()))}"
        _openssl("req", *_NEW_KEY, "-utf8", "-subj", subject,
                 "-keyout", f"{name}.key", "-out", f"{name}.csr")
        _openssl("x509", "-req", "-in", f"{name}.csr", "-CA", self.certificate,
                 "-CAkey", self.folder / "authority.key", "-CAcreateserial", "-days", str(days),
                 "-out", f"{name}.pem")
        return f"{name}.pem", f"{name}.key"


@contextlib.contextmanager
def _folder():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accession-front."))
    folder.chmod(0o755)
    try:
        for name in ("log", "tmp"):
            (folder / name).mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _nginx(folder, text, port):
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        ["nginx", "-e", folder / "log/error.log", "-p", f"{folder}/", "-c", folder / "nginx.conf",
         "-g", "daemon off;"], stdin=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})

    def answers():
        assert process.poll() is None, (folder / "log/error.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    try:
        wait_until(answers, what="nginx")
        yield
    finally:
        process.terminate()
        process.wait(30)


def _text(site, folder, port, steps, changes):
    """The site's nginx.conf after these steps, for another folder and port."""
    text = (site.folder / "nginx.conf").read_text(encoding="utf-8")
    for name in steps:
        text = subprocess.run(["sed", "-E", step(name)], input=text, text=True, check=True,
                              capture_output=True).stdout
    for name in ("tmp", "log", "nginx.pid"):
        text = text.replace(f"{site.folder}/{name}", f"{folder}/{name}")
    text = re.sub(r"^( *listen [^; ]*:)\d+ ", rf"\g<1>{port} ", text, flags=re.M)
    for pattern, replacement in {"/etc/accession/": f"{folder}/", **(changes or {})}.items():
        text, count = re.subn(pattern, replacement, text)
        assert count, pattern
    return text


@contextlib.contextmanager
def plain(site, changes=None, steps=()):
    """nginx as the site has it, with these steps and changes: regular expressions, and what replaces
    them."""
    port = free_port()
    with _folder() as folder, _nginx(folder, _text(site, folder, port, steps, changes), port):
        yield Front(folder, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def tls(site, changes=None, steps=()):
    """The same, with TLS."""
    port, tls_port = free_port(), free_port()
    with _folder() as folder:
        cert = certificate(folder)
        text = _text(site, folder, port, ["tls", *steps], {
            "listen 443 ssl": f"listen 127.0.0.1:{tls_port} ssl",
            "/etc/ssl/certs/accession.pem": f"{folder}/cert",
            "/etc/ssl/private/accession.key": f"{folder}/key", **(changes or {})})
        with _nginx(folder, text, tls_port):
            yield Front(folder, f"http://127.0.0.1:{port}", f"https://127.0.0.1:{tls_port}", cert)


_BALANCER = """
{user}
pid "{folder}/nginx.pid";
events {{ }}
http {{
    access_log off;
    client_body_temp_path "{folder}/tmp/body";
    fastcgi_temp_path "{folder}/tmp/fastcgi";
    proxy_temp_path "{folder}/tmp/proxy";
    scgi_temp_path "{folder}/tmp/scgi";
    uwsgi_temp_path "{folder}/tmp/uwsgi";
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate "{folder}/cert";
        ssl_certificate_key "{folder}/key";
        client_max_body_size 0;
        location / {{
            proxy_bind {balancer};
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Host $http_host;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_pass {behind};
        }}
    }}
}}
"""


@contextlib.contextmanager
def balanced(site):
    """nginx behind a balancer that ends TLS. Its log is that of the one behind, whose address is
    `plain`."""
    port, tls_port = free_port(), free_port()
    with _folder() as folder, _folder() as before:
        text = _text(site, folder, port, ["balancer"], {r"192\.0\.2\.10": BALANCER})
        behind = f"http://127.0.0.1:{port}"
        cert = certificate(before)
        user = "user root;" if os.geteuid() == 0 else ""
        with _nginx(folder, text, port), _nginx(before, _BALANCER.format(
                user=user, folder=before, port=tls_port, balancer=BALANCER, behind=behind), tls_port):
            yield Front(folder, behind, f"https://127.0.0.1:{tls_port}", cert)
