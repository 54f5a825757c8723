/*
 * The least that could answer GET of a job: a libfcgi handler that runs one prepared SELECT and
 * prints its row as JSON, with the headers that accession-api sends. No routes, no authentication.
 * It closes connections as accession-api does, without waiting for nginx (http_finish in
 * cgi-bin/http/http.c).
 *
 *     floor SOCKET PROCESSES JOB
 *
 * libpq's PG* variables name the database. The processes end with the first one.
 */
#include <fcgiapp.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define BACKLOG   64
#define BODY_SIZE 4096

static const char query[] = "SELECT id, status, triggered, triggered_by_doc, accepted,"
			    " accepted_by_doc, completed, errors FROM import_job WHERE id = $1";

static const struct column {
	const char *name;
	bool quoted;
} columns[] = {
    {"id", false},
    {"status", true},
    {"triggered", true},
    {"triggered_by", false},
    {"accepted", true},
    {"accepted_by", false},
    {"completed", true},
    {"errors", false},
};

static const char head[] = "ETag: \"0123456789abcdef0123456789abcdef\"\r\n"
			   "Content-Length: %d\r\n"
			   "Status: 200 OK\r\n"
			   "Content-Type: application/json\r\n"
			   "Cache-Control: no-store\r\n"
			   "Vary: Accept, Authorization, Cookie\r\n"
			   "X-Content-Type-Options: nosniff\r\n"
			   "\r\n";

/* The length of the row's JSON; more than there is room for if it was cut. */
static int
write_row(char body[BODY_SIZE], const PGresult *res)
{
	int n = 0;

	for (int i = 0; i < PQnfields(res) && n < BODY_SIZE; i++) {
		const char *quote = columns[i].quoted && !PQgetisnull(res, 0, i) ? "\"" : "";
		const char *value = PQgetisnull(res, 0, i) ? "null" : PQgetvalue(res, 0, i);
		n += snprintf(body + n, (size_t)(BODY_SIZE - n), "%s\"%s\":%s%s%s", i ? "," : "{",
		    columns[i].name, quote, value, quote);
	}
	if (n < BODY_SIZE)
		n += snprintf(body + n, (size_t)(BODY_SIZE - n), "}");
	return n;
}

/* A handler process. It returns when something is wrong: there is nothing to recover here. */
static void
handle_requests(int listening, const char *job)
{
	FCGX_Request request;
	char body[BODY_SIZE];
	PGconn *conn = PQconnectdb("");
	PGresult *res = PQprepare(conn, "job", query, 1, NULL);

	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		fprintf(stderr, "floor: %s", PQerrorMessage(conn));
	PQclear(res);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, listening, 0) != 0)
		return;
	while (FCGX_Accept_r(&request) == 0) {
		res = PQexecPrepared(conn, "job", 1, &job, NULL, NULL, 0);
		int n = PQntuples(res) == 1 ? write_row(body, res) : BODY_SIZE;
		PQclear(res);
		if (n >= BODY_SIZE)
			return;
		FCGX_FPrintF(request.out, head, n);
		FCGX_PutStr(body, n, request.out);
		FCGX_Detach(&request);
		FCGX_Finish_r(&request);
	}
}

int
main(int nargs, char **args)
{
	if (nargs != 4) {
		fputs("Usage: floor SOCKET PROCESSES JOB\n", stderr);
		return 2;
	}
	int listening = FCGX_OpenSocket(args[1], BACKLOG);
	for (int i = 0; listening >= 0 && i < atoi(args[2]); i++) {
		pid_t parent = getpid(), pid = fork();
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			if (getppid() == parent)
				handle_requests(listening, args[3]);
			_exit(EXIT_FAILURE);
		}
	}
	wait(NULL); /* no handler ends by itself */
	return EXIT_FAILURE;
}
