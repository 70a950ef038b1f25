"use client";
import { type Setting, useChangeSetting, useSettings } from "#client/settings";
import { Button, Failure, Form, FormButtons } from "../_ui/form.tsx";
import { Moment } from "../_ui/moment.tsx";

/** The groups of the screen by the names of their limits; limits without a group come last. */
const GROUPS: readonly [group: string, of: RegExp][] = [
  ["When an agent is away", /Grace/],
  ["Offers", /^(offerMinutes|acceptedMinutes|agentCallbackCap)$/],
  ["What one agent may do", /^(snoozeLimit|agent.*PerHour)$/],
  ["When people are called", /^(decentHours|askedTolerance)/],
  ["Attempts and results", /./],
];

function groupsOf(settings: readonly Setting[]): [string, Setting[]][] {
  const of = ({ name }: Setting) => GROUPS.find(([, names]) => names.test(name))![0];
  return [...Map.groupBy(settings, of)];
}

/** Every limit with its meaning, which names its unit, its value, and who set it. */
export function Settings() {
  const { data, error, isPending } = useSettings();
  // The limits fill a screen, so that the parts below do not move when they are loaded.
  if (isPending) return <p className="panel text-muted min-h-screen">Loading…</p>;
  return (
    <>
      <Failure error={data ? null : error} />
      {data &&
        groupsOf(data.settings).map(([group, settings]) => (
          <section key={group} className="panel settings" aria-label={group}>
            <h2>{group}</h2>
            {settings.map((setting) => (
              <Limit key={`${setting.name} ${setting.value}`} {...setting} />
            ))}
          </section>
        ))}
    </>
  );
}

function Limit({ name, meaning, min, max, value, changedBy, changedAt }: Setting) {
  const { mutate, isPending, error } = useChangeSetting();
  return (
    <Form className="limit" onSend={(fields) => mutate({ name, value: Number(fields.get("value")) })}>
      <label htmlFor={name} className="min-w-60 flex-1">
        {meaning}
        <span className="block text-muted text-small">
          {changedBy && changedAt ? (
            <>
              Set by {changedBy}, <Moment at={changedAt} />
            </>
          ) : (
            "Default"
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
      <FormButtons>
        <Button isBusy={isPending}>Set</Button>
        {changedBy && (
          <Button type="button" isBusy={isPending} onClick={() => mutate({ name, value: null })}>
            Reset
          </Button>
        )}
      </FormButtons>
      <Failure error={error} />
    </Form>
  );
}
