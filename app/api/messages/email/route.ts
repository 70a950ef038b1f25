import { ALL_DESKS } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { acceptEmail } from "#modules/messages";
import { acceptAnswer, emailInput } from "#schema/messages";

const summary = "Accepts an e-mail; a worker stores and sends it. The same key again queues nothing.";
const location = ({ id }: { id: string }) => `/api/messages/${id}`;
const keys = { once: "own", isReplay: (answer: { isReplay: boolean }) => answer.isReplay } as const;
const body = { input: emailInput, answer: acceptAnswer, status: 202, refuses: ["do_not_call", "unavailable"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/email", {
  POST: route({ who: ALL_DESKS, summary, ...body, ...keys, location, run: acceptEmail }),
});
