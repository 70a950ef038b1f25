"use client";
import { useState } from "react";
import { type ApiKey, useRevokeKey } from "#client/access";
import { Button, Failure } from "../_ui/form.tsx";
import { Moment } from "../_ui/moment.tsx";
import { scopeWords } from "./scope-words.ts";

/** One key. Revoking needs a confirmation, because it cannot be undone. */
export function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { id, name, hint, scopes, createdAt, lastUsedAt, revokedAt } = apiKey;
  const { mutate, isPending, error } = useRevokeKey();
  const [isAsking, setAsking] = useState(false);
  return (
    <tr>
      <td>{name}</td>
      <td>
        <code>{hint}…</code>
      </td>
      <td>{scopes.map(scopeWords).join(", ")}</td>
      <td>
        <Moment at={createdAt} />
      </td>
      <td>{lastUsedAt ? <Moment at={lastUsedAt} /> : "never"}</td>
      <td>
        {revokedAt ? (
          <span className="tag late">
            Revoked <Moment at={revokedAt} />
          </span>
        ) : isAsking ? (
          <div className="flex flex-wrap justify-end gap-2">
            <Button kind="danger" isBusy={isPending} onClick={() => mutate(id)} autoFocus>
              Revoke for good
            </Button>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
          </div>
        ) : (
          <div className="flex justify-end">
            <Button onClick={() => setAsking(true)} aria-label={`Revoke ${name}`}>
              Revoke
            </Button>
          </div>
        )}
        <Failure error={error} />
      </td>
    </tr>
  );
}
