/*
 * Which new passwords are accepted. There are no rules about capitals, digits and signs. What is
 * refused is short, about the person or this service, mostly predictable, or little more than one
 * word of the dictionary.
 */
#ifndef ACCESSION_PASSWORD_RULES_H
#define ACCESSION_PASSWORD_RULES_H

#include "base/error.h"
#include "people/password.h"
#include "people/person_words.h"

#include <stddef.h>

#define PASSWORD_MIN_CHARACTERS 12

/*
 * Checks what can be said without knowing the person: the length of a new password of n bytes, and
 * that it is text which can be typed. Returns 0, or -1 with ERROR_INPUT.
 */
int password_has_length(const char *password, size_t n, struct error *err)
    __attribute__((warn_unused_result));

/*
 * Checks a new password by all rules. Returns 0; or -1 with ERROR_INPUT and a sentence for the
 * person, or with ERROR_SYSTEM and one for the operator if the dictionary cannot be used: no
 * password is accepted unchecked.
 */
int password_acceptable(const char *password, size_t n, const struct person_words *person,
    struct error *err) __attribute__((warn_unused_result));

#endif
