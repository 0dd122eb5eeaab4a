import { depthLimit } from '@graphile/depth-limit';
import {
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';

/** How many fields of an operation may have an alias, and how many of its fields may be root fields. */
export const maxFields = 100;

/**
 * What a parser takes: 20 KB of text, and no more tokens and comments than such a text has at its densest in
 * earnest. Beyond it the parser stops, so that a text costs no more than what was read.
 *
 * @see https://github.com/graphql/graphql-js/blob/16.x.x/src/language/parser.ts
 */
export const parseOptions = { maxSourceLength: 20_000, maxLexicalTokens: 2_500, maxComments: 100 };

/** How many errors of validation, or of variables, are told. */
export const maxErrors = 10;

/**
 * The rules that bound what an operation costs before it runs: its depth, its aliases and its root fields. The
 * full introspection query of graphql-js keeps to them.
 */
export const costRules: readonly ValidationRule[] = [
  depthLimit({
    maxDepth: 10,
    maxListDepth: 10,
    maxIntrospectionDepth: 16,
    maxIntrospectionListDepth: 5,
    maxDepthByFieldCoordinates: { '__Type.ofType': 9 },
    revealDetails: true,
  }),
  aliasLimit,
  rootFieldLimit,
];

/** Counts the aliases of the whole document, each once, however often its fragment is used. */
function aliasLimit(context: Parameters<ValidationRule>[0]): ReturnType<ValidationRule> {
  let aliases = 0;
  return {
    Field: ({ alias }) => {
      if (alias === undefined) return;
      aliases += 1;
      if (aliases === maxFields + 1) report(context, 'aliases');
    },
  };
}

/** Counts what an operation asks of the root, through fragments too, so that a short text cannot ask a thousand times. */
function rootFieldLimit(context: Parameters<ValidationRule>[0]): ReturnType<ValidationRule> {
  return {
    OperationDefinition: (operation: OperationDefinitionNode) => {
      let fields = 0;
      const open: SelectionSetNode[] = [operation.selectionSet];
      const entered = new Set<string>();
      for (let set = open.pop(); set !== undefined; set = open.pop()) {
        for (const selection of set.selections) {
          if (selection.kind === Kind.FIELD) fields += 1;
          else if (selection.kind === Kind.INLINE_FRAGMENT) open.push(selection.selectionSet);
          else if (!entered.has(selection.name.value)) {
            entered.add(selection.name.value);
            const fragment = context.getFragment(selection.name.value);
            if (fragment != null) open.push(fragment.selectionSet);
          }
        }
      }
      if (fields > maxFields) report(context, 'root fields');
    },
  };
}

function report(context: Parameters<ValidationRule>[0], what: string): void {
  context.reportError(new GraphQLError(`Expected at most ${maxFields} ${what}, got more.`));
}
