/*
 * Points at which a test can stop or kill a program, so that it dies at an exact place rather than
 * some time after a sleep. Release builds have none.
 *
 * ACCESSION_TEST_POINTS names a folder. A file in it that has the name of a point says what happens
 * there: "stop" (SIGSTOP) or "kill" (SIGKILL). The first process to reach the point renames the
 * file to NAME.PID; no other process is affected.
 */
#ifndef ACCESSION_TESTPOINT_H
#define ACCESSION_TESTPOINT_H

enum test_point {
	/* the worker */
	TEST_CLAIMED,    /* has a job but has not started it */
	TEST_COPYING,    /* in the middle of a COPY */
	TEST_ENDING,     /* the phase's work is done, but the status is still the old one */
	TEST_COMMITTING, /* before COMMIT */
	TEST_COMMITTED,  /* after COMMIT, before the worker knows of it */
	/* the handlers: before COMMIT, and between COMMIT and the reply */
	TEST_POST_COMMITTING,
	TEST_POST_COMMITTED,
	TEST_PATCH_COMMITTING,
	TEST_PATCH_COMMITTED,
	TEST_REVIEW_COMMITTING,
	TEST_REVIEW_COMMITTED,
};

#ifdef ACCESSION_TEST_POINTS
void test_point(enum test_point p);
#else
#define test_point(p) ((void)0)
#endif

#endif
