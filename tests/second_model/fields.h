/* A second content model, smaller than standard and with other fields: see test_second_model.py. */
static const struct field note_fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "N"},
    {.name = "name", .kind = FIELD_LINE, .required = true, .max = 40},
    {.name = "rank", .kind = FIELD_INTEGER, .min = 0, .max = 100, .on_add = "50", .filter = "rank"},
    {.name = "done", .kind = FIELD_BOOLEAN, .on_add = "false"},
    {.name = "labels", .kind = FIELD_TAGS, .max = 1000, .filter = "label"},
#ifdef LATER /* in a later version of the programs: see test_added_field.py */
    {.name = "owner", .kind = FIELD_LINE, .max = 80, .on_add = "nobody"},
#endif
    {.name = "mark_delete", .kind = FIELD_DELETE},
};
