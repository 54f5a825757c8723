/* Refuses query parameters that are not one of a set of words, as django-filter does. */
#ifndef ACCESSION_CHOICE_H
#define ACCESSION_CHOICE_H

#include "http/http.h"

/* Replies 400 {"<parameter>":["Select a valid choice. <word> is not one of ..."]}. */
void choice_refuse(struct http *http, const char *parameter, const char *word, size_t n);

/* The same with what can be chosen, such as "csv, json". */
void
choice_refuse_of(struct http *http, const char *parameter, const char *word, const char *choices);

#endif
