/* The version of both programs. */
#ifndef ACCESSION_VERSION_H
#define ACCESSION_VERSION_H

#define ACCESSION_VERSION "1.0.0"

#endif
