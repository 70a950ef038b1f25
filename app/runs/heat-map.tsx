import type { Figures } from "#client/runs";
import { Columns } from "../_ui/columns.tsx";
import { Scrolls } from "../_ui/scrolls.tsx";
import { type Measure, modelsOf, widest } from "./measures.ts";

type Props = { cells: readonly (Figures & { scenarioId: string })[]; measure: Measure };

const MAX_SHOWN = 60;
const SHADES = 5;

/** Each model in each scenario: a stronger colour is a larger value. The scenarios in which the models differ most come first. */
export function HeatMap({ cells, measure }: Props) {
  const models = modelsOf(cells);
  const scenarios = widest(cells, measure, MAX_SHOWN);
  const all = new Set(cells.map(({ scenarioId }) => scenarioId)).size;
  const values = cells.flatMap((cell) => measure.of(cell) ?? []);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const byCell = new Map(cells.map((cell) => [`${cell.scenarioId} ${cell.modelId}`, cell]));
  return (
    <>
      <Scrolls label="Models and scenarios">
        <table className="run-heat">
          <caption className="sr-only">{measure.label} by scenario and model</caption>
          <Columns names={["Scenario", ...models]} />
          <tbody>
            {scenarios.map((scenario) => (
              <tr key={scenario}>
                <th scope="row">{scenario}</th>
                {models.map((model) => {
                  const cell = byCell.get(`${scenario} ${model}`);
                  const value = cell ? measure.of(cell) : null;
                  if (!cell || value === null) return <td key={model}>–</td>;
                  const shade = most === 0 ? 0 : Math.round((value / most) * SHADES);
                  return (
                    <td key={model} className={`run-shade-${shade}`}>
                      {measure.text(value)}
                      {cell.failed > 0 && <span className="run-mark"> {cell.failed} failed</span>}
                      {cell.refused > 0 && <span className="run-mark"> {cell.refused} refused</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
      <p className="mt-2 mb-0 text-muted text-small">
        The stronger the colour, the more.
        {all > scenarios.length && ` ${scenarios.length} of ${all} scenarios: those in which the models differ most.`}
      </p>
    </>
  );
}
