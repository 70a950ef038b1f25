import { command, methods } from "#lib/http/route";
import { changeSetting } from "#modules/settings";
import { changeSettingInput, settingsAnswer } from "#schema/settings";

const change = { summary: "Sets a limit of the desk.", input: changeSettingInput, answer: settingsAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/settings/:name", {
  PATCH: command({ who: ["supervisor"], ...change, run: changeSetting }),
});
