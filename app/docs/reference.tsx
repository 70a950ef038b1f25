"use client";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { ask } from "#lib/browser/api";
import type { DocumentedOperation, OpenApi } from "#lib/http/openapi";
import { Copy } from "../_ui/copy.tsx";
import { fieldsOf } from "./fields";
import { Operation } from "./operation";
import { walk } from "./walk";

export type Listed = { id: string; method: string; path: string; summary: string };
export type Section = { name: string; about: string; operations: Listed[] };

/** The origin of this page, for commands that are copied from it. The server does not know it. */
function useOrigin(): string {
  return useSyncExternalStore(
    () => () => {},
    () => location.origin,
    () => "http://localhost:3000",
  );
}

/** The operation that the address names. */
function useHash(): string {
  return useSyncExternalStore(
    (changed) => {
      addEventListener("hashchange", changed);
      return () => removeEventListener("hashchange", changed);
    },
    () => location.hash.slice(1),
    () => "",
  );
}

/** The whole API: the page lists the operations, and loads their details with the document when one is opened. */
export function Reference({ sections, children }: { sections: Section[]; children: ReactNode }) {
  const origin = useOrigin();
  const hash = useHash();
  const [typed, setTyped] = useState("");
  const sought = useDeferredValue(typed.trim().toLowerCase());
  const [isWanted, setWanted] = useState(false);
  const { data } = useQuery({
    queryKey: ["openapi"],
    queryFn: () => ask<OpenApi>("GET /openapi.json"),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isWanted || sought !== "" || hash !== "",
  });
  const found = sections
    .map((section) => ({ ...section, operations: section.operations.filter((one) => fits(one, sought, data)) }))
    .filter(({ operations }) => operations.length > 0);
  return (
    <div className="reference">
      <nav className="reference-index" aria-label="Operations">
        <input
          className="control"
          type="search"
          placeholder="Filter: path, sentence, field"
          aria-label="Filter operations"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        {sought === "" && <a href="#ten-minutes">Ten minutes</a>}
        {found.map(({ name, operations }) => (
          <details key={name} open={sought !== ""}>
            <summary>
              {name} <span className="muted">{operations.length}</span>
            </summary>
            {operations.map(({ id, method, path }) => (
              <a key={id} href={`#${id}`}>
                <Method method={method} /> {path.replace("/api", "")}
              </a>
            ))}
          </details>
        ))}
        <a href="#problems">Codes of problems</a>
      </nav>
      <div className="min-w-0">
        {sought === "" && <TenMinutes origin={origin} />}
        {found.length === 0 && <p className="muted">No operation matches. Clear the filter.</p>}
        {found.map(({ name, about, operations }) => (
          <section key={name} id={`section-${name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`}>
            <h2>{name}</h2>
            <p>{about}</p>
            {operations.map((one) => (
              <Panel
                key={one.id}
                listed={one}
                origin={origin}
                isNamed={hash === one.id}
                operation={data?.paths[one.path]?.[one.method]}
                onOpen={() => setWanted(true)}
              />
            ))}
          </section>
        ))}
        {children}
      </div>
    </div>
  );
}

function TenMinutes({ origin }: { origin: string }) {
  const command = walk(origin);
  return (
    <section id="ten-minutes">
      <h2>Ten minutes</h2>
      <p>
        With <code>npm start</code> running, in another terminal and its folder: a customer and two agents, a callback
        that is due now, the tick that queues it, the call that settles it, and its whole story.
      </p>
      <div className="panel">
        <Copy text={command} what="the ten minutes" />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody could scroll it with the keyboard. */}
        <pre tabIndex={0}>{command}</pre>
      </div>
    </section>
  );
}

type PanelProps = {
  listed: Listed;
  origin: string;
  isNamed: boolean;
  operation: DocumentedOperation | undefined;
  onOpen: () => void;
};

function Panel({ listed: { id, method, path, summary }, origin, isNamed, operation, onOpen }: PanelProps) {
  const [isOpen, setOpen] = useState(false);
  const panel = useRef<HTMLDetailsElement>(null);
  const isReady = operation !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the particulars are there the panel is where it stays.
  useEffect(() => {
    if (!isNamed) return;
    setOpen(true);
    panel.current?.scrollIntoView({ block: "start" });
  }, [isNamed, isReady]);
  return (
    <div className="operation-panel">
      <details
        className="panel"
        id={id}
        ref={panel}
        open={isOpen}
        onToggle={({ currentTarget }) => {
          setOpen(currentTarget.open);
          if (currentTarget.open) onOpen();
        }}
      >
        <summary>
          <Method method={method} />
          <code>{path}</code>
          <span className="muted">{summary}</span>
        </summary>
        {isOpen && operation && <Operation path={path} method={method} operation={operation} origin={origin} />}
        {isOpen && !operation && <p className="muted">Reading it ...</p>}
      </details>
      <a href={`#${id}`} className="deep-link" aria-label={`Link to ${method.toUpperCase()} ${path}`}>
        #
      </a>
    </div>
  );
}

function Method({ method }: { method: string }) {
  return <span className={method === "get" ? "method tag" : "method tag writes"}>{method.toUpperCase()}</span>;
}

function fits({ method, path, summary }: Listed, sought: string, document: OpenApi | undefined): boolean {
  if (sought === "") return true;
  if (`${method} ${path} ${summary}`.toLowerCase().includes(sought)) return true;
  const operation = document?.paths[path]?.[method];
  if (!operation) return false;
  const schemas = [operation.requestBody, ...Object.values(operation.responses)].map(
    (one) => one?.content?.["application/json"]?.schema ?? {},
  );
  const names = [...operation.parameters, ...schemas.flatMap((schema) => fieldsOf(schema))];
  return names.some(({ name }) => name.toLowerCase().includes(sought));
}
