import { percentile } from "./database.ts";

const EVERY_MS = 3_000;

/** One answer: when the question was sent and answered, on the clock of this process, and how. */
export type Answer = { sent: number; answered: number; status: number };

/** Every agent polls the pending callbacks every three seconds, for this many seconds, as a browser does. */
export async function pollAsAgents(url: string, browsers: { cookie: string }[], seconds: number): Promise<Answer[]> {
  const start = performance.now();
  const answers = await Promise.all(
    browsers.map(async ({ cookie }, place) => {
      const ask = asker(`${url}/api/agents/${place + 1}/pending-callbacks`, cookie);
      const polls: Promise<Answer>[] = [];
      // The polls do not begin together, because people open their desks at different times; a late answer does not delay the next poll.
      for (let at = (EVERY_MS * place) / browsers.length; at < seconds * 1_000; at += EVERY_MS) {
        await new Promise((done) => setTimeout(done, Math.max(0, start + at - performance.now())));
        polls.push(ask());
      }
      return Promise.all(polls);
    }),
  );
  return answers.flat();
}

/** Asks with the cookies and the tag of the last answer, as a browser does. */
function asker(url: string, session: string): () => Promise<Answer> {
  const known: Record<string, string> = { cookie: session };
  return async () => {
    const sent = performance.now();
    const answer = await fetch(url, { headers: { ...known } });
    await answer.text();
    const answered = performance.now();
    const { status, headers } = answer;
    if (status !== 200 && status !== 304) throw new Error(`A poll was answered ${status}.`);
    if (status === 200) known["if-none-match"] = headers.get("etag") ?? "";
    const copies = headers.getSetCookie().map((line) => line.split(";", 1)[0]);
    if (copies.length > 0) known.cookie = [session, ...copies].join("; ");
    return { sent, answered, status };
  };
}

/** One line: the number of polls, their times, and the number of 304 answers. */
export function sayAnswers(name: string, answers: readonly Answer[]): void {
  const times = answers.map(({ sent, answered }) => answered - sent);
  const share = (100 * answers.filter(({ status }) => status === 304).length) / answers.length;
  const cells = [
    `${answers.length} polls`,
    `p50 ${percentile(times, 0.5).toFixed(1)} ms`,
    `p99 ${percentile(times, 0.99).toFixed(1)} ms`,
    `${share.toFixed(0)} % were 304`,
  ];
  console.log(`${name.padEnd(16)}: ${cells.join(", ")}`);
}
