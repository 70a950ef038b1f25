"use client";
import { useState } from "react";
import { useProviders } from "#client/messages";
import { useAddress } from "../_ui/address.ts";
import { Button } from "../_ui/form.tsx";
import { useHold } from "../_ui/live.tsx";
import { Title } from "../_ui/title.tsx";
import { change, goToView, type Place, placeOf, VIEWS } from "./address.ts";
import { ComposeDialog, type Draft } from "./compose-dialog.tsx";
import { Conversations } from "./conversations.tsx";
import { DeadMessages } from "./dead-messages.tsx";
import { Listed } from "./listed.tsx";
import { PausedProviders } from "./paused.tsx";
import { Providers } from "./providers.tsx";
import { Story } from "./story.tsx";
import { Suppressions } from "./suppressions.tsx";

/** Every text and e-mail with the reason for its state, and the actions of a supervisor. The address of the page selects the view. */
export function Messages() {
  const place = placeOf(useAddress());
  const { isHeld, live } = useHold();
  const [draft, setDraft] = useState<Draft | null>(null);
  const { view, messageId } = place;
  // A notice above names a paused provider; the part below comes once that is known, so that it does not move.
  const isBelow = !useProviders(isHeld).isPending;
  return (
    <>
      <Title name="Messages" lead="Texts and e-mails: accepted once, sent once, or shown with the reason why not.">
        {live}
        <Button kind="main" onClick={() => setDraft({})}>
          Write a message…
        </Button>
      </Title>
      <div className="mb-3">
        <fieldset className="segments flex-wrap">
          <legend className="sr-only">Show</legend>
          {VIEWS.map(({ view: one, name }) => (
            <button key={one} type="button" aria-pressed={one === view} onClick={() => goToView(one)}>
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      <PausedProviders isHeld={isHeld} />
      {!isBelow && <p className="panel text-muted">Loading…</p>}
      <div className={!isBelow ? "hidden" : messageId === undefined ? "" : "with-story"}>
        <div className="min-w-0">
          <Shown place={place} isHeld={isHeld} onWrite={setDraft} />
        </div>
        {isBelow && messageId !== undefined && (
          <Story
            key={messageId}
            messageId={messageId}
            isHeld={isHeld}
            onClose={() => change({ id: null })}
            onConversation={(conversation) => goToView("conversations", { conversation, id: messageId })}
          />
        )}
      </div>
      {draft && <ComposeDialog draft={draft} onClose={() => setDraft(null)} />}
    </>
  );
}

function Shown({ place, isHeld, onWrite }: { place: Place; isHeld: boolean; onWrite: (draft: Draft) => void }) {
  const { view, state, channel, group, conversationId, messageId } = place;
  if (view === "conversations")
    return <Conversations conversationId={conversationId} openId={messageId} isHeld={isHeld} onWrite={onWrite} />;
  if (view === "dead") return <DeadMessages group={group} openId={messageId} isHeld={isHeld} />;
  if (view === "suppressions") return <Suppressions isHeld={isHeld} />;
  if (view === "providers") return <Providers isHeld={isHeld} />;
  return (
    <Listed key={view} asked={{ state, channel }} isOutbox={view === "outbox"} openId={messageId} isHeld={isHeld} />
  );
}
