// `node scripts/count-tests.mjs <report.json> <exit code of the tests> <failures>` prints how many tests passed and failed,
// for .ci/run. A file that could not be run counts as a failure, and so does an end with an error that no test explains.
// What failed is appended to the file <failures>, with what it said.
import { appendFileSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const [report, code, failures] = process.argv.slice(2);
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
const LONGEST = 4000;

let broken = 0;
for (const { name, status, message, assertionResults } of testResults) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  for (const { fullName, failureMessages } of failed) {
    appendFileSync(failures, `${file}: ${fullName}\n${failureMessages.join("\n").slice(0, LONGEST)}\n\n`);
  }
  if (status === "failed" && failed.length === 0) {
    broken++;
    appendFileSync(failures, `${file} could not be run\n${(message ?? "").slice(0, LONGEST)}\n\n`);
  }
}
const failed = numFailedTests + broken;
const isUnexplained = failed === 0 && code !== "0";
if (isUnexplained) appendFileSync(failures, `The tests ended with ${code}, and no test says why.\n\n`);
console.log(`${numPassedTests} ${isUnexplained ? 1 : failed}`);
