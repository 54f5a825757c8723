/* Writes the declaration of a content model as JSON, for programs that show or make its items. */
#ifndef ACCESSION_MODEL_JSON_H
#define ACCESSION_MODEL_JSON_H

#include "base/json_writer.h"
#include "model/model.h"

/*
 * Writes {"name":..,"title":..,"version":..,"heading":..,"prefix":..,"fields":[..]}: of a field
 *
 *	name      header in files, key in JSON
 *	label     what people call it
 *	kind      see model_kinds
 *	required  it must be given when an item is added, and may never be blank
 *	min, max  see struct field; null where the kind has no such limit
 *	prefix    of ids and references; null for other kinds
 *	default   what a new item gets if the file says nothing, in the type that items have; null
 *if the file must say it, or if it is the id help      a sentence about it listed    it is a column
 *of lists filter    the query parameter that lists are filtered by, or null
 *
 * Retired fields are left out.
 */
void model_json(struct json *json, const struct model *m);

#endif
