"use client";
import { createContext, type ReactNode, useContext } from "react";
import { queueName } from "#client/call-queue";

type Names = Readonly<Record<string, string>>;
const Given = createContext<Names>({});

/** Carries the names that supervisors gave to queues to every part of the page. */
export function NamesOfQueues({ names, children }: { names: Names; children: ReactNode }) {
  return <Given value={names}>{children}</Given>;
}

/** The display name of the queue of a type. */
export function useQueueName(): (type: string) => string {
  const names = useContext(Given);
  return (type) => queueName(type, names);
}
