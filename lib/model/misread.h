/*
 * UTF-8 that was taken for another encoding, by a program that then wrote it as UTF-8 again:
 * "GrÃ¼n" for "Grün".
 */
#ifndef ACCESSION_MISREAD_H
#define ACCESSION_MISREAD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where in the n bytes the first character is that was taken for several. Returns n if there is
 * none, or what there is may be meant as it is and stands alone.
 */
size_t misread_find(const char *text, size_t n);

/*
 * Whether every character beyond ASCII was: the text is UTF-8 that was taken for Windows-1252, and
 * of a Western language.
 */
bool misread_is_all(const char *text, size_t n);

#endif
