import { CODES } from "#lib/base/errors";
import { apiDocument } from "../api/document";
import { Scrolls } from "../_ui/scrolls.tsx";
import { Reference, type Section } from "./reference";
import { sectionsOf } from "./sections";

export const metadata = { title: "The API" };

let listed: Promise<{ description: string; version: string; sections: Section[] }> | undefined;

/** The list of the page, made once: the browser reads the details of an operation from the document. */
async function list() {
  const { info, paths } = await apiDocument();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, summary, tags }]) => ({
      tag: tags[0] ?? "",
      shown: { id: operationId, method, path, summary },
    })),
  );
  return { ...info, sections: sectionsOf(operations) };
}

export default async function Docs() {
  listed ??= list();
  const { description, version, sections } = await listed;
  return (
    <main className="max-w-page">
      <h1>The API</h1>
      <p className="lead">{description}</p>
      <p className="muted">
        Version {version}. The same as data: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).
      </p>
      <Reference sections={sections}>
        <Problems />
      </Reference>
    </main>
  );
}

function Problems() {
  const problems = Object.entries(CODES).toSorted(([, one], [, other]) => one.status - other.status);
  return (
    <section id="problems">
      <h2>Codes of problems</h2>
      <Scrolls label="Codes of problems" className="panel">
        <table>
          <tbody>
            {problems.map(([code, { status, meaning }]) => (
              <tr key={code} id={code}>
                <td>{status}</td>
                <td>
                  <code>{code}</code>
                </td>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </section>
  );
}
