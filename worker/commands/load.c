/*
 * accession load: adds items without a job or a review, for the operator. The same child reads the
 * files, and the same statements make the diff and apply it, in one transaction. Built-in items can
 * be added in no other way.
 */
#include "commands/action.h"
#include "commands/command.h"

#include "catalog/catalog.h"
#include "changes/apply.h"
#include "changes/stage.h"
#include "daemon/report.h"
#include "daemon/work.h"
#include "model/format.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTION_MODEL };

/* Stands for job, attempt, week and account. */
static const char *const nobody[] = {"0", "0", "0", "false", NULL};

struct load {
	struct work work;
	struct report report;
	const struct model *model;
	int64_t records;
	struct stage_counts counts;
};

static int
open_file(const char *path, const char **format, struct error *err)
{
	const char *dot = strrchr(path, '.');
	const struct format *found = dot ? format_find(dot + 1, strlen(dot + 1)) : NULL;
	struct stat st;

	if (!found)
		return error_set(err, ERROR_INPUT,
		    "%s: its name does not end in .csv, .json, .yaml or .xlsx.", path);
	*format = found->extension;
	int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* not to wait for a pipe's writer */
	if (fd < 0 || fstat(fd, &st) < 0) {
		error_errno(err, "%s", path);
	} else if (!S_ISREG(st.st_mode)) {
		error_set(err, ERROR_INPUT, "%s is not a file.", path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
apply_file(struct load *l, struct stage_file *f, struct child *child, struct error *err)
{
	struct stage_counts counts;

	if (stage_fill(f, child, &l->work, &l->report, err) < 0 ||
	    stage_diff(f, &l->work, &l->report, &counts, err) < 0)
		return -1;
	if (l->report.errors)
		return 0; /* go on, to report the errors of the other files as well */
	int done = apply_model(&l->work, l->model, nobody, &counts, err);
	if (done == 0)
		return error_set(err, ERROR_CONFLICT,
		    "Somebody else changed the library meanwhile. Nothing was loaded; try again.");
	l->records += f->records;
	l->counts.adds += counts.adds;
	l->counts.updates += counts.updates;
	return done < 0 ? -1 : 0;
}

static int
load_file(struct load *l, const char *path, struct error *err)
{
	struct stage_file f = {.model = l->model, .name = path, .by_operator = true};
	struct child child;
	int fd = open_file(path, &f.format, err);

	if (fd < 0 || child_start(&child, fd, NULL, err) < 0)
		return -1;
	int done = apply_file(l, &f, &child, err);
	if (done == 0 && stage_run(&l->work, l->model, MODEL_SQL_LOAD_NEXT, 0, NULL, err) < 0)
		done = -1;
	child_free(&child);
	return done;
}

static int
load_files(struct load *l, const char *const *paths, struct error *err)
{
	if (work_open(&l->work, err) < 0 || work_begin(&l->work, err) < 0 ||
	    stage_run(&l->work, l->model, MODEL_SQL_LOAD_SHADOW, 0, NULL, err) < 0)
		return -1;
	for (; *paths; paths++)
		if (load_file(l, *paths, err) < 0)
			return -1;
	if (l->report.errors)
		return error_set(err, ERROR_INPUT, "%" PRId64 " error%s. Nothing was loaded.",
		    l->report.errors, l->report.errors == 1 ? "" : "s");
	if (work_commit(&l->work, err) == 0)
		return 0;
	if (err->code != ERROR_DB_DOWN)
		return -1;
	return error_set(err, ERROR_DB_DOWN,
	    "The database was lost, and it is not known whether this was loaded. Look at the "
	    "library before you try again.");
}

static int
load_run(struct db *db, const struct action_args *args, struct error *err)
{
	const char *name = args->options[OPTION_MODEL] ? args->options[OPTION_MODEL] : "standard";
	struct load l = {0};
	struct loop alone;

	/* The rest runs on a connection of the worker's kind. */
	if (catalog_load(db, 0, err) < 0)
		return -1;
	l.model = model_find(name, strlen(name));
	if (!l.model)
		return error_set(err, ERROR_USAGE, "There is no content model \"%s\".", name);
	loop_open_alone(&alone);
	work_init(&l.work, &alone, "accession_owner");
	report_init(&l.report, 0, 0, 0);
	l.report.print = stdout;
	int done = load_files(&l, args->all, err);
	if (done == 0)
		printf("%" PRId64 " added, %" PRId64 " updated, %" PRId64 " unchanged\n",
		    l.counts.adds, l.counts.updates, l.records - l.counts.adds - l.counts.updates);
	work_close(&l.work);
	report_free(&l.report);
	return done;
}

int
command_load(int nargs, char **args, struct error *err)
{
	static const struct action actions[] = {
	    {.name = "",
		.needed = 1,
		.operands = {"FILE..."},
		.options = {[OPTION_MODEL] = {"--model", "NAME"}},
		.run = load_run},
	    {0}};

	return action_run(actions, nargs, args, err);
}
