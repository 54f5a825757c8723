/* The CSV reader, lib/formats/csv.c. The input is the file. */
#include "fuzz.h"
#include "reader_fuzz.h"

#include <string.h>

/* Whether blank lines may go before it: not if it has a byte order mark or sep= line, always first.
 */
static bool
is_movable(const uint8_t *bytes, size_t n)
{
	return n && bytes[0] < 0x80 && !strchr("sS\"P%", bytes[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	/* Moving takes time. */
	if (n % 32 == 0 && is_movable(bytes, n))
		reader_fuzz_moved("csv", bytes, n);
	else
		reader_fuzz("csv", bytes, n);
	return 0;
}
