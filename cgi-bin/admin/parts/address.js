// Where a change is: the review in the order of the file, without filters, where its entry is. An item can
// stand for its change, for who does not know the entry.

const address = (job, model, query) =>
    `/jobs/${job.id}/review/?${new URLSearchParams({ model: model.name, ...query })}`;

export const addressOf = (job, model, entry) => address(job, model, { entry });
export const addressOfItem = (job, model, id) => address(job, model, { item: id });

/** Where the changes are that a filter selects. */
export const addressOfChanges = (job, model, filter) => address(job, model, filter);
