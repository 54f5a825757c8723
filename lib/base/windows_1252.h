/*
 * Windows-1252, the encoding of old Western files: Latin-1, but for the bytes from 0x80 to 0x9F
 * (Unicode's CP1252.TXT).
 */
#ifndef ACCESSION_WINDOWS_1252_H
#define ACCESSION_WINDOWS_1252_H

#include <stdint.h>

/* The characters of the bytes from 0x80 to 0x9F; 0: it stands for nothing. */
extern const uint16_t windows_1252_signs[32];

/* The character that the byte stands for; 0 if it is a NUL or stands for nothing. */
static inline uint32_t
windows_1252_character(unsigned char byte)
{
	return byte >= 0x80 && byte <= 0x9F ? windows_1252_signs[byte - 0x80] : byte;
}

/*
 * The byte, from 0x80 on, that the character may come from; 0 if it is ASCII or none. What stands
 * for nothing is a control character of the same number to many programs.
 */
unsigned windows_1252_byte(uint32_t c);

#endif
