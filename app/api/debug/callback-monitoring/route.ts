import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { callbackMonitoring } from "#modules/monitoring";
import { monitoringAnswer, monitoringInput } from "#schema/monitoring";

const summary = "The figures of the desk over the last hours, and the faults in them.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/debug/callback-monitoring", {
  GET: query({ who: ALL_DESKS, summary, input: monitoringInput, answer: monitoringAnswer, read: callbackMonitoring }),
});
