/** The request headers in which a desk says that it sends something it has kept: in which format, and when it was done. */
export const FORMAT_HEADER = "ringback-desk-format";
export const DONE_AT_HEADER = "ringback-done-at";
