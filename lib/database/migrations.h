/*
 * The migrations. The build turns sql/[0-9]*.sql into this table, so that every program carries the
 * schema it was made for.
 */
#ifndef ACCESSION_MIGRATIONS_H
#define ACCESSION_MIGRATIONS_H

struct migration {
	const char *name; /* the file's name without ".sql": number, "_", word, as "001_people" */
	const char *sql;  /* the file's text */
};

/* In the order of their names; ends with a NULL name. */
extern const struct migration migrations[];

#endif
