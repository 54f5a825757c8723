/*
 * State that a program inherits from its parent and must not depend on: ignored or blocked signals
 * and closed descriptors. Otherwise a program might miss the end of its child processes, or ignore
 * a request to end; and if standard error were closed, its output would go to whichever file was
 * opened next under that number.
 */
#ifndef ACCESSION_INHERITED_H
#define ACCESSION_INHERITED_H

/*
 * Called first in every program: unblocks all signals, resets SIGCHLD to its default and makes sure
 * that descriptors 0 to 2 are open. SIGPIPE is left alone, so that `accession user list | head`
 * ends quietly.
 */
void inherited_reset(void);

/*
 * Called instead by long-running programs: also resets SIGTERM and SIGINT to their defaults, and
 * ignores SIGPIPE, as they must not end because nobody reads the log.
 */
void inherited_reset_daemon(void);

#endif
