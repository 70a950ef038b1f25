"use client";
import { useState } from "react";
import { type Definition, type Model, type Priority, useChoices, useStartRun } from "#client/runs";
import { Dialog } from "../_ui/dialog.tsx";
import { Choice, Failure, Field } from "../_ui/form.tsx";
import { counted } from "../_ui/words.ts";
import { goToPlace } from "./address.ts";

/** The key of a form: the form starts one run, however often it is sent. */
const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join("-");

/** Starts a run: asks for a definition, models, and a part of the scenarios. */
export function StartDialog({ onClose }: { onClose: () => void }) {
  const choices = useChoices();
  const { mutate, isPending, error } = useStartRun();
  const [key] = useState(freshKey);
  const [definitionId, setDefinitionId] = useState<string | null>(null);
  const [models, setModels] = useState<readonly string[]>([]);
  const [percentage, setPercentage] = useState("100");
  const [repetitions, setRepetitions] = useState("1");
  const definitions = choices.data?.definitions ?? [];
  const chosen = definitions.find(({ id }) => id === definitionId) ?? definitions[0];
  const send = (fields: FormData) => {
    const maxTokens = String(fields.get("maxTokens")).trim();
    mutate(
      {
        definitionId: chosen?.id ?? "",
        models: [...models],
        samplePercentage: Number(percentage),
        repetitions: Number(repetitions),
        priority: String(fields.get("priority")) as Priority,
        ...(maxTokens !== "" && { maxTokens }),
        idempotencyKey: key,
      },
      { onSuccess: ({ startRun }) => goToPlace({ runId: startRun.run.id }) },
    );
  };
  const toggle = (modelId: string) =>
    setModels(models.includes(modelId) ? models.filter((one) => one !== modelId) : [...models, modelId]);
  return (
    <Dialog
      title="Start a run"
      confirmLabel="Start"
      cancelLabel="Cancel"
      isBusy={isPending || choices.isPending}
      missing={
        chosen === undefined
          ? "There is no definition to run."
          : models.length === 0
            ? "Choose at least one model."
            : null
      }
      error={error}
      onSend={send}
      onClose={onClose}
    >
      <Failure error={choices.error} />
      {choices.isPending && <p className="text-muted">Loading…</p>}
      {choices.data && (
        <>
          <Choice
            label="Definition"
            value={chosen?.id ?? ""}
            onChange={({ target }) => setDefinitionId(target.value)}
            // It may come after the dialog.
            autoFocus
          >
            {definitions.map(({ id, name, scenarioCount }) => (
              <option key={id} value={id}>
                {name}, {scenarioCount} scenarios
              </option>
            ))}
          </Choice>
          {chosen?.description && <p className="m-0 text-muted text-small">{chosen.description}</p>}
          {definitions.length === 0 && (
            <p className="notice soon">
              There is no definition yet. Make one with the mutation createDefinition at /api/graphql.
            </p>
          )}
          <Models models={choices.data.models} chosen={models} onToggle={toggle} />
          <div className="grid grid-cols-2 items-start gap-3">
            <Field
              label="Sample, %"
              name="samplePercentage"
              type="number"
              min={1}
              max={100}
              step="any"
              required
              value={percentage}
              onChange={({ target }) => setPercentage(target.value)}
            />
            <Field
              label="Repetitions"
              name="repetitions"
              type="number"
              min={1}
              max={20}
              required
              value={repetitions}
              onChange={({ target }) => setRepetitions(target.value)}
            />
            <Choice label="Priority" name="priority" defaultValue="NORMAL">
              <option value="LOW">low</option>
              <option value="NORMAL">normal</option>
              <option value="HIGH">high</option>
            </Choice>
            <Field
              label="Budget, tokens"
              name="maxTokens"
              type="number"
              min={1}
              placeholder="none"
              hint="When it is spent, the run pauses; what is running finishes."
            />
          </div>
          <p role="status" className="m-0 text-muted text-small">
            {countText(chosen, models.length, Number(percentage), Number(repetitions))}
          </p>
        </>
      )}
    </Dialog>
  );
}

function Models({
  models,
  chosen,
  onToggle,
}: {
  models: readonly Model[];
  chosen: readonly string[];
  onToggle: (id: string) => void;
}) {
  return (
    <fieldset className="run-models">
      <legend className="text-small font-semibold">Models</legend>
      {models.map(({ modelId, what }) => (
        <label key={modelId}>
          <input type="checkbox" name="models" checked={chosen.includes(modelId)} onChange={() => onToggle(modelId)} />
          <span>
            <strong>{modelId}</strong> <span className="text-muted text-small">{what}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function countText(
  definition: Definition | undefined,
  models: number,
  percentage: number,
  repetitions: number,
): string {
  if (!definition || models === 0) return "Choose at least one model; two or more can be compared.";
  const scenarios = Math.max(1, Math.floor((definition.scenarioCount * Math.round(percentage * 100)) / 10_000));
  const size = [counted(scenarios, "scenario"), counted(models, "model"), counted(repetitions, "time")].join(", ");
  return `${counted(scenarios * models * repetitions, "conversation")}: ${size}.`;
}
