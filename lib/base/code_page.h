/*
 * Encodings of one byte a character in which programs open files, besides Windows-1252: which byte
 * a character stands for in each (Unicode's tables of vendors).
 */
#ifndef ACCESSION_CODE_PAGE_H
#define ACCESSION_CODE_PAGE_H

#include <stdint.h>

enum code_page {
	PAGE_DOS_US,
	PAGE_DOS,
	PAGE_DOS_CYRILLIC,
	PAGE_MAC,
	PAGE_KOI8,
	PAGE_CENTRAL_EUROPEAN,
	PAGE_LATIN_2,
	PAGE_CYRILLIC,
	PAGE_GREEK,
	PAGE_COUNT
};

/*
 * The byte, from 0x80 on, that stands for the character; 0 if none does. Where a byte from 0x80 to
 * 0x9F stands for nothing, it is a control character of the same number to many programs.
 */
unsigned code_page_byte(enum code_page page, uint32_t c);

#endif
