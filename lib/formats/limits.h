/* Limits on what a file may demand of its reader. */
#ifndef ACCESSION_LIMITS_H
#define ACCESSION_LIMITS_H

#include <stdint.h>

struct limits {
	int64_t max_records;
	int64_t max_field_bytes;
	int64_t max_columns;
	int64_t max_record_bytes;   /* csv: all cells of a record; 0: only the limits above */
	int64_t max_depth;          /* json, yaml nesting */
	int64_t max_inflated_bytes; /* xlsx */
	int64_t max_inflate_ratio;  /* xlsx */
	int64_t max_shared_bytes;   /* xlsx: its table of shared strings */
};

/* The limits given by the settings. */
struct limits limits_in_force(void);

#endif
