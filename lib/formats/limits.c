/* Limits on files: see limits.h. */
#include "formats/limits.h"

#include "base/config.h"

struct limits
limits_in_force(void)
{
	return (struct limits){
	    .max_records = config_int(SETTING_MAX_RECORDS),
	    .max_field_bytes = config_int(SETTING_MAX_FIELD_BYTES),
	    .max_columns = config_int(SETTING_MAX_COLUMNS),
	    .max_record_bytes = config_int(SETTING_MAX_RECORD_BYTES),
	    .max_depth = config_int(SETTING_MAX_DEPTH),
	    .max_inflated_bytes = config_int(SETTING_XLSX_MAX_INFLATED_BYTES),
	    .max_inflate_ratio = config_int(SETTING_XLSX_MAX_RATIO),
	    .max_shared_bytes = config_int(SETTING_XLSX_MAX_SHARED_BYTES),
	};
}
