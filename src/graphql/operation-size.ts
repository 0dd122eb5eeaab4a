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
 * Refuses an operation that is too large before it reads anything: one whose answer may have more than 60,000 fields,
 * each counted as often as it can be reached, or whose mutations send more than 100 events in all.
 */
export function refuseTooLarge({ fields, events }: Pick<OperationSize, 'fields' | 'events'>): void {
  if (events > limits.groupSize) throw tooLarge('events', events, limits.groupSize);
  if (fields > maxAnsweredFields) throw tooLarge('fields in its answer', fields, maxAnsweredFields);
}

function tooLarge(what: string, asked: number, limit: number): GraphQLError {
  const message = `Expected an operation with at most ${limit} ${what}, got one with up to ${asked}.`;
  const extensions = { code: operationTooLargeCode, asked, limit, http: { status: 400 } };
  return new GraphQLError(message, { extensions });
}

type Counted = Pick<OperationSize, 'fields' | 'notes'>;
/** The fields of a selection set: in any case, and besides for each item of the page that it selects from. */
type SelectionSize = { readonly once: Counted; readonly perItem: Counted };
const none: Counted = { fields: 0, notes: 0 };
const nothing: SelectionSize = { once: none, perItem: none };

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
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const known = {
    inList: new Map<SelectionSetNode, SelectionSize>(),
    alone: new Map<SelectionSetNode, SelectionSize>(),
  };
  let events = 0;

  /** What is below a field: measured once, however often a fragment with that field is spread. */
  function below(set: SelectionSetNode, type: GraphQLNamedType, inList: boolean): SelectionSize {
    const sizes = inList ? known.inList : known.alone;
    const size = sizes.get(set) ?? ofSet(set, type, inList, new Set());
    sizes.set(set, size);
    return size;
  }

  /** As execution collects the fields of an object: a fragment that is spread twice counts once. */
  function ofSet(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    inList: boolean,
    spread: Set<string>,
  ): SelectionSize {
    let { once, perItem } = nothing;
    for (const selection of set.selections) {
      const size = isIncluded(selection, values) ? ofSelection(selection, type, inList, spread) : nothing;
      once = sum(once, size.once);
      perItem = sum(perItem, size.perItem);
    }
    return { once, perItem };
  }

  function ofSelection(
    selection: SelectionNode,
    type: GraphQLNamedType,
    inList: boolean,
    spread: Set<string>,
  ): SelectionSize {
    if (selection.kind === Kind.FIELD) return ofField(selection, type, inList);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const narrowed = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
      return ofSet(selection.selectionSet, narrowed ?? type, inList, spread);
    }
    const name = selection.name.value;
    const fragment = spread.has(name) ? undefined : fragments.get(name);
    const narrowed = fragment && schema.getType(fragment.typeCondition.name.value);
    spread.add(name);
    return narrowed ? ofSet(fragment.selectionSet, narrowed, inList, spread) : nothing;
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType, inList: boolean): SelectionSize {
    const field = definitionOf(schema, parent, node.name.value);
    const itself = { fields: 1, notes: node.name.value === 'note' ? 1 : 0 };
    if (field === undefined) return { once: itself, perItem: none };
    const argument = (name: string) => argumentOf(node, name, values);
    if (parent === schema.getMutationType()) events += eventsOf(argument('input'));

    const isList = isListType(getNullableType(field.type));
    const type = getNamedType(field.type);
    const size = node.selectionSet ? below(node.selectionSet, type, inList || isList) : nothing;
    const each = sum(size.once, size.perItem, itemsBelow(field, argument, inList));
    return isList ? { once: itself, perItem: each } : { once: sum(itself, each), perItem: none };
  }

  const root = schema.getRootType(operation.operation);
  const size = root ? below(operation.selectionSet, root, false) : nothing;
  return { ...sum(size.once, size.perItem, lengthOfOtherLists), events };
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
  argument: (name: string) => unknown,
  inList: boolean,
): number {
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
