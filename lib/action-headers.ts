/** The request headers of a stored action of the desk: the format of the action, and the time it was done. */
export const FORMAT_HEADER = "ringback-desk-format";
export const DONE_AT_HEADER = "ringback-done-at";
