import type { GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { RequestContext } from './request-context.ts';

const errorsOfRequests: readonly unknown[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
];

/**
 * Answers a wrong request with status 200 where the client takes `application/json` alone: there the status
 * tells of the transport only. With `application/graphql-response+json` it is 400.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export function setStatus({
  request,
  response: { body, http },
}: GraphQLRequestContextWillSendResponse<RequestContext>): void {
  if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
  const accept = request.http?.headers.get('accept') ?? '';
  if (!accept.includes('application/json') || accept.includes('graphql-response+json')) return;
  const isWrong = body.singleResult.errors.every(({ extensions }) =>
    errorsOfRequests.includes(extensions?.['code']),
  );
  if (isWrong) http.status = 200;
}
