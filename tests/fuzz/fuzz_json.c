/* The JSON reader, lib/formats/json.c. The input is the file. */
#include "fuzz.h"
#include "reader_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	/* Moving takes time; and a byte order mark means nothing if anything is before it. */
	if (n % 32 == 0 && n && (*bytes == '[' || *bytes == '{'))
		reader_fuzz_moved("json", bytes, n);
	else
		reader_fuzz("json", bytes, n);
	return 0;
}
