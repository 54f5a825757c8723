/* Fuzzing of the readers of lib/formats: all of them keep the same promises, those of reader.h. */
#ifndef READER_FUZZ_H
#define READER_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the n bytes as a library file of that extension, validates every record, and checks what
 * both promise. The limits depend on n, from so tight that most files exceed one to so wide that
 * few do: this way the inputs are plain files, which anybody can make and open.
 */
void reader_fuzz(const char *extension, const void *bytes, size_t n);

/*
 * Reads the n bytes twice: as they are, and behind lines of blanks that put the middle of
 * the file where the readers' window ends. The records must be the same.
 */
void reader_fuzz_moved(const char *extension, const void *bytes, size_t n);

#endif
