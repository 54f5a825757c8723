/* How much a file may ask of its reader. */
#ifndef ACCESSION_LIMITS_H
#define ACCESSION_LIMITS_H

#include <stdint.h>

struct limits {
	int64_t max_records;
	int64_t max_field_bytes;
	int64_t max_columns;
	int64_t max_record_bytes;   /* csv: all its cells; 0: only the limits above count */
	int64_t max_depth;          /* json, yaml nesting */
	int64_t max_inflated_bytes; /* xlsx */
	int64_t max_inflate_ratio;  /* xlsx */
	int64_t max_shared_bytes;   /* xlsx: its table of shared strings */
};

/* The limits that are in force, by the settings. */
struct limits limits_in_force(void);

#endif
