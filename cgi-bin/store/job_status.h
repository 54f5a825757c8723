/*
 * The states that a job can be in, whose turn it is in each, and what people may do then. They come
 * from the tables job_status and job_edge, which each process reads once. Nothing else in the
 * programs knows the statuses by name, so a new status is just a new row.
 */
#ifndef ACCESSION_JOB_STATUS_H
#define ACCESSION_JOB_STATUS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"

#include <stdbool.h>
#include <stddef.h>

/* What people can ask for. job_change_names has the names used in requests. */
enum job_change { JOB_ACCEPT, JOB_CANCEL, JOB_RETRY, JOB_CHANGES };

/* "accept_changes", "cancel", "retry"; ends with NULL. */
extern const char *const job_change_names[JOB_CHANGES + 1];

struct job_status {
	char name[32];
	char turn[16];            /* who must act: "worker", "people"; "": the job has ended */
	bool active;              /* the job is under way */
	bool allows[JOB_CHANGES]; /* what people may do */
};

/*
 * Reads the statuses, unless this process already has. Call it before the other functions, which
 * know no statuses until then. Returns 0, or -1 with the error set as by db_query.
 */
int job_statuses_load(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* Returns all statuses, in the order in which people are told of them; *n is their number. */
const struct job_status *job_statuses(size_t *n);

/* Returns the status of exactly that name (n bytes), or NULL. */
const struct job_status *job_status_find(const char *name, size_t n);

/* Returns the bit of a status in a set of statuses, or 0 if there is no status of that name. */
unsigned job_status_bit(const char *name, size_t n);

/* Returns the set of statuses of a job that has ended. */
unsigned job_statuses_ended(void);

/* Appends the names in a set as a comma-separated list: "success,fail". */
void job_statuses_list(unsigned set, struct buf *out);

/* Writes {"accept_changes":...,"cancel":...,"retry":...}: what the status of that name allows. */
void job_status_actions_json(struct json *json, const char *name);

/* Writes [{"name":...,"active":...,"turn":...,"actions":[...]},...]: all of them. */
void job_statuses_json(struct json *json);

#endif
