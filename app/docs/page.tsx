import { CODES, type Code } from "#lib/errors";
import { titleOf } from "#lib/http/problem";
import { apiDocument } from "../api/document";
import { Scrolls } from "../_ui/scrolls.tsx";
import { OperationPanel } from "./operation-panel";

export const metadata = { title: "The API" };

export default async function Docs() {
  const { info, paths } = await apiDocument();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const byTag = [...Map.groupBy(operations, ({ operation }) => operation.tags[0]!)];
  return (
    <main>
      <h1>The API</h1>
      <p className="lead">{info.description}</p>
      <p className="muted">
        Version {info.version}. The same as data: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).
      </p>
      {byTag.map(([tag, inTag]) => (
        <section key={tag} id={`tag-${tag}`}>
          <h2>{tag}</h2>
          {inTag.map((one) => (
            <OperationPanel key={one.operation.operationId} {...one} />
          ))}
        </section>
      ))}
      <section id="problems">
        <h2>Codes of problems</h2>
        <Scrolls label="Codes of problems" className="panel">
          <table>
            <tbody>
              {(Object.keys(CODES) as Code[]).map((code) => (
                <tr key={code} id={code}>
                  <td>{CODES[code]}</td>
                  <td>
                    <code>{code}</code>
                  </td>
                  <td>{titleOf(code)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      </section>
    </main>
  );
}
