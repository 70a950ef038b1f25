"use client";
import { Bar, BarChart, ResponsiveContainer, Scatter, ScatterChart, Symbols, Tooltip, XAxis, YAxis } from "recharts";
import type { Deep, Figures } from "#client/runs";
import { classesOf, type Measure, modelsOf } from "./measures.ts";
import { Columns } from "../_ui/columns.tsx";

/** The colour and shape of each model, so that they also differ without colours. */
const LOOKS = [
  { fill: "var(--accent)", shape: "circle" },
  { fill: "var(--soon)", shape: "square" },
  { fill: "var(--kept)", shape: "triangle" },
  { fill: "var(--late)", shape: "diamond" },
  { fill: "var(--muted)", shape: "star" },
  { fill: "var(--accepted)", shape: "cross" },
] as const;
const lookOf = (place: number) => LOOKS[place % LOOKS.length]!;

/** The marks are drawn as the points are, since not every machine has a font with such characters. */
function Legend({ models }: { models: readonly string[] }) {
  return (
    <ul className="run-legend">
      {models.map((model, place) => {
        const { fill, shape } = lookOf(place);
        return (
          <li key={model}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <Symbols cx={8} cy={8} size={72} type={shape} fill={fill} />
            </svg>
            {model}
          </li>
        );
      })}
    </ul>
  );
}

type Cells = readonly (Figures & { scenarioId: string })[];

/** The distribution of each model's scenarios; also as a table for people who do not see the chart. */
export function Distribution({ cells, measure }: { cells: Cells; measure: Measure }) {
  const models = modelsOf(cells);
  const classes = classesOf(cells, measure).map(({ from, until, counts }) => ({
    name: from === until ? measure.text(from) : `${measure.text(from)} to ${measure.text(until)}`,
    counts,
  }));
  if (classes.length === 0) return <p className="m-0 text-muted">Nothing of this is known.</p>;
  return (
    <>
      <div aria-hidden="true" className="run-chart">
        <ResponsiveContainer width="100%" height="100%">
          <BarChart data={classes} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <XAxis dataKey="name" interval="equidistantPreserveStart" tickLine={false} axisLine={false} />
            <YAxis width="auto" allowDecimals={false} tickLine={false} axisLine={false} tickCount={4} />
            <Tooltip isAnimationActive={false} cursor={{ fill: "var(--line)", opacity: 0.5 }} content={<Exact />} />
            {models.map((model, place) => (
              <Bar
                key={model}
                name={model}
                dataKey={(one: (typeof classes)[number]) => one.counts[model] ?? 0}
                fill={lookOf(place).fill}
                radius={2}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <Legend models={models} />
      {/* A hidden table keeps the width of its cells and would widen the page; a hidden box does not. */}
      <div className="sr-only">
        <table>
          <caption>Scenarios by {measure.label} and model</caption>
          <Columns names={[measure.label, ...models]} />
          <tbody>
            {classes.map(({ name, counts }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {models.map((model) => (
                  <td key={model}>{counts[model] ?? 0}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

type Pca = NonNullable<Deep["result"]>["pca"];

/** Each conversation as a point: similar conversations lie close to each other. */
export function PcaScatter({ pca: { points, explained } }: { pca: Pca }) {
  const models = [...new Set(points.map(({ modelId }) => modelId))].sort();
  const share = (place: number) => `${Math.round((explained[place] ?? 0) * 100)} %`;
  return (
    <>
      <div aria-hidden="true" className="run-chart run-scatter">
        <ResponsiveContainer width="100%" height="100%">
          <ScatterChart margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <XAxis type="number" dataKey="x" tickLine={false} axisLine={false} tickCount={5} tickFormatter={rounded} />
            <YAxis
              type="number"
              dataKey="y"
              width="auto"
              tickLine={false}
              axisLine={false}
              tickCount={5}
              tickFormatter={rounded}
            />
            <Tooltip isAnimationActive={false} cursor={false} content={<Point />} />
            {models.map((model, place) => (
              <Scatter
                key={model}
                name={model}
                data={points.filter(({ modelId }) => modelId === model)}
                fill={lookOf(place).fill}
                fillOpacity={0.75}
                shape={lookOf(place).shape}
                isAnimationActive={false}
              />
            ))}
          </ScatterChart>
        </ResponsiveContainer>
      </div>
      <Legend models={models} />
      <p className="m-0 text-muted text-small">
        Each point is a conversation; close points were alike. Across: {share(0)} of what differs, upwards: {share(1)}.
        {points.length >= 500 && " The first 500 conversations."}
      </p>
    </>
  );
}

const rounded = (value: number) => String(Math.round(value * 10) / 10);

type Shown = { active?: boolean; label?: string; payload?: { name: string; value: number }[] };

function Exact({ active, label, payload = [] }: Shown) {
  if (!active) return null;
  return (
    <div className="panel run-exact">
      <strong>{label}</strong>
      {payload.map(({ name, value }) => (
        <div key={name}>
          {name}: {value}
        </div>
      ))}
    </div>
  );
}

function Point({ active, payload = [] }: { active?: boolean; payload?: { payload?: Pca["points"][number] }[] }) {
  const point = payload[0]?.payload;
  if (!active || !point) return null;
  return (
    <div className="panel run-exact">
      <strong>{point.modelId}</strong>
      <div>{point.scenarioId}</div>
    </div>
  );
}
