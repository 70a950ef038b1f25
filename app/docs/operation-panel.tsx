import type { DocumentedOperation } from "#lib/http/openapi";
import { curlOf } from "./curl";
import { Fields } from "./fields";

type Shown = { path: string; method: string; operation: DocumentedOperation };

/** One operation: closed it is its name and sentence, open everything there is to know for a caller. */
export function OperationPanel({ path, method, operation }: Shown) {
  const { parameters, requestBody, responses, security, operationId, summary } = operation;
  const caller = Object.keys(security[0] ?? {})[0];
  return (
    <details className="panel" id={operationId}>
      <summary>
        <span className={method === "get" ? "tag" : "tag writes"}>{method.toUpperCase()}</span>
        <code>{path}</code>
        <span className="muted">{summary}</span>
      </summary>
      <h3>Who may call</h3>
      {caller ? `A ${caller}, with its secret as bearer token.` : "Anyone."}
      {parameters.length > 0 && (
        <>
          <h3>Parameters</h3>
          <Fields
            fields={parameters.map(({ name, required, schema, in: place }) => ({ name, required, schema, note: `in the ${place}` }))}
          />
        </>
      )}
      {requestBody && (
        <>
          <h3>Body</h3>
          <Fields schema={requestBody.content["application/json"].schema} />
        </>
      )}
      {Object.entries(responses).map(([status, { description, content }]) => (
        <div key={status}>
          <h3>
            {status} {description.replaceAll("`", "")}
          </h3>
          {content?.["application/json"] && <Fields schema={content["application/json"].schema} />}
        </div>
      ))}
      <h3>Try it</h3>
      <pre>{curlOf(path, method, operation)}</pre>
    </details>
  );
}
