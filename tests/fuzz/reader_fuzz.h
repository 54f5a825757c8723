/* Fuzzing of the readers of lib/formats: all of them keep the promises of reader.h. */
#ifndef READER_FUZZ_H
#define READER_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the n bytes as a library file with that extension, validates every record, and checks what
 * reader and validation promise. The limits depend on n, from so tight that most files exceed one
 * to so wide that few do; so the inputs are plain files, which anybody can make and open.
 */
void reader_fuzz(const char *extension, const void *bytes, size_t n);

/*
 * Reads the n bytes twice: as they are, and after lines of blanks that move the middle of the file
 * to the end of the readers' window. The records must be the same.
 */
void reader_fuzz_moved(const char *extension, const void *bytes, size_t n);

#endif
