"use client";
import { useState } from "react";
import { SCOPES, useMakeKey } from "#client/access";
import { Button, Failure, Field, Form, FormButtons } from "../_ui/form.tsx";
import { scopeWords } from "./scope-words.ts";

/** The scopes of a key, grouped by resource. */
const RESOURCES = [...Map.groupBy(SCOPES, (scope) => scope.replace(/:.*/, ""))];

/** Creates a key with some scopes. */
export function KeyForm({ onMade }: { onMade: (key: string) => void }) {
  const { mutate, isPending, error, data } = useMakeKey();
  const [isWithoutScope, setWithoutScope] = useState(false);
  const send = (fields: FormData) => {
    setWithoutScope(fields.getAll("scopes").length === 0);
    if (fields.getAll("scopes").length === 0) return;
    mutate(
      { name: String(fields.get("name")), scopes: SCOPES.filter((scope) => fields.getAll("scopes").includes(scope)) },
      { onSuccess: ({ key }) => onMade(key) },
    );
  };
  return (
    <Form key={data?.id} className="panel grid max-w-form gap-4" onSend={send}>
      <Field
        label="Name"
        hint="The system it is for, so that others know what stops when it is revoked."
        name="name"
        autoComplete="off"
        maxLength={100}
        required
      />
      <fieldset className="grid gap-2">
        <legend className="mb-1 font-semibold text-small">It may</legend>
        {RESOURCES.map(([resource, scopes]) => (
          <div key={resource} className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,2fr)] gap-x-2 text-small">
            <span>{resource.replaceAll("-", " ")}</span>
            {["read", "write"].map((what) => {
              const scope = scopes.find((one) => one.endsWith(what));
              return scope ? (
                <label key={what} className="flex items-center gap-2">
                  <input type="checkbox" name="scopes" value={scope} aria-label={scopeWords(scope)} />
                  {what}
                </label>
              ) : (
                <span key={what} />
              );
            })}
          </div>
        ))}
      </fieldset>
      <Failure error={isWithoutScope ? new Error("Choose at least one thing that the key may do.") : error} />
      <FormButtons>
        <Button kind="main" isBusy={isPending}>
          Make the key
        </Button>
      </FormButtons>
    </Form>
  );
}
