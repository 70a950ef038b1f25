import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { acceptEmail } from "#modules/messages";
import { acceptAnswer, emailInput } from "#schema/messages";

const summary = "Accepts an e-mail; a worker stores and sends it. A repeated key queues nothing.";
const location = ({ id }: { id: string }) => `/api/messages/${id}`;
const body = { input: emailInput, answer: acceptAnswer, refuses: ["do_not_call", "unavailable"] } as const;
const made = { status: 202, once: "own", location } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/email", {
  POST: command({ who: ALL_DESKS, summary, ...body, ...made, run: acceptEmail }),
});
