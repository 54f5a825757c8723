/*
 * What states a job can be in, whose turn it is in each, and what people may do then: the tables
 * job_status and job_edge, which are read once by each process. Nothing else in the programs knows
 * the statuses by name, so that a further one is a further row.
 */
#ifndef ACCESSION_JOB_STATUS_H
#define ACCESSION_JOB_STATUS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"

#include <stdbool.h>
#include <stddef.h>

/* What people ask for, and what it is called in requests: see job_change_names. */
enum job_change { JOB_ACCEPT, JOB_CANCEL, JOB_RETRY, JOB_CHANGES };

/* "accept_changes", "cancel", "retry"; ends with NULL. */
extern const char *const job_change_names[JOB_CHANGES + 1];

struct job_status {
	char name[32];
	char turn[16];            /* who has to act: "worker", "people"; "": the job has ended */
	bool active;              /* the job is under way */
	bool allows[JOB_CHANGES]; /* what people may do */
};

/*
 * Reads the statuses, unless this process has. The other functions know none before. 0, or -1 with
 * the error set as by db_query.
 */
int job_statuses_load(struct db *db, struct error *err) __attribute__((warn_unused_result));

/* All of them, in the order in which people are told of them: *n. */
const struct job_status *job_statuses(size_t *n);

/* The status of that name (n bytes, exact), or NULL. */
const struct job_status *job_status_find(const char *name, size_t n);

/* A set of statuses has a bit for each: that of the name is 0 if there is no such status. */
unsigned job_status_bit(const char *name, size_t n);

/* The set of those that a job has when it has ended. */
unsigned job_statuses_ended(void);

/* Appends the names in a set as a comma list: "success,fail". */
void job_statuses_list(unsigned set, struct buf *out);

/* Appends the names of the statuses that allow the change: "fail or cancel". */
void job_status_list_allowing(enum job_change change, struct buf *out);

/* Writes {"accept_changes":...,"cancel":...,"retry":...}: what the status of that name allows. */
void job_status_actions_json(struct json *json, const char *name);

/* Writes [{"name":...,"active":...,"turn":...,"actions":[...]},...]: all of them. */
void job_statuses_json(struct json *json);

#endif
