import { idOf, withoutNulls } from "#lib/http/graphql-input";
import {
  createDefinition,
  definitionNotFound,
  definitions,
  deleteDefinition,
  type scenariosOf,
  scenariosWish,
} from "#modules/runs";
import { builder } from "./builder.ts";

type Definition = Awaited<ReturnType<typeof definitions>>[number];

const Scenario = builder.objectRef<Awaited<ReturnType<typeof scenariosOf>>[number][number]>("Scenario").implement({
  description: "What a person says to a model, turn by turn.",
  fields: (t) => ({
    id: t.exposeString("id"),
    title: t.exposeString("title"),
    system: t.exposeString("system", { nullable: true, description: "How the model is set up." }),
    messages: t.exposeStringList("messages"),
    maxTurns: t.exposeInt("maxTurns", { nullable: true }),
    values: t.exposeStringList("values", { description: "Words whose mention is counted." }),
  }),
});

export const DefinitionType = builder.objectRef<Definition>("Definition").implement({
  description: "A set of scenarios that runs are made of.",
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    description: t.exposeString("description", { nullable: true }),
    scenarioCount: t.int({ resolve: ({ id }, _args, { load }) => load.scenarioCount.load(id) }),
    scenarios: t.field({
      type: [Scenario],
      description: "In their order, those after the first `skip`.",
      args: { first: t.arg.int({ defaultValue: 20, description: "1 to 100." }), skip: t.arg.int({ defaultValue: 0 }) },
      resolve: ({ id }, args, { load }) => load.scenarios.load({ id, ...scenariosWish(withoutNulls(args)) }),
    }),
    createdBy: t.exposeString("createdBy"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
  }),
});

const ScenarioInput = builder.inputType("ScenarioInput", {
  fields: (t) => ({
    id: t.string({ required: true }),
    title: t.string({ required: true }),
    system: t.string(),
    messages: t.stringList({ required: true }),
    maxTurns: t.int(),
    values: t.stringList(),
  }),
});

const CreateDefinitionInput = builder.inputType("CreateDefinitionInput", {
  fields: (t) => ({
    name: t.string({ required: true }),
    description: t.string(),
    scenarios: t.field({ type: [ScenarioInput], required: true }),
    idempotencyKey: t.string({ description: "The same key makes the same definition once." }),
  }),
});

builder.queryFields((t) => ({
  definition: t.field({
    type: DefinitionType,
    nullable: true,
    description: "Null with the error `not_found` when there is none, or it was deleted.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { load }) => {
      const found = await load.definition.load(idOf(id));
      if (!found) throw definitionNotFound(idOf(id));
      return found;
    },
  }),
  definitions: t.field({
    type: [DefinitionType],
    description: "The newest first, at most 200.",
    extensions: { times: 50 },
    resolve: (_root, _args, { ctx }) => definitions(ctx),
  }),
}));

builder.mutationFields((t) => ({
  createDefinition: t.field({
    type: DefinitionType,
    args: { input: t.arg({ type: CreateDefinitionInput, required: true }) },
    resolve: (_root, { input }, { ctx }) => createDefinition(ctx, withoutNulls(input)),
  }),
  deleteDefinition: t.field({
    type: "ID",
    description: "Its runs go on from what they took of it. Answers its id.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { ctx }) => {
      await deleteDefinition(ctx, idOf(id));
      return id;
    },
  }),
}));
