import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { listOverdue } from "#modules/callbacks";
import { overdueAnswer, overdueInput } from "#schema/callbacks";

const summary = "Callbacks that should have been called by now, oldest promise first.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/overdue", {
  GET: query({ who: ALL_DESKS, summary, input: overdueInput, answer: overdueAnswer, read: listOverdue }),
});
