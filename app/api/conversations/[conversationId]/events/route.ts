import { methods, stream } from "#lib/http/route";
import { OWN_CONVERSATION, pollEvents, streamEvents } from "#modules/cursor-tasks";
import { eventsAnswer, eventsInput } from "#schema/cursor-tasks";

export const maxDuration = 60;

const summary = "Results for this conversation: as one answer, or as a stream of server-sent events.";
const body = { input: eventsInput, answer: eventsAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/conversations/:conversationId/events", {
  GET: stream({ ...OWN_CONVERSATION, summary, ...body, poll: pollEvents, events: streamEvents }),
});
