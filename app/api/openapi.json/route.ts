import { z } from "zod";
import { methods, query } from "#lib/http/route";
import { apiDocument } from "../document";

const summary = "This document.";
const body = { input: z.strictObject({}), answer: z.looseObject({ openapi: z.string() }) };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/openapi.json", {
  GET: query({ who: ["anyone"], summary, ...body, read: apiDocument }),
});
