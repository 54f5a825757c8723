/*
 * Email addresses as names of accounts: two that look alike are meant to be the same, however they
 * were typed.
 */
#ifndef ACCESSION_EMAIL_H
#define ACCESSION_EMAIL_H

#include "base/buf.h"
#include "base/error.h"

#define EMAIL_MAX_CHARACTERS 254

/*
 * Appends the address in the form that accounts are kept in: without white space at its ends, and
 * in Unicode's form NFKC, which has one spelling for an accented letter, and plain letters for wide
 * ones. Letters keep their case. Returns 0, or -1 with ERROR_INPUT and a sentence for people: it is
 * no address, is too long, or has characters that nobody can see (of no width, marks of direction,
 * controls) or that mean nothing (not assigned, private); ERROR_SYSTEM: no memory.
 */
int email_normalise(const char *text, struct buf *out, struct error *err)
    __attribute__((warn_unused_result));

#endif
