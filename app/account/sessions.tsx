"use client";
import { type Session, useEndOtherSessions, useEndSession, useSessions } from "#client/access";
import { useDeskClock } from "../_ui/clock.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { SignOut } from "../_ui/sign-out.tsx";
import { dayAndTime, span } from "../_ui/time.ts";
import { When } from "../_ui/when.tsx";

/** How exactly the server knows when a session was used. */
const SEEN_MS = 600_000;

/** The browsers in which the person is signed in; each of the others can be signed out from here. */
export function Sessions({ agentId }: { agentId: number | null }) {
  const { data, error, isPending, refetch } = useSessions();
  const others = useEndOtherSessions();
  const sessions = data?.sessions ?? [];
  return (
    <section className="panel grid gap-3" aria-label="Sessions">
      <p>Where you are signed in. A browser that is not used for seven days is signed out by itself.</p>
      {isPending && <p className="text-muted">Loading…</p>}
      {sessions.length > 0 && (
        <ul className="grid">
          {sessions.map((session) => (
            <SessionRow key={session.sessionId} session={session} />
          ))}
        </ul>
      )}
      <Failure error={error ?? others.error} />
      <div className="flex flex-wrap gap-2">
        {error && <Button onClick={() => void refetch()}>Try again</Button>}
        {sessions.length > 1 && (
          <Button
            isBusy={others.isPending}
            onClick={() => others.mutate(undefined, { onSuccess: ({ message }) => say(message) })}
          >
            Sign out everywhere else
          </Button>
        )}
        <SignOut agentId={agentId} everywhere />
      </div>
    </section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { sessionId, signedInAt, lastSeenAt, isCurrent } = session;
  const end = useEndSession();
  const now = useDeskClock();
  const name = nameOf(session);
  return (
    <li className="flex items-center justify-between gap-3 border-t border-line py-2">
      <div className="min-w-0">
        <p className="m-0">
          <b>{name}</b> {isCurrent && <span className="tag kept">This browser</span>}
        </p>
        <p className="m-0 text-muted text-small">
          Signed in <When at={signedInAt} now={now} />
          {!isCurrent && `, last seen ${seen(now - Date.parse(lastSeenAt))}`}
        </p>
        <Failure error={end.error} />
      </div>
      {!isCurrent && (
        <Button
          className="button plain flex-none"
          isBusy={end.isPending}
          onClick={() => end.mutate(sessionId, { onSuccess: () => say(`Signed out of ${name}.`) })}
          aria-label={`Sign out of ${name}, signed in ${dayAndTime(signedInAt, now)}`}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}

/** "Windows computer, Chrome" */
function nameOf({ device, browser }: Session): string {
  const words = browser === null ? device : `${device}, ${browser}`;
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

function seen(age: number): string {
  return age <= SEEN_MS ? "in the last ten minutes" : `${span(age)} ago`;
}
