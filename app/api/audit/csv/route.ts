import { z } from "zod";
import { methods, route } from "#lib/http/route";
import { readAuditCsv } from "#modules/access";
import { auditInput } from "#schema/access";

const summary = "The audit as a CSV file, for a spreadsheet.";
const file = { name: "audit.csv", type: "text/csv; charset=utf-8" };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/audit/csv", {
  GET: route({ who: ["supervisor"], summary, input: auditInput, answer: z.string(), file, read: readAuditCsv }),
});
