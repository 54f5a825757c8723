/* QR codes: see qr.h. */
#include "http/qr.h"

#include <qrencode.h>
#include <sodium.h>

#define ANY_VERSION 0   /* the smallest in which the text fits */
#define IS_DARK     1   /* of a module's bits, the lowest */
#define SIDE_MAX    177 /* modules, of version 40 */

int
qr_json(struct json *json, const char *text, struct error *err)
{
	char row[SIDE_MAX];
	QRcode *code = QRcode_encodeString8bit(text, ANY_VERSION, QR_ECLEVEL_M);

	if (!code)
		return error_set(
		    err, ERROR_SYSTEM, "this text has no QR code: it is empty or too long");
	const size_t side = (size_t)code->width;
	json_begin_object(json);
	json_key(json, "size");
	json_int(json, code->width);
	json_key(json, "rows");
	json_begin_array(json);
	for (size_t y = 0; y < side; y++) {
		for (size_t x = 0; x < side; x++)
			row[x] = code->data[y * side + x] & IS_DARK ? '1' : '0';
		json_string(json, row, side);
	}
	json_end_array(json);
	json_end_object(json);
	/* It says what the text says, which may be a secret. */
	sodium_memzero(code->data, side * side);
	sodium_memzero(row, sizeof row);
	QRcode_free(code);
	return 0;
}
