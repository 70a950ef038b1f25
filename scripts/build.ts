/** `npm run build`: makes the production build that `npm start` and `next start` serve. */
import { readEnvironment } from "./environment.ts";
import { main } from "./main.ts";
import { buildApp } from "./production-build.ts";
import { step } from "./steps.ts";

await main(() => step("Building the app", () => buildApp(readEnvironment())));
