/* Unnamed temporary files: see spool.h. */
#include "base/spool.h"

#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
spool_open(struct error *err)
{
	const char *dir = config_text(SETTING_SPOOL_DIR);
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EOPNOTSUPP) { /* not every file system supports O_TMPFILE */
		char path[PATH_MAX];
		if (snprintf(path, sizeof path, "%s/accession-XXXXXX", dir) >= PATH_MAX)
			return error_set(err, ERROR_SYSTEM, "spool_dir is too long: %s", dir);
		fd = mkostemp(path, O_CLOEXEC);
		if (fd >= 0)
			unlink(path);
	}
	return fd < 0 ? error_errno(err, "no temporary file in %s", dir) : fd;
}

int
spool_write(int fd, const void *bytes, size_t n, struct error *err)
{
	const char *from = bytes;

	while (n) {
		ssize_t done = write(fd, from, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return error_errno(err, "writing to %s", config_text(SETTING_SPOOL_DIR));
		from += done;
		n -= (size_t)done;
	}
	return 0;
}
