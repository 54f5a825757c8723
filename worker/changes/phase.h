/* How a phase of a job can end. */
#ifndef ACCESSION_PHASE_H
#define ACCESSION_PHASE_H

enum phase_outcome {
	PHASE_DONE,    /* committed */
	PHASE_FAILED,  /* the job fails; the report says why */
	PHASE_REFUSED, /* the database refused its end: cancelled, or another worker's by now */
	PHASE_BROKEN,  /* the error says why, or there was a reason to stop */
};

#endif
