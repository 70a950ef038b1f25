import type { ShownCallback } from "#client/callbacks";

type Props = { callback: Pick<ShownCallback, "agentName" | "isHeld"> };

/** The agent who has a callback; as long as nobody has it, the agent it was asked for. */
export function With({ callback }: Props) {
  return callback.isHeld ? callback.agentName : <span className="text-muted">{withWords(callback)}</span>;
}

/** The same as text: "Maya Lindqvist", "asked for Maya Lindqvist" or "nobody yet". */
export function withWords({ agentName, isHeld }: Props["callback"]): string {
  if (agentName === null) return "nobody yet";
  return isHeld ? agentName : `asked for ${agentName}`;
}
