"use client";
import dynamic from "next/dynamic";
import { type Column, QUARTER_MS, quartersOf, type Series } from "./series.ts";
import { hourOf } from "./words.ts";

type Props<R> = {
  label: string;
  unit: string;
  rows: readonly R[];
  series: readonly Series<R>[];
  /** The server's time, in milliseconds. */
  now: number;
  /** A line not to be crossed. */
  limit?: number;
};

// Only this screen pays for the library, and only once it has something to draw.
const Bars = dynamic(() => import("./bars.tsx"), { ssr: false, loading: () => <div className="wall-chart" /> });

/** Bars by quarter hour, from the first row to now or the last; the same as a table for those who do not see them. */
export function Chart<R extends { at: string }>({ label, unit, rows, series, now, limit }: Props<R>) {
  const columns = quartersOf(rows, now).map((at) => columnOf(at, rows, series));
  const shapes = series.map(({ name, fill, stack }) => ({ name, fill, stack }));
  return (
    <>
      <div aria-hidden="true">
        <Bars columns={columns} series={shapes} unit={unit} limit={limit} now={hourOf(now - (now % QUARTER_MS))} />
      </div>
      <div className="sr-only">
        <table>
          <caption>
            {label}
            {unit && `, ${unit}`}
          </caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {series.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.at}>
                <th scope="row">{hourOf(row.at)}</th>
                {series.map(({ name, value, isLate }) => (
                  <td key={name}>
                    {value(row)} {isLate?.(row) && "late"}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function columnOf<R extends { at: string }>(at: number, rows: readonly R[], series: readonly Series<R>[]): Column {
  const row = rows.find((one) => Date.parse(one.at) === at);
  return {
    at: hourOf(at),
    values: Object.fromEntries(series.map(({ name, value }) => [name, row ? value(row) : null])),
    late: row ? series.filter(({ isLate }) => isLate?.(row)).map(({ name }) => name) : [],
  };
}
