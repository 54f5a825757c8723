/* Asking the operator for a secret: see prompt.h. */
#include "commands/prompt.h"

#include "people/password_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Signals that would end the program and leave the terminal without echo. */
static const int fatal_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define NSIGNALS (sizeof fatal_signals / sizeof fatal_signals[0])

static volatile sig_atomic_t caught;

static void
catch_signal(int sig)
{
	caught = sig;
}

/* Reads one line without its end. Returns 0, or -1 with errno set. */
static int
read_line(int fd, struct secret *s)
{
	const size_t room = sizeof s->bytes - 1;
	char *end = NULL;

	s->n = 0;
	while (!end && s->n < room) {
		ssize_t got = read(fd, s->bytes + s->n, room - s->n);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		end = memchr(s->bytes + s->n, '\n', (size_t)got);
		s->n += (size_t)got;
	}
	if (end)
		s->n = (size_t)(end - s->bytes);
	if (end && s->n > 0 && s->bytes[s->n - 1] == '\r')
		s->n--;
	s->bytes[s->n] = '\0';
	return 0;
}

/* Writes the question and reads the answer, which is not shown. */
static int
ask(int tty, const char *question, struct secret *s, struct error *err)
{
	struct termios shown, hidden;
	struct sigaction before[NSIGNALS], catching = {.sa_handler = catch_signal};

	if (tcgetattr(tty, &shown) < 0)
		return error_errno(err, "cannot read the terminal's settings");
	caught = 0;
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(fatal_signals[i], &catching, &before[i]);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	int done = tcsetattr(tty, TCSAFLUSH, &hidden);
	if (done == 0 && write(tty, question, strlen(question)) < 0)
		done = -1;
	if (done == 0)
		done = read_line(tty, s);
	if (done < 0)
		error_errno(err, "cannot read from the terminal");
	tcsetattr(tty, TCSAFLUSH, &shown);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(fatal_signals[i], &before[i], NULL);
	if (caught)
		raise(caught);
	return done;
}

static int
ask_twice(const struct person_words *person, struct secret *out, struct error *err)
{
	struct secret again = {0};
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (tty < 0)
		return error_set(err, ERROR_USAGE,
		    "There is no terminal to ask for the password: use --password-stdin.");
	int done = ask(tty, "New password: ", out, err);
	if (done == 0)
		done = password_acceptable(out->bytes, out->n, person, err);
	if (done == 0)
		done = ask(tty, "Again: ", &again, err);
	if (done == 0 && (out->n != again.n || memcmp(out->bytes, again.bytes, out->n) != 0))
		done = error_set(err, ERROR_INPUT, "The two passwords are not the same.");
	sodium_memzero(&again, sizeof again);
	close(tty);
	return done;
}

int
prompt_password(
    bool from_stdin, const struct person_words *person, struct secret *out, struct error *err)
{
	if (!from_stdin)
		return ask_twice(person, out, err);
	if (read_line(STDIN_FILENO, out) < 0)
		return error_errno(err, "cannot read the password from standard input");
	return password_acceptable(out->bytes, out->n, person, err);
}
