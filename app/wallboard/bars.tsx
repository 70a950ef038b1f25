"use client";
import { Bar, BarChart, Cell, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { Column, Series } from "./series.ts";

type Shape = Pick<Series<never>, "name" | "fill"> & { stack?: string | undefined };
type Props = {
  columns: readonly Column[];
  series: readonly Shape[];
  unit: string;
  limit?: number | undefined;
  now: string;
};

/** The bars of a chart, without animation. Loaded when there is something to draw. */
export default function Bars({ columns, series, unit, limit, now }: Props) {
  // Its word stands above the bars, which may be as high as the chart.
  const hasNow = columns.at(-1)?.at !== now;
  return (
    <div className="wall-chart">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={[...columns]}
          margin={{ top: hasNow ? 20 : 8, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="12%"
          accessibilityLayer={false}
        >
          <XAxis dataKey="at" ticks={hoursOf(columns)} interval="preserveStartEnd" tickLine={false} axisLine={false} />
          <YAxis
            width="auto"
            allowDecimals={false}
            tickLine={false}
            axisLine={false}
            unit={unit && ` ${unit}`}
            tickCount={3}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: "var(--line)", opacity: 0.5 }}
            content={<Exact unit={unit} />}
          />
          {limit !== undefined && <ReferenceLine y={limit} stroke="var(--muted)" strokeDasharray="4 4" />}
          {hasNow && (
            <ReferenceLine
              x={now}
              stroke="var(--muted)"
              strokeDasharray="2 3"
              label={{ value: "now", position: "top" }}
            />
          )}
          {series.map(({ name, fill, stack }) => (
            <Bar
              key={name}
              name={name}
              dataKey={(column: Column) => column.values[name]}
              fill={fill}
              stroke="var(--panel)"
              strokeWidth={stack ? 1 : 0}
              radius={2}
              isAnimationActive={false}
              minPointSize={stack ? 0 : 2}
              {...(stack && { stackId: stack })}
            >
              {columns.map(({ at, late }) => (
                <Cell key={at} fill={late.includes(name) ? "var(--late)" : fill} />
              ))}
            </Bar>
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** Full hours, as many as fit beside each other. */
function hoursOf(columns: readonly Column[]): string[] {
  const hours = columns.map(({ at }) => at).filter((at) => at.endsWith(":00"));
  const step = Math.ceil(hours.length / 6);
  return hours.filter((_, index) => index % step === 0);
}

type Shown = { active?: boolean; label?: string; payload?: { name: string; value: number | null }[]; unit: string };

function Exact({ active, label, payload = [], unit }: Shown) {
  if (!active) return null;
  return (
    <div className="panel wall-exact">
      <strong>{label}</strong>
      {payload.map(({ name, value }) => (
        <div key={name}>
          {name}: {value ?? "–"} {value !== null && unit}
        </div>
      ))}
    </div>
  );
}
