/* How a phase of a job can end. */
#ifndef ACCESSION_PHASE_H
#define ACCESSION_PHASE_H

enum phase_outcome {
	PHASE_DONE,    /* committed */
	PHASE_FAILED,  /* the job fails, for reasons that are in the report */
	PHASE_REFUSED, /* the database did not let it end: cancelled meanwhile, or another worker's
			*/
	PHASE_BROKEN,  /* the error says why; or there was reason to stop */
};

#endif
