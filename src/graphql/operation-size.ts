import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { limits } from '../character/event.ts';
import { pageSizes } from './pagination.ts';

/** An operation of a valid document, with the variables as they were sent. */
export type SentOperation = {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
};

/** How large an operation may become. */
export type OperationSize = {
  /** The most fields that its answer can have. */
  readonly fields: number;
  /** How many of them are notes, which are up to 8 KB each. */
  readonly notes: number;
  /** How many events its mutations send. */
  readonly events: number;
};

/** The most fields of an answer. A page of 1,000 events with every field fits, and the full introspection query. */
export const maxAnsweredFields = 60_000;
/** The code of the error. */
export const operationTooLargeCode = 'OPERATION_TOO_LARGE';

/** What a list counts whose length no argument says, such as the types of the schema. */
const lengthOfOtherLists = 10;

/**
 * The error of an operation that is too large, found before it reads anything: its answer may have more than 60,000
 * fields, or as many as given, each counted as often as it can be reached, or its mutations send more than 100 events
 * in all. `undefined` if it is not.
 */
export function sizeError(
  { fields, events }: Pick<OperationSize, 'fields' | 'events'>,
  mostFields = maxAnsweredFields,
): GraphQLError | undefined {
  if (events > limits.groupSize) return tooLarge('events', events, limits.groupSize);
  if (fields > mostFields) return tooLarge('fields in its answer', fields, mostFields);
  return undefined;
}

function tooLarge(what: string, asked: number, limit: number): GraphQLError {
  const message = `Expected an operation with at most ${limit} ${what}, got one with up to ${asked}.`;
  return new GraphQLError(message, { extensions: { code: operationTooLargeCode, asked, limit } });
}

type Counted = Pick<OperationSize, 'fields' | 'notes'>;
/** The fields of a selection set: in any case, and besides for each item of the page that it selects from. */
type SelectionSize = { readonly once: Counted; readonly perItem: Counted };
const none: Counted = { fields: 0, notes: 0 };
const aField: Counted = { fields: 1, notes: 0 };
const aNote: Counted = { fields: 1, notes: 1 };

function sum(one: Counted, other: Counted, times = 1): Counted {
  return { fields: one.fields + other.fields * times, notes: one.notes + other.notes * times };
}

/**
 * The size of an operation, by query cost analysis: a field counts 1 and what is below it, once for each item if it
 * is a list. The lists directly below a field with a page, `edges` and `nodes`, have as many items as the page; those
 * below a mutation that sends a group as many as the group.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html#query-cost-analysis
 */
export function sizeOf({ schema, document, operation, variables }: SentOperation): OperationSize {
  const values = withDefaults(operation, variables);
  const collect = fieldCollector(schema, document, values);
  const known = {
    inList: new Map<SelectionSetNode, SelectionSize>(),
    alone: new Map<SelectionSetNode, SelectionSize>(),
  };

  function ofSet(set: SelectionSetNode, type: GraphQLNamedType, inList: boolean): SelectionSize {
    const sizes = inList ? known.inList : known.alone;
    const before = sizes.get(set);
    if (before !== undefined) return before;
    let [once, perItem] = [none, none];
    for (const [node, parent] of collect(set, type)) {
      once = sum(once, node.name.value === 'note' ? aNote : aField);
      const field = definitionOf(schema, parent, node.name.value);
      if (field === undefined || node.selectionSet === undefined) continue;
      const isList = isListType(getNullableType(field.type));
      const below = ofSet(node.selectionSet, getNamedType(field.type), inList || isList);
      const each = sum(below.once, below.perItem, itemsBelow(field, node, values, inList));
      if (isList) perItem = sum(perItem, each);
      else once = sum(once, each);
    }
    const size = { once, perItem };
    sizes.set(set, size);
    return size;
  }

  const root = schema.getRootType(operation.operation);
  if (!root) return { ...none, events: 0 };
  const { once, perItem } = ofSet(operation.selectionSet, root, false);
  let events = 0;
  if (root === schema.getMutationType()) {
    for (const [node] of collect(operation.selectionSet, root)) {
      events += eventsOf(argumentOf(node, 'input', values));
    }
  }
  return { ...sum(once, perItem, lengthOfOtherLists), events };
}

