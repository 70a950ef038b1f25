import { command, methods, query } from "#lib/http/route";
import { listQueueNames, nameQueue } from "#modules/settings";
import { nameQueueInput, queueNamesAnswer, settingsInput } from "#schema/settings";

const list = { summary: "The names of the queues, and who gave them.", input: settingsInput, answer: queueNamesAnswer };
const name = { summary: "Names a queue.", input: nameQueueInput, answer: queueNamesAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/queue-names", {
  GET: query({ who: ["agent", "supervisor"], ...list, read: listQueueNames }),
  PATCH: command({ who: ["supervisor"], ...name, run: nameQueue }),
});
