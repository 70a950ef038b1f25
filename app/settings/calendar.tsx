"use client";
import Link from "next/link";
import { useState } from "react";
import { type DeskCalendar, useDeskCalendar, useSetDeskCalendar } from "#client/settings";
import { Button, Failure, Field, Form, FormButtons } from "../_ui/form.tsx";
import { Moment } from "../_ui/moment.tsx";
import { ownZone } from "../_ui/time.ts";
import { holidaysOf } from "./holidays.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The opening hours of the desk: its zone, hours for each weekday, and holidays. */
export function Calendar() {
  const { data, error } = useDeskCalendar();
  if (!data) return <Failure error={error} />;
  const { calendar, changedBy, changedAt, whenClosed } = data;
  return (
    <section aria-labelledby="calendar">
      <h2 id="calendar">Opening hours</h2>
      <p className="text-muted">
        {calendar && changedBy && changedAt ? (
          <>
            Set by {changedBy}, <Moment at={changedAt} />
          </>
        ) : (
          "Nobody has set them: the desk counts as always open."
        )}
      </p>
      <p className="notice soon empty:hidden" role="status">
        {whenClosed && (
          <>
            {whenClosed.promises === 1
              ? "1 promise ahead is for a time at which the desk is closed: "
              : `${whenClosed.promises} promises ahead are for times at which the desk is closed, the first: `}
            <Moment at={whenClosed.first} />. The opening hours move none; agree on other times in the{" "}
            <Link href="/callbacks">list of callbacks</Link>.
          </>
        )}
      </p>
      <Hours key={changedAt} calendar={calendar} />
    </section>
  );
}

function Hours({ calendar }: { calendar: DeskCalendar | null }) {
  const { mutate, isPending, error } = useSetDeskCalendar();
  const [unread, setUnread] = useState<Error | null>(null);
  const send = (fields: FormData) => {
    const holidays = holidaysOf(String(fields.get("holidays")));
    setUnread(holidays instanceof Error ? holidays : null);
    if (holidays instanceof Error) return;
    const week = DAYS.map((day) => {
      const [opens, closes] = [String(fields.get(`${day} opens`)), String(fields.get(`${day} closes`))];
      return opens === "" && closes === "" ? null : { opens, closes };
    });
    mutate({ timeZone: String(fields.get("timeZone")), week, holidays });
  };
  const shown = calendar?.holidays.map(({ date, name }) => `${date} ${name}`).join("\n");
  return (
    <Form className="panel grid gap-4" onSend={send}>
      <Field label="Time zone of the desk" name="timeZone" defaultValue={calendar?.timeZone ?? ownZone()} required />
      {DAYS.map((day, n) => (
        <Day key={day} day={day} opening={calendar?.week[n] ?? null} />
      ))}
      <p className="text-muted text-small">
        A day without hours is closed. A holiday closes the hours that begin on it.
      </p>
      <label className="grid gap-1 text-small font-semibold">
        Holidays, one on a line
        <textarea
          className="control"
          name="holidays"
          rows={6}
          defaultValue={shown}
          placeholder="2026-12-25 Christmas Day"
        />
      </label>
      <FormButtons>
        <Button isBusy={isPending}>Set opening hours</Button>
        {calendar && (
          <Button type="button" isBusy={isPending} onClick={() => mutate(null)}>
            Always open
          </Button>
        )}
      </FormButtons>
      <Failure error={unread ?? error} />
    </Form>
  );
}

/** The hours that begin on one weekday; those that close no later than they open are shown to end on the next day. */
function Day({ day, opening }: { day: string; opening: { opens: string; closes: string } | null }) {
  const [{ opens, closes }, setHours] = useState(opening ?? { opens: "", closes: "" });
  const isOvernight = opens !== "" && closes !== "" && closes !== "00:00" && closes < opens;
  const field = { className: "control w-32", type: "time" };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="w-full sm:w-28">{day}</span>
      <input
        {...field}
        name={`${day} opens`}
        aria-label={`${day} opens`}
        value={opens}
        onChange={({ target }) => setHours({ opens: target.value, closes })}
      />
      <input
        {...field}
        name={`${day} closes`}
        aria-label={`${day} closes`}
        value={closes}
        onChange={({ target }) => setHours({ opens, closes: target.value })}
      />
      {isOvernight && <span className="text-muted text-small">on {dayAfter(day)}</span>}
    </div>
  );
}

function dayAfter(day: string): string {
  return DAYS[(DAYS.indexOf(day) + 1) % DAYS.length]!;
}
