import { methods, query } from "#lib/http/route";
import { readAudit } from "#modules/access";
import { auditAnswer, auditInput } from "#schema/access";

const summary = "Who did what to which callback, user, key or account, newest first.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/audit", {
  GET: query({ who: ["supervisor"], summary, input: auditInput, answer: auditAnswer, read: readAudit }),
});
