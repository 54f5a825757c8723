/* Cancels and cleans up old jobs: see retention.h. */
#include "daemon/retention.h"

#include "base/config.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>

#define WEEKS_AHEAD "4" /* how many weeks ahead to make partitions */

static const struct statement make_statement = {NULL, "SELECT weeks_make($1)", 1, false};

/* $1 days. */
static const struct statement expire_statement = {
    NULL, "SELECT job_expire(make_interval(days => $1))", 1, false};

/* One week at a time: each is a transaction of its own. */
static const struct statement purge_statement = {NULL,
    "SELECT week FROM weeks_over(make_interval(days => $1)) week"
    " WHERE week_purge(week, make_interval(days => $1)) LIMIT 1",
    1, false};

/* A thousand jobs at a time, for the same reason. */
static const struct statement names_statement = {NULL, "SELECT account_names_refresh()", 0, false};

static const struct statement events_statement = {
    NULL, "SELECT security_events_purge(make_interval(days => $1), 1000)", 1, false};

/* A thousand at a time. */
static const struct statement answers_statement = {
    NULL, "SELECT idempotency_purge(1000)", 0, false};

static const struct duty {
	const struct statement *statement;
	enum setting days; /* its parameter; 0: never. SETTING_COUNT: it has none */
	bool repeat;       /* until it finds nothing more */
	const char *done;  /* to log, followed by the number that it returned */
	const char *doing;
} duties[] = {
    {&make_statement, SETTING_COUNT, false,
	"partitions made for the weeks to come:", "making partitions for the weeks to come"},
    {&expire_statement, SETTING_REVIEW_DAYS, false, "cancelled, as nobody reviewed it in time: job",
	"cancelling a job that nobody reviews"},
    {&names_statement, SETTING_COUNT, true,
	"renewed a name that was changed, in jobs:", "renewing a name that was changed"},
    {&purge_statement, SETTING_RETENTION_DAYS, true, "dropped the files, diffs and errors of week",
	"dropping what is too old"},
    {&events_statement, SETTING_EVENT_DAYS, true,
	"deleted old security events:", "deleting old security events"},
    {&answers_statement, SETTING_COUNT, true,
	"deleted answers that were kept for an Idempotency-Key:",
	"deleting answers that were kept"},
};

/* Returns 1 if it found something to do, 0 if not, -1 if it failed. */
static int
carry_out(const struct duty *d, struct work *w)
{
	char days[24];
	struct error err = {0};

	snprintf(days, sizeof days, "%" PRId64, d->days == SETTING_COUNT ? 0 : config_int(d->days));
	const char *params[] = {d->days == SETTING_COUNT ? WEEKS_AHEAD : days};
	PGresult *res = work_query(w, d->statement, params, &err);
	if (!res) {
		if (loop_stop(w->loop) == LOOP_GO_ON)
			log_warning("%s: %s; trying again later", d->doing, err.message);
		return -1;
	}
	int64_t number = PQntuples(res) ? db_get_int(res, 0, 0) : 0;
	PQclear(res);
	if (number)
		log_info("%s %" PRId64, d->done, number);
	return number != 0;
}

/* False if it was interrupted, or cannot go on. */
static bool
carry_out_all(struct work *w)
{
	for (size_t i = 0; i < sizeof duties / sizeof duties[0]; i++) {
		const struct duty *d = &duties[i];
		bool again = d->days == SETTING_COUNT || config_int(d->days) > 0;
		while (again) {
			again = carry_out(d, w) > 0 && d->repeat;
			if (loop_stop(w->loop) != LOOP_GO_ON || !work_is_up(w))
				return false;
		}
	}
	return true;
}

void
retention_keep(struct retention *r, struct work *w)
{
	if (clock_ms() < r->due)
		return;
	w->loop->spare_time = true;
	if (carry_out_all(w))
		r->due = clock_ms() + clock_jitter(config_int(SETTING_RETENTION_CHECK_MS));
	w->loop->spare_time = false;
}
