// The address of one change: the review in the order of the file, without filters, where its entry
// is. An item can stand for its change, for who does not know the entry.

const address = (job, model, name, value) =>
    `/jobs/${job.id}/review/?${new URLSearchParams({ model: model.name, [name]: value })}`;

export const addressOf = (job, model, entry) => address(job, model, "entry", entry);
export const addressOfItem = (job, model, id) => address(job, model, "item", id);
