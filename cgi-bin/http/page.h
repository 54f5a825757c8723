/* Lists in pages: ?page_size=N&page=M, as in Django REST framework's PageNumberPagination. */
#ifndef ACCESSION_PAGE_H
#define ACCESSION_PAGE_H

#include "base/json_writer.h"
#include "http/request.h"

#include <stdbool.h>
#include <stdint.h>

#define PAGE_MAX_SIZE 10000

struct page {
	bool paged;     /* page_size was given: the body has count, next and previous */
	bool last;      /* page=last */
	int64_t size;   /* items on a page; 0: all, unpaged */
	int64_t number; /* from 1 */
};

/* More rows than this are no short answer, and as little is what comes after so many others. */
#define PAGE_SHORT 500
#define PAGE_NEAR  10000

/* Does the query ask for a page of at most PAGE_SHORT rows, among the first PAGE_NEAR of the list?
 */
bool page_is_short(const struct query *q);

/*
 * Reads page_size and page. Returns false if the page is not a number; the reply (404) has been
 * made.
 */
bool page_read(struct request *r, struct page *page);

/*
 * Begins the body: {"results":[ or {"count":n,"next":...,"previous":...,"results":[. Returns false
 * if the page is out of range; the reply (404) has been made. Ignores count if the list is unpaged.
 */
bool page_begin(struct request *r, struct page *page, int64_t count, struct json *json);

/* Returns how many items come before the page. */
int64_t page_offset(const struct page *page);

/*
 * Sends the rows of a db_stream, written by write_row(ctx, json, res), as the rest of the body, and
 * ends it. The reply does not begin before there are rows, so that an early error can still be
 * reported.
 */
typedef void page_row_fn(void *ctx, struct json *json, const PGresult *res);
void page_stream(struct request *r, struct json *json, page_row_fn *write_row, void *ctx);

#endif
