import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from "graphql";

/** The limits of one request. */
export const MAX = {
  /** Characters of the query, and of the variables in an address. */
  text: 20_000,
  tokens: 2_000,
  aliases: 30,
  directives: 20,
  /** Top-level fields of a query. A mutation has one, so that each is counted as a request. */
  queries: 10,
  mutations: 1,
  /** Levels of nested fields. */
  depth: 10,
  /** The total cost of all fields; those in a list count as often as the list may be long. */
  cost: 20_000,
} as const;

/** The arguments that give the length of a list, with its maximum and its default. */
export const LENGTH = { arguments: ["first", "limit"], max: 100, default: 20 } as const;

/** Refuses a document with too many aliases, directives or top-level fields, before the schema is used. Throws a GraphQLError. */
export function mustBeModest(document: DocumentNode): void {
  const found = { aliases: 0, directives: 0 };
  visit(document, {
    enter(node) {
      if (node.kind === Kind.FIELD && node.alias) found.aliases += 1;
      if (node.kind === Kind.DIRECTIVE) found.directives += 1;
      return found.aliases > MAX.aliases || found.directives > MAX.directives ? BREAK : undefined;
    },
  });
  if (found.aliases > MAX.aliases) throw tooMuch(`more than ${MAX.aliases} aliases`);
  if (found.directives > MAX.directives) throw tooMuch(`more than ${MAX.directives} directives`);
}

/**
 * The cost of an operation: each field has its own cost, 1 unless `extensions.cost` says otherwise, times the length of the list
 * it is in: the argument of the list, or `extensions.times`. An argument counts as the field would read it: at least 1 and at most
 * 100, also when another number was sent. Throws a GraphQLError for an operation that is too deep or has too many top-level fields;
 * stops counting once it costs too much.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const max = operation.operation === "mutation" ? MAX.mutations : MAX.queries;
  let [atTop, cost] = [0, 0];

  const add = ({ selections }: SelectionSetNode, type: GraphQLNamedType, times: number, depth: number): void => {
    for (const selection of selections) {
      // A spread has a cost of its own, so that counting fragments in fragments comes to an end.
      cost += times;
      if (cost > MAX.cost) return;
      if (selection.kind === Kind.FIELD) addField(selection, type, times, depth + 1);
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(selection.selectionSet, type, times, depth);
      else add(fragments.get(selection.name.value)!.selectionSet, type, times, depth);
    }
  };
  const addField = (node: FieldNode, type: GraphQLNamedType, times: number, depth: number): void => {
    if (depth === 1 && ++atTop > max) throw tooMuch(`more than ${max} ${max === 1 ? "field" : "fields"} at the top`);
    if (depth > MAX.depth) throw tooMuch(`fields within fields, more than ${MAX.depth} deep`);
    const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
    // Fields of the schema itself, which validation permits only where introspection is allowed.
    if (!field) return;
    cost += (Number(field.extensions.cost ?? 1) - 1) * times;
    const within = times * lengthOf(field, node, variables);
    if (node.selectionSet) add(node.selectionSet, getNamedType(field.type), within, depth);
  };

  add(operation.selectionSet, schema.getRootType(operation.operation)!, 1, 0);
  return cost;
}

function lengthOf(
  { args, extensions }: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const argument = args.find(({ name }) => (LENGTH.arguments as readonly string[]).includes(name));
  if (!argument) return Number(extensions.times ?? 1);
  const given = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  const usual = Number(argument.defaultValue ?? LENGTH.default);
  if (!given) return usual;
  if (given.kind === Kind.INT) return clamped(Number(given.value));
  if (given.kind !== Kind.VARIABLE) return usual;
  const value = variables[given.name.value];
  return typeof value === "number" ? clamped(value) : LENGTH.max;
}

const clamped = (value: number): number => Math.min(Math.max(value, 1), LENGTH.max);

const tooMuch = (what: string): GraphQLError =>
  new GraphQLError(`The query has ${what}; ask for less, or in several requests.`);
