import { OWN_DESK } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { listQueue } from "#modules/call-queue";
import { listQueueAnswer, listQueueInput } from "#schema/call-queue";

const summary = "Who is called next, in calling order, and how many wait per queue type.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/queue", {
  GET: route({ who: OWN_DESK, summary, input: listQueueInput, answer: listQueueAnswer, read: listQueue }),
});
