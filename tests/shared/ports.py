"""TCP ports of 127.0.0.1 for the servers of tests."""

import random
import socket

# Below those that the kernel gives to connections, which would get in the way now and then
# (net.ipv4.ip_local_port_range: 32768 to 60999).
_PORTS = range(20000, 32768)


def free_port():
    """A port that nobody has."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
