/* The origin of a web page: see web_origin.h. */
#include "base/web_origin.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX  253 /* RFC 1035, as text */
#define LABEL_MAX 63
#define PORT_MAX  65535
#define DIGITS    "0123456789"
#define LETTERS   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct scheme {
	const char *prefix;
	bool https;
	unsigned port;
} schemes[] = {
    {"https://", true, 443},
    {"http://", false, 80},
};

/* Returns the length of a name, perhaps with a dot at its end, or an IPv4 address; 0 if there is
 * none. */
static size_t
name_length(const char *text)
{
	const size_t n = strspn(text, LETTERS DIGITS "-_.");

	if (n > HOST_MAX)
		return 0;
	for (size_t at = 0; at < n;) {
		const size_t label = strcspn(text + at, ".:");
		if (label == 0 || label > LABEL_MAX)
			return 0;
		at += label + 1;
	}
	return n;
}

/* Returns the length of an IPv6 address in brackets, or 0 if there is none. */
static size_t
ipv6_length(const char *text)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr parsed;
	const size_t n = strcspn(text + 1, "]");

	if (text[1 + n] != ']' || n >= sizeof address)
		return 0;
	memcpy(address, text + 1, n);
	address[n] = '\0';
	return inet_pton(AF_INET6, address, &parsed) == 1 ? n + 2 : 0;
}

/* Reads what follows the host: nothing, or a colon and a port. */
static bool
read_port(const char *text, unsigned *port)
{
	unsigned value = 0;

	if (!*text)
		return true;
	const size_t n = *text == ':' ? strspn(text + 1, DIGITS) : 0;
	if (n == 0 || n > 5 || text[1 + n])
		return false;
	for (size_t i = 1; i <= n; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	*port = value;
	return value > 0 && value <= PORT_MAX;
}

bool
web_origin_parse(const char *text, struct web_origin *origin)
{
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		const size_t n = strlen(schemes[i].prefix);
		if (strncasecmp(text, schemes[i].prefix, n) != 0)
			continue;
		const char *host = text + n;
		*origin = (struct web_origin){schemes[i].https, host,
		    *host == '[' ? ipv6_length(host) : name_length(host), schemes[i].port};
		return origin->host_n && read_port(host + origin->host_n, &origin->port);
	}
	return false;
}

bool
web_origin_is(const char *text)
{
	struct web_origin origin;

	return web_origin_parse(text, &origin);
}

bool
web_origin_same(const struct web_origin *a, const struct web_origin *b)
{
	return a->https == b->https && a->port == b->port && a->host_n == b->host_n &&
	       strncasecmp(a->host, b->host, a->host_n) == 0;
}
