import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { eachOnce } from './errors.ts';
import { costRules, maxErrors, parseOptions } from './limits.ts';

/** The most letters of the valid documents that are kept. */
const keptLetters = 200_000;

/** Parses and validates a query, unless its text is known. Gives its document, or the errors that refuse it. */
export function documentReader(
  schema: GraphQLSchema,
  introspection: boolean,
): (query: string) => DocumentNode | readonly GraphQLError[] {
  const rules = [
    ...specifiedRules,
    ...costRules,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const options = { maxErrors, hideSuggestions: !introspection };
  const known = new LRUCache<string, DocumentNode>({
    maxSize: keptLetters,
    sizeCalculation: (_, query) => query.length,
  });
  return (query) => {
    const document = known.get(query);
    if (document !== undefined) return document;
    try {
      const read = parse(query, parseOptions);
      const errors = validate(schema, read, rules, options);
      if (errors.length > 0) {
        return eachOnce(errors.map((error) => coded(error, ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED)));
      }
      known.set(query, read);
      return read;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return [coded(error, ApolloServerErrorCode.GRAPHQL_PARSE_FAILED)];
    }
  };
}

function coded({ message, source, positions, path }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { source, positions, path, extensions: { code } });
}
