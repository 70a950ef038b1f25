"use client";
import { useRef, useState } from "react";
import {
  type Desk,
  type Hero as Next,
  type PendingCallback,
  type Promised,
  type useReport,
  useTakeNext,
} from "#client/desk";
import { StartDemoDay } from "../_ui/demo-day.tsx";
import { useDeskSettings } from "../_ui/desk-settings.ts";
import { dialTaken } from "../_ui/dial.ts";
import { Key } from "../_ui/key.tsx";
import { Button } from "../_ui/form.tsx";
import { notifyError, say } from "../_ui/notices.tsx";
import { useSeconds } from "../_ui/clock.ts";
import { countdown } from "../_ui/time.ts";
import { whyWords } from "../_ui/why.ts";
import { useQueueName } from "../_ui/queue-name.tsx";
import { Customer } from "./customer.tsx";
import { useNextFocus } from "./focus.ts";
import { later } from "../_ui/later.tsx";
import { MoveToMorning } from "./move-to-morning.tsx";
import { otherCallSentence } from "./other-call.ts";
import { keptFrom } from "./rows.ts";
import { usePromiseActions } from "./use-promise-actions.ts";

/** The form of a call is loaded with the first call. */
const loadInCall = async () => (await import("./in-call.tsx")).InCall;
const InCall = later(
  loadInCall,
  <section className="panel" aria-label="Opening the call" aria-busy="true">
    <p className="name text-muted">Opening the call</p>
  </section>,
);
const SkipDialog = later(async () => (await import("./skip-dialog.tsx")).SkipDialog);

type Props = {
  agentId: number;
  desk: Desk | undefined;
  /** No answer of the desk has come yet, and at least one request has failed. */
  isUnanswered: boolean;
  /** The promise that is due first. */
  upcoming: PendingCallback | undefined;
  /** This browser holds the outcome of the call and sends it automatically. */
  isSaved: boolean;
  report: ReturnType<typeof useReport>;
};

/** The main panel: the call under way, the next call, or the way to get one. */
export function Hero({ agentId, desk, isUnanswered, upcoming, isSaved, report }: Props) {
  const call = desk?.hero?.call;
  if (desk?.hero && call && isSaved) return <Saved name={desk.hero.user?.name ?? "this person"} />;
  if (desk?.hero && call)
    return <InCall key={call.id} agentId={agentId} hero={desk.hero} call={call} upcoming={upcoming} />;
  return <NextCall {...{ agentId, desk, isUnanswered, upcoming, report }} />;
}

/** The next call appears once the server knows the outcome of this one. */
function Saved({ name }: { name: string }) {
  return (
    <section className="panel hero" aria-label="Call saved here">
      <h2>Call saved here</h2>
      <p className="name">{name}</p>
      <p>What came of the call is kept in this browser and goes out by itself. The next call comes after that.</p>
    </section>
  );
}

function NextCall({ agentId, desk, isUnanswered, upcoming, report }: Omit<Props, "isSaved">) {
  const section = useRef<HTMLElement>(null);
  useNextFocus(section);
  const hero = desk?.hero ?? null;
  return (
    <section
      ref={section}
      tabIndex={-1}
      className="panel hero"
      aria-label="Next call"
      aria-busy={!desk && !isUnanswered}
    >
      <Head hero={hero} />
      {!desk ? (
        <p className="name text-muted">
          {isUnanswered ? "The next call is not known here" : "Looking for the next call"}
        </p>
      ) : desk.agent.status === null || desk.agent.status === "offline" ? (
        <OffShift upcoming={upcoming} report={report} />
      ) : !hero ? (
        <Nobody upcoming={upcoming} />
      ) : (
        <>
          {hero.user ? <Customer hero={hero} /> : <p className="name">A person who is not known any more</p>}
          <Why hero={hero} reader={desk.agent.name} />
          <Begin agentId={agentId} hero={hero} isOnBreak={desk.agent.status === "break"} report={report} />
        </>
      )}
    </section>
  );
}

/** Why the call is the reader's; an acceptance is shown above already. */
function Why({ hero: { callback, why, reason }, reader }: { hero: Next; reader: string }) {
  if (!why || (callback?.status === "accepted" && reason === null)) return null;
  return <p className="text-muted text-small">{whyWords(why, reason, reader)}</p>;
}

function OffShift({ upcoming, report }: Pick<Props, "upcoming" | "report">) {
  return (
    <>
      <p className="name">You are off shift</p>
      <p>
        {upcoming
          ? `Start your shift, and ${upcoming.userName} is your first call.`
          : "Start your shift, and what was promised for now comes to you first."}
      </p>
      <p>
        <Button kind="main" data-main isBusy={report.isPending} onClick={() => report.mutate("available")}>
          Start your shift
        </Button>
      </p>
    </>
  );
}

