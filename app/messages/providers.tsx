"use client";
import { useState } from "react";
import { type Provider, usePauseProvider, useProviders } from "#client/messages";
import { useDeskClock } from "../_ui/clock.ts";
import { Dialog } from "../_ui/dialog.tsx";
import { Button, Field } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { say } from "../_ui/notices.tsx";
import { pauseOf } from "../_ui/pauses.tsx";
import { When } from "../_ui/when.tsx";
import { SettleDialog } from "./settle-dialog.tsx";
import { providerName } from "./words.ts";

/** The providers: the messages of each, and whether it is paused. The button to resume stands above, where every view shows it. */
export function Providers({ isHeld }: { isHeld: boolean }) {
  const list = useProviders(isHeld);
  const now = useDeskClock();
  const [asking, setAsking] = useState<Provider["transport"] | null>(null);
  const [settling, setSettling] = useState<Provider["transport"] | null>(null);
  const providers = list.data?.providers ?? [];
  return (
    <>
      <Listing
        label="Providers"
        list={list}
        columns={["Provider", "Goes by it", "State", "Actions"]}
        empty="No provider is set up."
      >
        {providers.map(({ transport, channels, isPaused, pausedUntil }) => (
          <tr key={transport} className="*:align-top">
            <td>
              <strong>{providerName(transport)}</strong>
            </td>
            <td>
              {channels.length === 0
                ? "nothing now"
                : channels.map((one) => (one === "sms" ? "texts" : "e-mails")).join(" and ")}
            </td>
            <td>
              {isPaused ? (
                <>
                  <span className="tag soon">paused</span>{" "}
                  {pausedUntil !== null && (
                    <span className="text-muted text-small">
                      until <When at={pausedUntil} now={now} />
                    </span>
                  )}
                </>
              ) : (
                <span className="tag kept">used</span>
              )}
            </td>
            <td>
              {/* A pause without an end can only be ended, above. */}
              {(!isPaused || pausedUntil !== null) && (
                <Button
                  data-counterpart={pauseOf({ scope: "provider", target: transport })}
                  aria-label={`${isPaused ? "Pause longer:" : "Pause"} ${providerName(transport)}`}
                  onClick={() => setAsking(transport)}
                >
                  {isPaused ? "Pause longer…" : "Pause…"}
                </Button>
              )}
              {/* The outbox leaves nothing unsure. */}
              {transport !== "outbox" && (
                <>
                  {" "}
                  <Button
                    aria-label={`Settle unsure messages: ${providerName(transport)}`}
                    onClick={() => setSettling(transport)}
                  >
                    Settle unsure messages…
                  </Button>
                </>
              )}
            </td>
          </tr>
        ))}
      </Listing>
      <p className="text-muted text-small">
        A provider that says that it has too much is left alone for as long as it asks. One at which our credentials or
        our reputation are at fault is paused until somebody resumes it. One that leaves three messages in a row unsure
        is paused for minutes; then one message tries it while the others wait.
      </p>
      {settling && <SettleDialog transport={settling} now={now} onClose={() => setSettling(null)} />}
      {asking && <PauseDialog transport={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function PauseDialog({ transport, onClose }: { transport: Provider["transport"]; onClose: () => void }) {
  const { mutate, isPending, error } = usePauseProvider();
  const send = (fields: FormData) => {
    const text = (name: string) => String(fields.get(name)).trim();
    const until = text("until");
    mutate(
      { transport, why: text("why"), ...(until !== "" && { until: new Date(until).toISOString() }) },
      {
        onSuccess({ message }) {
          say(message);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={`Pause ${providerName(transport).replace(/^The /, "the ")}`}
      confirmLabel="Pause"
      isBusy={isPending}
      error={error}
      onSend={send}
      onClose={onClose}
    >
      <p>What is accepted meanwhile waits and keeps its order; what is being sent finishes.</p>
      <Field
        label="Why"
        name="why"
        maxLength={500}
        placeholder="incident at the provider"
        autoComplete="off"
        required
      />
      <Field
        label="Until"
        name="until"
        type="datetime-local"
        hint="It goes on by itself then. Empty: until somebody resumes it."
      />
    </Dialog>
  );
}