/** The most that the size of an operation can be, whatever its variables are. */
export function largestSizeOf(sent: Omit<SentOperation, 'variables'>): OperationSize {
  const { variableDefinitions = [] } = sent.operation;
  const largest = variableDefinitions.map(({ variable, type }) => [variable.name.value, largestOf(type)]);
  return sizeOf({ ...sent, variables: Object.fromEntries(largest) });
}

/** A variable of a page's size, of the events of a group, or of anything else, such as a group. */
function largestOf(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return largestOf(type.type);
  if (type.kind === Kind.LIST_TYPE) return largestGroup;
  return type.name.value === 'Int' ? limits.int32Max : { events: largestGroup };
}

const largestGroup: readonly undefined[] = Array.from({ length: limits.groupSize });

type FieldOfType = readonly [FieldNode, GraphQLNamedType];

/** Gives the fields of an object as execution collects them: a fragment that is spread twice counts once. */
function fieldCollector(schema: GraphQLSchema, { definitions }: DocumentNode, values: Values) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  return function* collect(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    spread = new Set<string>(),
  ): Generator<FieldOfType> {
    for (const selection of set.selections) {
      if (!isIncluded(selection, values)) continue;
      if (selection.kind === Kind.FIELD) {
        yield [selection, type];
        continue;
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      if (isSpread && spread.has(selection.name.value)) continue;
      if (isSpread) spread.add(selection.name.value);
      const fragment = isSpread ? fragments.get(selection.name.value) : selection;
      const narrowed = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
      if (fragment !== undefined) yield* collect(fragment.selectionSet, narrowed ?? type, spread);
    }
  };
}

function definitionOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === SchemaMetaFieldDef.name && parent === schema.getQueryType()) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name && parent === schema.getQueryType()) return TypeMetaFieldDef;
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

/** How many items the lists have that are directly below a field. */
function itemsBelow(
  { args, type }: GraphQLField<unknown, unknown>,
  node: FieldNode,
  values: Values,
  inList: boolean,
): number {
  const argument = (name: string) => argumentOf(node, name, values);
  if (args.some(({ name }) => name === 'input')) return eventsOf(argument('input'));
  if (!args.some(({ name }) => name === 'first')) return lengthOfOtherLists;
  const sizes = getNamedType(type).name === 'CharacterConnection' ? pageSizes.characters : pageSizes.events;
  const asked = argument('first') ?? argument('last') ?? (inList ? sizes.inList : sizes.alone);
  // A page that is no number from 1 to the most is refused when it is resolved.
  return typeof asked === 'number' && asked > 0 ? Math.min(asked, sizes.most) : 0;
}

/** How many events the input of a mutation has. A group that is too large is refused when it is resolved. */
function eventsOf(input: unknown): number {
  const isGroup = typeof input === 'object' && input !== null && 'events' in input;
  return isGroup && Array.isArray(input.events) ? Math.min(input.events.length, limits.groupSize) : 1;
}

type Values = Readonly<Record<string, unknown>>;

function argumentOf(
  { arguments: args = [] }: FieldNode | DirectiveNode,
  wanted: string,
  values: Values,
): unknown {
  const value = args.find(({ name }) => name.value === wanted)?.value;
  return value && valueFromASTUntyped(value, values);
}

function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  sent: SentOperation['variables'],
): Values {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return { ...Object.fromEntries(defaults), ...sent };
}

function isIncluded({ directives = [] }: SelectionNode, values: Values): boolean {
  return directives.every((directive) => {
    const condition = argumentOf(directive, 'if', values);
    return directive.name.value === 'skip' ? condition !== true : condition !== false;
  });
}
