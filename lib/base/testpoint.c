/* Points at which a test can stop or kill a program: see testpoint.h. */
#include "base/testpoint.h"

#ifdef ACCESSION_TEST_POINTS

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 512

static const char *const names[] = {
    [TEST_CLAIMED] = "claimed",
    [TEST_COPYING] = "copying",
    [TEST_ENDING] = "ending",
    [TEST_COMMITTING] = "committing",
    [TEST_COMMITTED] = "committed",
    [TEST_POST_COMMITTING] = "post_committing",
    [TEST_POST_COMMITTED] = "post_committed",
    [TEST_PATCH_COMMITTING] = "patch_committing",
    [TEST_PATCH_COMMITTED] = "patch_committed",
    [TEST_REVIEW_COMMITTING] = "review_committing",
    [TEST_REVIEW_COMMITTED] = "review_committed",
};

void
test_point(enum test_point p)
{
	const char *folder = getenv("ACCESSION_TEST_POINTS");
	char armed[PATH_SIZE], taken[PATH_SIZE + 16], what[8] = "";

	if (!folder)
		return;
	snprintf(armed, sizeof armed, "%s/%s", folder, names[p]);
	snprintf(taken, sizeof taken, "%s.%d", armed, (int)getpid());
	if (rename(armed, taken) < 0)
		return;
	FILE *file = fopen(taken, "r");
	if (!file)
		return;
	if (!fgets(what, sizeof what, file))
		what[0] = '\0';
	fclose(file);
	raise(strcmp(what, "kill") == 0 ? SIGKILL : SIGSTOP);
}

#endif
