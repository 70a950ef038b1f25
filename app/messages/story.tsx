"use client";
import { Figure } from "../_ui/figure.tsx";
import { type MessageStory, useMessage, useReleaseMessage, useSettleMessage } from "#client/messages";
import { useDeskClock } from "../_ui/clock.ts";
import { Button, Failure } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { Until } from "../_ui/times.tsx";
import { useWayBack } from "../_ui/use-way-back.ts";
import { When } from "../_ui/when.tsx";
import { rowId } from "./address.ts";
import { DeadActions } from "./dead-actions.tsx";
import { StateTag } from "./state-tag.tsx";
import { Reports, Timeline } from "./timeline.tsx";
import { kindText, providerName, whoText } from "./words.ts";

type Props = {
  messageId: string;
  isHeld: boolean;
  onClose: () => void;
  onConversation: (conversationId: string) => void;
};

/** One message: its text, the reason for its state, the possible actions, and all of its events. */
export function Story({ messageId, isHeld, onClose, onConversation }: Props) {
  const { data, error, isPending } = useMessage(messageId, isHeld);
  const { way, back } = useWayBack(rowId(messageId));
  const close = () => {
    onClose();
    back();
  };
  return (
    <section aria-label="Message" className="panel story order-first lg:order-none">
      <div className="flex items-start justify-between gap-3">
        <p className="small-caps">{data?.direction === "in" ? "Message received" : "Message"}</p>
        <Button ref={way} onClick={close} aria-label="Close the message">
          Close
        </Button>
      </div>
      {isPending && <p className="text-muted">Loading…</p>}
      <Failure error={error} />
      {data && <Known message={data} onConversation={onConversation} />}
    </section>
  );
}

function Known({ message, onConversation }: { message: MessageStory } & Pick<Props, "onConversation">) {
  const { state, why, spacedFrom, spacedTo, direction, subject, body, conversationId } = message;
  const address = direction === "in" ? spacedFrom : spacedTo;
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
        <h2 className="big min-w-0 wrap-anywhere">{whoText(message)}</h2>
        <StateTag state={state} />
      </div>
      {address !== null && address !== whoText(message) && (
        <p className="mb-2 text-muted text-small wrap-anywhere">{address}</p>
      )}
      {body !== null && (
        <div className="run-talk">
          <p className={direction === "in" ? "run-asked" : "run-answered"}>
            {subject !== null && (
              <>
                <strong>{subject}</strong>
                {"\n"}
              </>
            )}
            {body}
          </p>
        </div>
      )}
      <p className="text-muted text-small wrap-anywhere">
        {kindText(message)}
        {spacedFrom !== null && direction === "out" && ` · from ${spacedFrom}`}
        {conversationId !== null && (
          <>
            {" · "}
            <button type="button" className="plain-button" onClick={() => onConversation(conversationId)}>
              its conversation
            </button>
          </>
        )}
      </p>
      <p className="wrap-anywhere">
        <span className="sr-only">Why: </span>
        {why}
      </p>
      <Unsure message={message} />
      <Held message={message} />
      <DeadActions message={message} />
      <Figures message={message} />
      <h3 className="small-caps mt-5">History</h3>
      <Timeline message={message} />
      <Reports reports={message.reports} />
    </>
  );
}

/** Asks a person whether an unsure message arrived, because Ringback cannot find out; nothing is sent a second time without that. */
function Unsure({ message: { id, state, transport, nextAttemptAt, expiresAt } }: { message: MessageStory }) {
  const { mutate, isPending, error } = useSettleMessage();
  const now = useDeskClock();
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= now;
  if (state !== "unsure") return null;
  const settle = (arrived: boolean) => mutate({ id, arrived }, { onSuccess: ({ message }) => say(message) });
  return (
    <div className="notice soon">
      <p>
        <strong>Did it arrive?</strong> Nothing is sent twice by itself.
        {nextAttemptAt !== null && transport !== "smtp" && (
          <>
            {" "}
            The provider is asked <Until at={nextAttemptAt} before="in " over="now" />.
          </>
        )}
        {isOver && " Its time has passed: it is not sent again."}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button isBusy={isPending} onClick={() => settle(true)}>
          It arrived
        </Button>
        <Button isBusy={isPending} onClick={() => settle(false)}>
          {isOver ? "It did not arrive" : "It did not arrive: send again"}
        </Button>
      </div>
      <Failure error={error} />
    </div>
  );
}

function Held({ message: { id, state, heldUntil, expiresAt } }: { message: MessageStory }) {
  const { mutate, isPending, error } = useReleaseMessage();
  const now = useDeskClock();
  if (state !== "held") return null;
  return (
    <div className="notice soon">
      <p>
        <strong>
          Held
          {heldUntil !== null && (
            <>
              {" "}
              until <When at={heldUntil} now={now} />
            </>
          )}
          .
        </strong>{" "}
        {heldUntil !== null && expiresAt !== null && expiresAt <= heldUntil
          ? "It expires before then: it is sent only if you release it."
          : "It goes out by itself then."}
      </p>
      <div className="mt-2">
        <Button isBusy={isPending} onClick={() => mutate(id, { onSuccess: ({ message }) => say(message) })}>
          Release it now
        </Button>
      </div>
      <Failure error={error} />
    </div>
  );
}

function Figures({ message }: { message: MessageStory }) {
  const now = useDeskClock();
  const { attempts, transport, providerId, errorClass, errorCode, sendAfter, expiresAt, handedOverAt } = message;
  return (
    <dl className="figures">
      <Figure name="accepted">
        <When at={message.acceptedAt} now={now} />
      </Figure>
      <Figure name={attempts === 1 ? "attempt" : "attempts"}>{attempts}</Figure>
      {transport !== null && <Figure name="provider">{providerName(transport)}</Figure>}
      {handedOverAt !== null && (
        <Figure name="sent">
          <When at={handedOverAt} now={now} />
        </Figure>
      )}
      {sendAfter !== null && (
        <Figure name="not before">
          <When at={sendAfter} now={now} />
        </Figure>
      )}
      {expiresAt !== null && (
        <Figure name="not after">
          <When at={expiresAt} now={now} />
        </Figure>
      )}
      {errorCode !== null && <Figure name="last error">{`${errorClass ?? ""} ${errorCode}`.trim()}</Figure>}
      {providerId !== null && transport !== "outbox" && <Figure name="name at the provider">{providerId}</Figure>}
    </dl>
  );
}
