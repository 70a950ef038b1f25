"use client";
import type { Wallboard } from "#client/monitoring";
import { Empty, Panel } from "./panel.tsx";

type Hour = Wallboard["week"][number];

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const SHADES = 4;

/**
 * The hours of the week over the last four weeks: the stronger the colour, the more promises; marked where the target was missed.
 */
export function HeatMap({ week, target }: { week: readonly Hour[]; target: number }) {
  const hours = week.map(({ hour }) => hour);
  const columns = range(Math.min(...hours), Math.max(...hours));
  const most = Math.max(...week.map(({ promised }) => promised));
  return (
    <Panel title="Hours of the week" area="week">
      {week.length === 0 ? (
        <Empty>No promise fell due in the last four weeks. The busy hours show here once some did.</Empty>
      ) : (
        <>
          <table className="wall-heat">
            <caption className="sr-only">Promises of the last four weeks by weekday and hour</caption>
            <thead>
              <tr>
                <td />
                {columns.map((hour) => (
                  <th key={hour} scope="col">
                    <span className={hour % 3 === 0 ? "" : "sr-only"}>{hour}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {DAYS.map((day, index) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  {columns.map((hour) => (
                    <HourCell
                      key={hour}
                      name={`${day} ${hour}:00`}
                      found={week.find((one) => one.weekday === index + 1 && one.hour === hour)}
                      most={most}
                      target={target}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          <p className="muted">
            Last four weeks. The stronger, the more promises; a red mark: fewer than {target} % on time.
          </p>
        </>
      )}
    </Panel>
  );
}

type Props = { name: string; found: Hour | undefined; most: number; target: number };

function HourCell({ name, found, most, target }: Props) {
  if (!found) return <td className="shade-0" title={`${name}: nothing promised`} />;
  const share = Math.floor((found.kept / found.promised) * 1_000) / 10;
  const words = `${found.promised} promised, ${share} % on time`;
  const shade = Math.ceil((found.promised / most) * SHADES);
  return (
    <td className={`shade-${shade} ${share < target ? "is-late" : ""}`} title={`${name}: ${words}`}>
      <span className="sr-only">{words}</span>
    </td>
  );
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
}
