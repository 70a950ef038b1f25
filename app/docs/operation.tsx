import type { ReactNode } from "react";
import { Copy } from "../_ui/copy.tsx";
import type { DocumentedOperation } from "#lib/http/openapi";
import { curlOf } from "./curl";
import { exampleOf } from "./example";
import { Fields } from "./fields";

const CALLERS: Record<string, string> = {
  service: "a service with its key as bearer token",
  cron: "the cron with its secret as bearer token",
  scraper: "who collects metrics, with their token",
  subscriber: "the subscriber of a conversation with its token",
  cursor: "the provider of outside agents, signed",
  runner: "the runner of tasks, signed",
  twilio: "Twilio, signed",
  agent: "a signed-in agent at their own desk",
  supervisor: "a signed-in supervisor",
};

type Shown = { path: string; method: string; operation: DocumentedOperation; origin: string };

/** One operation for callers: input and answer to the left, an example of both to the right. */
export function Operation({ path, method, operation, origin }: Shown) {
  const { parameters, requestBody, responses, security } = operation;
  const callers = security.flatMap((one) => Object.keys(one)).map((caller) => CALLERS[caller] ?? caller);
  const answers = Object.entries(responses).flatMap(([status, { description, content }]) => {
    const schema = content?.["application/json"]?.schema;
    return schema ? [{ status, description, schema }] : [];
  });
  const [answer] = answers;
  const command = curlOf(origin, path, method, operation);
  const example = answer && JSON.stringify(exampleOf(answer.schema), null, 2);
  return (
    <div className="operation">
      <div>
        <p>{callers.length > 0 ? `May be called by ${callers.join(", by ")}.` : "Anyone may call it."}</p>
        {parameters.length > 0 && (
          <Part name="Parameters">
            <Fields
              fields={parameters.map(({ name, required, schema, description, in: place }) => ({
                name,
                required,
                schema,
                meaning: description,
                note: `in the ${place}`,
              }))}
            />
          </Part>
        )}
        {requestBody && (
          <Part name="Body">
            <Fields schema={requestBody.content["application/json"].schema} />
          </Part>
        )}
        {answers.map(({ status, description, schema }) => (
          <Part key={status} name={`Answer ${status}: ${description}`}>
            <Fields schema={schema} />
          </Part>
        ))}
        <Part name="Refusals">
          <Refusals responses={responses} />
        </Part>
      </div>
      <div>
        <Example name="Request" what={`the request ${method} ${path}`} text={command} />
        {example && <Example name={`Answer ${answer.status}`} what={`the answer of ${path}`} text={example} />}
      </div>
    </div>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <h3>{name}</h3>
      {children}
    </>
  );
}

function Example({ name, what, text }: { name: string; what: string; text: string }) {
  return (
    <>
      <h3 className="example-name">
        {name} <Copy text={text} what={what} />
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody could scroll it with the keyboard. */}
      <pre tabIndex={0}>{text}</pre>
    </>
  );
}

/** The refusals in one line, each code a link to its meaning. */
function Refusals({ responses }: { responses: DocumentedOperation["responses"] }) {
  const refusals = Object.entries(responses).filter(([, { content }]) => content?.["application/problem+json"]);
  return (
    <p className="muted">
      {refusals.map(([status, { description }]) => (
        <span key={status} className="refusal">
          {status}{" "}
          {[...description.matchAll(/`(\w+)`/g)].map(([, code]) => (
            <a key={code} href={`#${code}`}>
              {code}
            </a>
          ))}
        </span>
      ))}
    </p>
  );
}
