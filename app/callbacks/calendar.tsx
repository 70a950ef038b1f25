"use client";
import { useState } from "react";
import { type CallbackAsk, useCalendar } from "#client/callbacks";
import { Button, Failure } from "../_ui/form.tsx";
import { countByHour, type Day, hourOf, hoursShown, weekOf } from "./week.ts";

type Props = { asked: CallbackAsk; now: number; onHour: (from: string, to: string) => void };

/** A week of promises, days by hours on the reader's clock. An hour leads to its list. */
export function Calendar({ asked, now, onHour }: Props) {
  const [ahead, setAhead] = useState(0);
  const days = weekOf(now, ahead);
  const [from, to] = [days[0]!.start.toISOString(), days[6]!.end.toISOString()];
  const { data, error, isPending, refetch } = useCalendar({ ...asked, from, to });
  const counts = countByHour(data?.quarters ?? []);
  const total = [...counts.values()].reduce((sum, { callbacks }) => sum + callbacks, 0);
  return (
    <div className="panel">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Button onClick={() => setAhead(ahead - 1)}>Week before</Button>
        <Button onClick={() => setAhead(0)} disabled={ahead === 0}>
          This week
        </Button>
        <Button onClick={() => setAhead(ahead + 1)}>Week after</Button>
        <span className="text-muted text-small">
          {isPending
            ? "Loading…"
            : `${days[0]!.name} to ${days[6]!.name}: ${total === 0 ? "nothing that fits" : `${total} promised`}`}
        </span>
      </div>
      <Failure error={error} />
      {error && <Button onClick={() => void refetch()}>Try again</Button>}
      <table className="week">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">Hour</span>
            </th>
            {days.map((day) => (
              <th key={day.name} scope="col" aria-current={day.isToday ? "date" : undefined}>
                {day.isToday ? "Today" : day.weekday}{" "}
                <div className={day.isToday ? "text-accent" : ""}>{day.start.getDate()}</div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hoursShown(counts).map((hour) => (
            <tr key={hour}>
              <th scope="row">{`${String(hour).padStart(2, "0")}:00`}</th>
              {days.map((day) => (
                <Hour key={day.name} day={day} hour={hour} counts={counts} onHour={onHour} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type HourProps = Pick<Props, "onHour"> & { day: Day; hour: number; counts: ReturnType<typeof countByHour> };

function Hour({ day, hour, counts, onHour }: HourProps) {
  const { from, to } = hourOf(day, hour);
  const count = counts.get(from.getTime());
  if (!count) return <td />;
  const late = count.late > 0 ? `, ${count.late} late` : "";
  return (
    <td>
      <button
        type="button"
        className={count.late > 0 ? "late" : "accepted"}
        title={`${count.callbacks} promised${late}`}
        aria-label={`${day.name}, ${hour}:00: ${count.callbacks} promised${late}`}
        onClick={() => onHour(from.toISOString(), to.toISOString())}
      >
        {count.late < count.callbacks && count.callbacks}
        {count.late > 0 && <span className="block text-tiny">{count.late} late</span>}
      </button>
    </td>
  );
}
