import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { wallboard } from "#modules/monitoring";
import { wallboardAnswer, wallboardInput } from "#schema/monitoring";

const summary = "Late and due callbacks, agents, and the figures of the day, in one answer.";
const poll = { input: wallboardInput, answer: wallboardAnswer, etag: true };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/wallboard", {
  GET: query({ who: ALL_DESKS, summary, ...poll, read: wallboard }),
});
