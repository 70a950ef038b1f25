import { download, methods } from "#lib/http/route";
import { readAuditCsv } from "#modules/access";
import { auditFileInput } from "#schema/access";

const summary = "The audit as a CSV file, for a spreadsheet.";
const file = { filename: "audit.csv", type: "text/csv; charset=utf-8" };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/audit/csv", {
  GET: download({ who: ["supervisor"], summary, input: auditFileInput, ...file, read: readAuditCsv }),
});
