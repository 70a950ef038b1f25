import { methods, probe } from "#lib/http/route";
import { health } from "#modules/monitoring";
import { healthAnswer } from "#schema/monitoring";

const summary = "Whether this instance can serve; 503 with the faults when it cannot.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/health", {
  GET: probe({ summary, answer: healthAnswer, read: health }),
});
