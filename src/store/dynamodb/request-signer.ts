import type { DynamoDBClientResolvedConfig } from '@aws-sdk/client-dynamodb';
import aws4 from 'aws4';

type RequestSigner = Awaited<ReturnType<DynamoDBClientResolvedConfig['signer']>>;

/**
 * A signer of DynamoDB's calls, by the credentials and the region of a client. The SDK's own, which can sign for
 * every service, takes three times as long.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createRequestSigner({
  credentials,
  region,
}: Pick<DynamoDBClientResolvedConfig, 'credentials' | 'region'>): RequestSigner {
  return {
    sign: async (request, { signingDate = new Date(), signingRegion } = {}) => {
      const caller = await credentials();
      const headers = {
        ...request.headers,
        'x-amz-date': new Date(signingDate).toISOString().replace(/[-:]|\.\d{3}/g, ''),
        ...(caller.sessionToken === undefined ? {} : { 'x-amz-security-token': caller.sessionToken }),
      };
      const { method, path, body } = request;
      const scope = { service: 'dynamodb', region: signingRegion ?? (await region()) };
      const signed = aws4.sign({ ...scope, method, path, headers, body }, caller);
      return {
        ...request,
        headers: { ...headers, authorization: String(signed.headers?.['Authorization']) },
      };
    },
  };
}
