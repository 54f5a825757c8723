/* The table of Windows-1252: see windows_1252.h. */
#include "base/windows_1252.h"

const uint16_t windows_1252_signs[32] = {
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, /* 80 */
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,      /* 88 */
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, /* 90 */
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178, /* 98 */
};

unsigned
windows_1252_byte(uint32_t c)
{
	if (c >= 0xA0 && c <= 0xFF)
		return (unsigned)c;
	if ((c > 0x2DC && c < 0x2013) || c > 0x2122) /* between and beyond the signs */
		return 0;
	for (unsigned byte = 0x80; byte <= 0x9F; byte++) {
		uint32_t is = windows_1252_signs[byte - 0x80];
		if (c == (is ? is : byte))
			return byte;
	}
	return 0;
}
