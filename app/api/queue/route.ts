import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { listQueue } from "#modules/call-queue";
import { listQueueAnswer, listQueueInput } from "#schema/call-queue";

const summary = "The live entries in calling order, and the number waiting per queue type.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/queue", {
  GET: query({ ...OWN_DESK, summary, input: listQueueInput, answer: listQueueAnswer, read: listQueue }),
});