function Nobody({ upcoming }: Pick<Props, "upcoming">) {
  return (
    <>
      {upcoming ? <Upcoming {...upcoming} /> : <p className="name">No calls waiting</p>}
      <p className="text-muted">A promise comes to the front by itself when its time has come.</p>
      {!upcoming && (
        <p>
          <StartDemoDay />
        </p>
      )}
    </>
  );
}

function Upcoming(callback: PendingCallback) {
  const { userName, withAgent, inCallWith } = callback;
  const left = Math.floor(keptFrom(callback) / 1_000) - useSeconds();
  return (
    <>
      <p className="name" dir="auto">
        {userName}
      </p>
      <p>
        {left > 0 ? `in ${countdown(left)}. ` : "is due. "}
        {inCallWith
          ? `${inCallWith} is speaking with this number now.`
          : `${withAgent === null ? "Accept" : "Take it back"} to call ${left > 0 ? "sooner" : "now"}.`}
      </p>
    </>
  );
}

function Head({ hero }: { hero: Next | null }) {
  const queueName = useQueueName();
  return (
    <div className="flex flex-wrap items-baseline gap-3">
      <h2>Next call</h2>
      {hero?.callback?.status === "accepted" && <span className="tag accepted">accepted, at the front</span>}
      {hero && !hero.isMine && <span className="tag">for anybody who is free</span>}
      {hero?.queueType && (
        <span className="ml-auto text-muted text-small leading-none">{queueName(hero.queueType)}</span>
      )}
    </div>
  );
}

function acceptedIn({ callback, user }: Next): Promised | null {
  if (callback?.status !== "accepted") return null;
  return { id: callback.id, userName: user?.name ?? "The promise" };
}

type BeginProps = Pick<Props, "agentId" | "report"> & { hero: Next; isOnBreak: boolean };

/** Takes the call and dials it with one press. Outside decent hours, and on a break, it is not the main button. */
function Begin({ agentId, hero, isOnBreak, report }: BeginProps) {
  const name = hero.user?.name ?? "This person";
  const take = useTakeNext(agentId, {
    failed: notifyError,
    done: ({ next }) => {
      if (next) dialTaken(next.callSessionId);
      const sentence = otherCallSentence({ name, userId: hero.user?.id, isMine: hero.isMine }, next);
      if (sentence) say(sentence, "late");
    },
  });
  const { release } = usePromiseActions(agentId);
  const [isSkipping, setSkipping] = useState(false);
  const accepted = acceptedIn(hero);
  const start = () => {
    // Begins while the server opens the call; the form itself requests a script again that could not be loaded.
    void loadInCall().catch(() => undefined);
    take.mutate();
  };
  const number = hero.user?.dialLink ? hero.user.phone : "";
  const { decentHoursFrom, decentHoursTo } = useDeskSettings();
  return (
    <>
      {hero.warning && (
        <p className="notice soon">
          {hero.warning} People are called from {decentHoursFrom}:00 to {decentHoursTo}:00 of their day only, unless
          they asked for this time.
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        {isOnBreak && (
          <Button kind="main" data-main isBusy={report.isPending} onClick={() => report.mutate("available")}>
            Back from the break
          </Button>
        )}
        <Button
          kind={isOnBreak ? "plain" : hero.warning ? "soon" : "main"}
          data-main={isOnBreak ? undefined : true}
          isBusy={take.isPending}
          data-shortcut="n"
          aria-keyshortcuts="n"
          onClick={start}
        >
          {number ? `${hero.warning ? "Call anyway" : "Call"} ${number}` : "Start call"} <Key>N</Key>
        </Button>
        {hero.warning && hero.isMine && hero.callback && hero.user && (
          <MoveToMorning callback={{ id: hero.callback.id, userName: hero.user.name }} timeZone={hero.user.timeZone} />
        )}
        {!accepted && hero.queueEntryId !== null && (
          <Button onClick={() => setSkipping(true)} data-shortcut="k" aria-keyshortcuts="k">
            Skip… <Key>K</Key>
          </Button>
        )}
        {accepted && (
          <Button isBusy={release.isPending} onClick={() => release.mutate(accepted)}>
            Release
          </Button>
        )}
      </div>
      {isSkipping && hero.queueEntryId !== null && (
        <SkipDialog agentId={agentId} queueEntryId={hero.queueEntryId} name={name} onClose={() => setSkipping(false)} />
      )}
    </>
  );
}
