"use client";
import { memo, type ReactNode, useCallback, useState } from "react";
import { RUN_STATUSES, type RunStatus, type ShownRun, useRuns } from "#client/runs";
import { useDayClock } from "../_ui/clock.ts";
import { whoWords } from "../_ui/event-words.ts";
import { Button, Choice } from "../_ui/form.tsx";
import { Fresh } from "../_ui/fresh.tsx";
import { Listing } from "../_ui/listing.tsx";
import { Title } from "../_ui/title.tsx";
import { useSteady } from "../_ui/use-steady.ts";
import { When } from "../_ui/when.tsx";
import { addressOf, goToPlace } from "./address.ts";
import { Bar } from "./bar.tsx";
import { StartDialog } from "./start-dialog.tsx";
import { Status } from "./status.tsx";
import { Steer } from "./steer.tsx";
import { progressText, sizeText } from "./words.ts";

type Props = { status: RunStatus | undefined; isHeld: boolean; live: ReactNode };

/** Every run with its progress. Here people start runs, and choose two to compare. */
export function RunList({ status, isHeld, live }: Props) {
  const list = useRuns(status, isHeld);
  const [isStarting, setStarting] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const all: ShownRun[] = list.data?.pages.flatMap(({ runs }) => runs) ?? [];
  const what = JSON.stringify([status, list.isPlaceholderData, list.data?.pages.length]);
  const { shown, fresh, refresh, hold } = useSteady(all, ({ id }) => id, what);
  // A third choice replaces the first.
  const choose = useCallback(
    (id: string) =>
      setChosen((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id].slice(-2))),
    [],
  );
  const [a, b] = [...chosen].sort((left, right) => Number(left) - Number(right));
  return (
    <>
      <Title
        name="Runs"
        lead="Models are put to the scenarios of a definition, to see how each behaves before customers meet it."
      >
        {live}
        <Button kind="main" onClick={() => setStarting(true)}>
          Start a run…
        </Button>
      </Title>
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <div className="w-44">
          <Choice
            label="Status"
            value={status ?? ""}
            onChange={({ target }) => goToPlace({ status: RUN_STATUSES.find((one) => one === target.value) })}
          >
            <option value="">any</option>
            {RUN_STATUSES.map((one) => (
              <option key={one} value={one}>
                {one.toLowerCase()}
              </option>
            ))}
          </Choice>
        </div>
      </div>
      <div {...hold}>
        <Fresh fresh={fresh} refresh={refresh} />
        <Listing
          label="Runs"
          list={list}
          columns={["Compare", "Run", "Status", "Progress", "Started", "Actions"]}
          empty={
            status
              ? `No run is ${status.toLowerCase()}.`
              : "No run yet. Start one: the definition “Difficult calls” and three models that begin with mock/ need no key."
          }
        >
          {shown.map((run) => (
            <Row key={run.id} run={run} isChosen={chosen.includes(run.id)} onChoose={choose} />
          ))}
        </Listing>
      </div>
      {chosen.length > 0 && (
        <div className="panel tray">
          <span>{chosen.length === 1 ? `Run ${a}: choose another one to compare it with.` : `Runs ${a} and ${b}`}</span>
          <Button kind="main" disabled={b === undefined} onClick={() => goToPlace({ runId: a, otherId: b })}>
            Compare
          </Button>
          <Button onClick={() => setChosen([])}>Choose none</Button>
        </div>
      )}
      {isStarting && <StartDialog onClose={() => setStarting(false)} />}
    </>
  );
}

type RowProps = { run: ShownRun; isChosen: boolean; onChoose: (id: string) => void };

/** There may be a thousand rows, so each is drawn again only when it changes. */
const Row = memo(function Row({ run, isChosen, onChoose }: RowProps) {
  const now = useDayClock();
  const { id, definitionName, progress, createdAt, createdBy } = run;
  const name = `run ${id}, ${definitionName}`;
  return (
    <tr className="at-top">
      <td>
        <input type="checkbox" aria-label={`Compare ${name}`} checked={isChosen} onChange={() => onChoose(id)} />
      </td>
      <td>
        <a
          href={addressOf({ runId: id })}
          className="font-semibold wrap-anywhere"
          aria-label={`${definitionName}, run ${id}`}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            goToPlace({ runId: id });
          }}
        >
          {definitionName}
        </a>
        <div className="text-muted text-small wrap-anywhere">
          run {id}: {sizeText(run)}
        </div>
      </td>
      <td>
        <Status run={run} />
      </td>
      <td className="run-progress">
        <Bar of={progress} label={`Progress of ${name}`} />
        <span className="text-muted text-small">{progressText(progress)}</span>
      </td>
      <td>
        <When at={createdAt} now={now} />
        <div className="text-muted text-small">{whoWords(createdBy)}</div>
      </td>
      <td>
        <Steer run={run} />
      </td>
    </tr>
  );
});
