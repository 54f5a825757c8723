/* The YAML reader, lib/formats/yaml.c. The input is the file. */
#include "fuzz.h"
#include "reader_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	reader_fuzz("yaml", bytes, n);
	return 0;
}
