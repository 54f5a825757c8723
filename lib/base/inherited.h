/*
 * What a program inherits from whoever starts it, and must not depend on: signals that are ignored
 * or blocked, descriptors that are closed. A program that keeps or waits for child processes would
 * else not hear of their end; one that is asked to end would not; and what is written to a standard
 * error that was closed would go to whatever was opened next in its place.
 */
#ifndef ACCESSION_INHERITED_H
#define ACCESSION_INHERITED_H

/*
 * First thing in every program: no signal is blocked, SIGCHLD is as usual, and descriptors 0 to 2
 * are open. SIGPIPE stays as it was, so that `accession user list | head` ends quietly.
 */
void inherited_reset(void);

/*
 * First thing in what runs for long, instead: moreover SIGTERM and SIGINT are as usual, and SIGPIPE
 * is ignored: nobody reading the log is no reason to end.
 */
void inherited_reset_daemon(void);

#endif
