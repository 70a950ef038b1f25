// `node scripts/count-tests.mjs <report.json> <exit code of the tests>` prints how many tests passed and failed, for
// .ci/run. A file that could not be run counts as a failure, and so does an end with an error that no test explains.
import { readFileSync } from "node:fs";

const [file, code] = process.argv.slice(2);
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
).length;
const failed = numFailedTests + brokenFiles;
console.log(`${numPassedTests} ${failed === 0 && code !== "0" ? 1 : failed}`);
