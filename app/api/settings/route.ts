import { methods, query } from "#lib/http/route";
import { listSettings } from "#modules/settings";
import { settingsAnswer, settingsInput } from "#schema/settings";

const list = { summary: "The limits of the desk, and who set them.", input: settingsInput, answer: settingsAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/settings", {
  GET: query({ who: ["supervisor"], ...list, read: listSettings }),
});
