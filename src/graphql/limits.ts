import { depthLimit } from '@graphile/depth-limit';
import { GraphQLError, Kind, type SelectionNode, type SelectionSetNode, type ValidationRule } from 'graphql';

/** How many fields of an operation may have an alias, and how many of its fields may be root fields. */
export const maxFields = 100;

/**
 * What a parser takes: 20 KB of text, and no more tokens and comments than such a text has at its densest in
 * earnest. Beyond it the parser stops, so that a text costs no more than what was read.
 *
 * @see https://github.com/graphql/graphql-js/blob/16.x.x/src/language/parser.ts
 */
export const parseOptions = { maxSourceLength: 20_000, maxLexicalTokens: 2_000, maxComments: 100 };

/** How many errors of validation, or of variables, are told. */
export const maxErrors = 10;

/**
 * The rules that bound what an operation costs before it runs: its depth, its aliases and its root fields. The
 * full introspection query of graphql-js keeps to them.
 */
export const costRules: readonly ValidationRule[] = [
  aliasLimit,
  rootFieldLimit,
  depthLimit({
    maxDepth: 10,
    maxListDepth: 10,
    maxIntrospectionDepth: 16,
    maxIntrospectionListDepth: 5,
    maxDepthByFieldCoordinates: { '__Type.ofType': 9 },
    revealDetails: true,
  }),
];

type Context = Parameters<ValidationRule>[0];

/** Counts the aliases of the whole document, each once, however often its fragment is used. */
function aliasLimit(context: Context): ReturnType<ValidationRule> {
  return {
    Document: ({ definitions }) => {
      const sets = definitions.flatMap((each) => ('selectionSet' in each ? [each.selectionSet] : []));
      let aliases = 0;
      for (const selection of selectionsOf(sets)) {
        if (selection.kind === Kind.FIELD && selection.alias !== undefined) aliases += 1;
      }
      if (aliases > maxFields) refuse(context, 'aliases');
    },
  };
}

/** Counts what operations ask of the root, through fragments too, so that a short text cannot ask a thousand times. */
function rootFieldLimit(context: Context): ReturnType<ValidationRule> {
  const rootFields = (set: SelectionSetNode, entered: Set<string>): number =>
    set.selections.reduce((count, selection) => {
      if (selection.kind === Kind.FIELD) return count + 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) return count + rootFields(selection.selectionSet, entered);
      const { value } = selection.name;
      const fragment = entered.has(value) ? undefined : context.getFragment(value);
      entered.add(value);
      return fragment == null ? count : count + rootFields(fragment.selectionSet, entered);
    }, 0);
  return {
    Document: ({ definitions }) => {
      for (const each of definitions) {
        const isOperation = each.kind === Kind.OPERATION_DEFINITION;
        if (isOperation && rootFields(each.selectionSet, new Set()) > maxFields)
          refuse(context, 'root fields');
      }
    },
  };
}

function* selectionsOf(sets: readonly SelectionSetNode[]): Generator<SelectionNode> {
  const open = [...sets];
  for (let set = open.pop(); set !== undefined; set = open.pop()) {
    for (const selection of set.selections) {
      yield selection;
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined) {
        open.push(selection.selectionSet);
      }
    }
  }
}

// More errors than are told end the validation, before the rules that compare every field with every other.
function refuse(context: Context, what: string): void {
  const error = new GraphQLError(`Expected at most ${maxFields} ${what}, got more.`);
  for (let nth = 0; nth <= maxErrors; nth += 1) context.reportError(error);
}

/** Of errors that say the same the first, without the remark that validation ended early. */
export function eachOnce<Told extends { readonly message: string; readonly locations?: unknown }>(
  errors: readonly Told[],
): Told[] {
  const told = errors.filter(({ message }) => !message.startsWith('Too many validation errors'));
  return [
    ...new Map(told.map((error) => [JSON.stringify([error.message, error.locations]), error])).values(),
  ];
}
