/*
 * UTF-8 that was read in a code page other than Windows-1252, as on a Mac, in DOS, or in Eastern
 * Europe: "Gr├╝n" for "Grün". Part of misread.h.
 */
#ifndef ACCESSION_MISREAD_PAGE_H
#define ACCESSION_MISREAD_PAGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many bytes follow the first one of a character in UTF-8; 0: none begins so, or one of an
 * alphabet that is hardly met (0xDF, there, is an ordinary letter in many code pages).
 */
size_t misread_tails(unsigned lead);

/* Whether the characters at byte i of the text, behind ASCII or nothing, are such. */
bool misread_page(const char *text, size_t n, size_t i);

#endif
