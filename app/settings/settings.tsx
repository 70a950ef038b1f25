"use client";
import { type Setting, useChangeSetting, useSettings } from "#client/settings";
import { Button, Failure, Form } from "../_ui/form.tsx";
import { Moment } from "../_ui/moment.tsx";

/** Every limit with its meaning, its value, and who set it. */
export function Settings() {
  const { data, error, isPending } = useSettings();
  if (isPending) return <p className="panel text-muted">Loading…</p>;
  return (
    <>
      <Failure error={data ? null : error} />
      {data?.settings.map((setting) => (
        <Limit key={`${setting.name} ${setting.value}`} {...setting} />
      ))}
    </>
  );
}

function Limit({ name, meaning, min, max, value, changedBy, changedAt }: Setting) {
  const { mutate, isPending, error } = useChangeSetting();
  return (
    <Form
      className="panel flex flex-wrap items-center gap-4"
      onSend={(fields) => mutate({ name, value: Number(fields.get("value")) })}
    >
      <label htmlFor={name} className="min-w-60 flex-1">
        {meaning}
        <span className="block text-muted text-small">
          {changedBy && changedAt ? (
            <>
              Set by {changedBy}, <Moment at={changedAt} />
            </>
          ) : (
            "As the environment says"
          )}
        </span>
      </label>
      <input
        id={name}
        name="value"
        className="control w-28"
        type="number"
        min={min}
        max={max}
        defaultValue={value}
        required
      />
      <Button isBusy={isPending}>Set</Button>
      {changedBy && (
        <Button type="button" isBusy={isPending} onClick={() => mutate({ name, value: null })}>
          Reset
        </Button>
      )}
      <Failure error={error} />
    </Form>
  );
}
