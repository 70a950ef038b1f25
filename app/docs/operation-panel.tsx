import { Fragment } from "react";
import type { DocumentedOperation } from "#lib/http/openapi";
import { curlOf } from "./curl";
import { Fields } from "./fields";

type Answers = [string, DocumentedOperation["responses"][string]][];
type Shown = { path: string; method: string; operation: DocumentedOperation };

const CALLERS: Record<string, string> = {
  service: "A service, with its key as bearer token.",
  cron: "The cron, with its secret as bearer token.",
  agent: "A signed-in agent, at the own desk.",
  supervisor: "A signed-in supervisor.",
};

/** One operation: closed it is its name and sentence, open everything there is to know for a caller. */
export function OperationPanel({ path, method, operation }: Shown) {
  const { parameters, requestBody, responses, security, operationId, summary } = operation;
  const [answers, others] = [true, false].map((isJson) =>
    Object.entries(responses).filter(([, { content }]) => Boolean(content?.["application/json"]) === isJson),
  ) as [Answers, Answers];
  const callers = security.flatMap((one) => Object.keys(one));
  return (
    <details className="panel" id={operationId}>
      <summary>
        <span className={method === "get" ? "tag" : "tag writes"}>{method.toUpperCase()}</span>
        <code>{path}</code>
        <span className="muted">{summary}</span>
      </summary>
      <h3>Who may call</h3>
      {callers.map((caller) => CALLERS[caller]).join(" ") || "Anyone."}
      {parameters.length > 0 && (
        <>
          <h3>Parameters</h3>
          <Fields
            fields={parameters.map(({ name, required, schema, in: place }) => ({
              name,
              required,
              schema,
              note: `in the ${place}`,
            }))}
          />
        </>
      )}
      {requestBody && (
        <>
          <h3>Body</h3>
          <Fields schema={requestBody.content["application/json"].schema} />
        </>
      )}
      {answers.map(([status, { description, content }]) => (
        <div key={status}>
          <h3>
            {status} {description}
          </h3>
          <Fields schema={content?.["application/json"]?.schema ?? {}} />
        </div>
      ))}
      <h3>Try it</h3>
      <pre>{curlOf(path, method, operation)}</pre>
      <h3>Other answers</h3>
      <dl>
        {others.map(([status, { description }]) => (
          <Fragment key={status}>
            <dt>{status}</dt>
            <dd>{description.replaceAll("`", "")}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
