/* QR codes, for what people would otherwise have to copy from one screen to another. */
#ifndef ACCESSION_QR_H
#define ACCESSION_QR_H

#include "base/error.h"
#include "base/json_writer.h"

#include <stddef.h>

/*
 * Writes the QR code of a text as {"size": N, "rows": ["0110…", …]}: N rows of N modules, 1 is
 * dark, without the margin of four modules that it needs. -1, with nothing written and the error
 * set, if the text is empty or too long (over 2,331 bytes), or there is no memory.
 */
int
qr_json(struct json *json, const char *text, struct error *err) __attribute__((warn_unused_result));

#endif
