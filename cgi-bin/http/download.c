/* Sending a file to be saved: see download.h. */
#include "http/download.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
download_begin(struct http *http, int64_t size, const char *media_type, const char *filename)
{
	struct buf disposition = {0};
	char length[24];

	buf_add_text(&disposition, "attachment; filename=\"");
	for (const char *c = filename; *c; c++)
		buf_add_char(&disposition, *c < ' ' || *c > '~' || strchr("\"\\%;", *c) ? '_' : *c);
	buf_add_char(&disposition, '"');
	snprintf(length, sizeof length, "%" PRId64, size);
	http_header(http, "Content-Disposition", buf_text(&disposition));
	http_header(http, "Content-Length", length);
	http_stream_begin(http, 200, media_type);
	buf_free(&disposition);
}

void
download_spooled(struct http *http, int fd, const char *media_type, const char *filename)
{
	off_t size = lseek(fd, 0, SEEK_END), at = 0;
	char piece[HTTP_PIECE];

	if (size < 0) {
		http_reply_detail(http, 500, NULL);
		return;
	}
	download_begin(http, size, media_type, filename);
	while (at < size && !http->broken && !http->head_only) {
		ssize_t n = pread(fd, piece, sizeof piece, at);
		if (n <= 0) {
			/* The client notices that bytes are missing. */
			log_error("%s: reading the spooled file failed at %" PRId64, http->path,
			    (int64_t)at);
			return;
		}
		http_put(http, piece, (size_t)n);
		at += n;
	}
}
