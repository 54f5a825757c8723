/*
 * UTF-8 that was taken for another encoding, by a program that then wrote it as UTF-8 again:
 * "GrÃ¼n" for "Grün".
 */
#ifndef ACCESSION_MISREAD_H
#define ACCESSION_MISREAD_H

#include <stddef.h>

/*
 * Where in the n bytes the first character is that was taken for several. Returns n if there is
 * none, or what there is may be meant as it is and stands alone.
 */
size_t misread_find(const char *text, size_t n);

#endif
