import Link from "next/link";
import { redirect } from "next/navigation";
import { anyonesPage } from "#lib/http/page";
import { health } from "#modules/monitoring";
import desk from "../docs/pictures/desk.png";
import { offeredAccounts } from "./_ui/demo-accounts.ts";
import { meIfKnown } from "./_ui/guard.ts";
import { screenAfterSignIn, screensOf } from "./screens.ts";
import { LookAround } from "./sign-in/look-around.tsx";

export default async function Home() {
  // This page introduces Ringback also while the database is away.
  const [person, offered, standing] = await Promise.all([
    meIfKnown(),
    offeredAccounts().catch(() => []),
    health(anyonesPage()),
  ]);
  if (person) redirect(screensOf(person.role)[0]?.path ?? "/account");
  return (
    <main>
      <h1>Ringback</h1>
      <p className="lead large">
        Contact centres promise to call people back. Ringback keeps the promise: every callback is called, on time,
        once, and anyone can see why. Agents have a desk, supervisors a wallboard, programs an API.
      </p>
      <LookAround offered={offered} goTo={screenAfterSignIn(null)} />
      <nav className="actions">
        {offered.length === 0 && <Link href="/sign-in">Sign in</Link>}
        <Link href="/docs">Read the API</Link>
      </nav>
      <Standing {...standing} />
      {/* biome-ignore lint/performance/noImgElement: an image of the framework brings a style of its own, which the policy of the page refuses. */}
      <img
        src={desk.src}
        width={desk.width}
        height={desk.height}
        alt="An agent's desk: who is called next, what was promised to whom, and what happened before"
        className="picture"
      />
      <h2>How a promise is kept</h2>
      <div className="panel">
        <dl>
          <dt>Promised</dt>
          <dd>A callback is a customer, a time and a reason. The promised time is never forgotten.</dd>
          <dt>Queued</dt>
          <dd>
            Each minute what is due comes to the front of the queue, for the right agent, and the reason is written
            down.
          </dd>
          <dt>Called</dt>
          <dd>An agent accepts it, or is offered it as the next call. No two agents ever hold the same one.</dd>
          <dt>Settled</dt>
          <dd>
            Only the outcome of a call completes a promise. Nobody reached means another try, within decent hours.
          </dd>
        </dl>
      </div>
    </main>
  );
}

/** Whether Ringback runs, in a word, and what is wrong in a sentence. */
function Standing({ ok, problems, notes }: Awaited<ReturnType<typeof health>>) {
  const [word, colour] = !ok
    ? ["not running", "late"]
    : notes.length > 0
      ? ["running, with a fault", "soon"]
      : ["running", "kept"];
  return (
    <p className="wrap-anywhere">
      <span className={`tag ${colour}`}>{word}</span> {[...problems, ...notes].join(" ")}
    </p>
  );
}
