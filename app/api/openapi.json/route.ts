import { z } from "zod";
import { document, methods } from "#lib/http/route";
import { apiDocument } from "../document";

const summary = "This document.";
const answer = z.looseObject({ openapi: z.string() });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/openapi.json", {
  GET: document({ summary, answer, read: apiDocument }),
});
