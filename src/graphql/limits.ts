import { depthLimit } from '@graphile/depth-limit';
import { GraphQLError, Kind, type SelectionNode, type SelectionSetNode, type ValidationRule } from 'graphql';

/** The most aliases of a document, and the most root fields of an operation. */
const maxFields = 100;

/**
 * Parser limits: 20,000 UTF-16 units, 2,000 tokens, 100 comments. The parser stops at the first one exceeded, so
 * an oversized query costs only what the parser has read.
 *
 * @see https://github.com/graphql/graphql-js/blob/16.x.x/src/language/parser.ts
 */
export const parseOptions = { maxSourceLength: 20_000, maxLexicalTokens: 2_000, maxComments: 100 };

/** The most errors that graphql-js collects of a validation, or of variables, before it aborts. */
export const maxErrors = 10;

/**
 * Validation rules that bound the cost of an operation before it runs: depth, aliases, root fields. The full
 * introspection query of graphql-js passes them.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html#dos-prevention
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

/** At most 100 aliases in the document. One in a fragment counts once, however often the fragment is spread. */
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

/** At most 100 root fields in an operation, those in fragments included. Each fragment is entered once. */
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

/** Every selection in the sets, nested ones included. A loop, since recursion would overflow the stack on deep sets. */
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

/**
 * Reports one error more than `maxErrors`, all equal, so that graphql-js aborts the validation here:
 * `OverlappingFieldsCanBeMerged`, which compares every field with every other, would take quadratic time.
 * `eachOnce` makes them one error again.
 *
 * @see https://github.com/graphql/graphql-js/blob/16.x.x/src/validation/validate.ts
 */
function refuse(context: Context, what: string): void {
  const error = new GraphQLError(`Expected at most ${maxFields} ${what}, got more.`);
  for (let nth = 0; nth <= maxErrors; nth += 1) context.reportError(error);
}
