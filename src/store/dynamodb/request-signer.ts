import { createHmac, hash } from 'node:crypto';
import type { DynamoDBClientResolvedConfig } from '@aws-sdk/client-dynamodb';

type RequestSigner = Awaited<ReturnType<DynamoDBClientResolvedConfig['signer']>>;

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * A signer of DynamoDB's calls (Signature Version 4), by the credentials and the region of a client. The SDK's
 * own can sign for every service, and was a tenth of an append's CPU: it awaits each of four hashes, and finds
 * its key by one of them. Of the headers those are signed that have to be; a query is none of DynamoDB's.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createRequestSigner({
  credentials,
  region,
}: Pick<DynamoDBClientResolvedConfig, 'credentials' | 'region'>): RequestSigner {
  const keyOf = createSigningKeys();
  return {
    sign: async (request, { signingDate = new Date(), signingRegion } = {}) => {
      const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
      const time = new Date(signingDate).toISOString().replace(/[-:]|\.\d{3}/g, '');
      const scope = `${time.slice(0, 8)}/${signingRegion ?? (await region())}/dynamodb/aws4_request`;
      const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time };
      if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;

      const names = Object.keys(headers).filter(isSigned).sort();
      const signedHeaders = names.join(';');
      const canonicalRequest = [
        request.method,
        canonicalPath(request.path),
        '',
        ...names.map((name) => `${name}:${headers[name]}`),
        '',
        signedHeaders,
        hash('sha256', request.body),
      ].join('\n');
      const signature = createHmac('sha256', keyOf(secretAccessKey, scope))
        .update(`${algorithm}\n${time}\n${scope}\n${hash('sha256', canonicalRequest)}`)
        .digest('hex');
      headers['authorization'] =
        `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
      return { ...request, headers };
    },
  };
}

function isSigned(header: string): boolean {
  return header === 'host' || header === 'content-type' || header.startsWith('x-amz-');
}

// An endpoint may have a path, of which each part is encoded once more.
function canonicalPath(path: string): string {
  if (path === '/') return path;
  const hex = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(path)
    .replace(/[!'()*]/g, hex)
    .replaceAll('%2F', '/');
}

/** The key of a secret for a scope: of a day, a region and a service. The last one is kept. */
function createSigningKeys(): (secret: string, scope: string) => Buffer {
  let last: { readonly secret: string; readonly scope: string; readonly key: Buffer } | undefined;
  return (secret, scope) => {
    if (last?.secret !== secret || last.scope !== scope) {
      const sign = (key: Buffer, part: string) => createHmac('sha256', key).update(part).digest();
      last = { secret, scope, key: scope.split('/').reduce(sign, Buffer.from(`AWS4${secret}`)) };
    }
    return last.key;
  };
}
