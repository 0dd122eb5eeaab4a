import type { ServerProcess } from './server-process.ts';

/** The value of every series at `/metrics`, such as `dynamodb_calls_total{operation="PutItem",result="answered"}`. */
export async function scrape(
  server: Pick<ServerProcess, 'url'>,
  token = '',
): Promise<Readonly<Record<string, number>>> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(new URL('/metrics', server.url), { headers });
  const text = await response.text();
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    series.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** How many calls of its table a server has made to their end, of any kind or of one, such as `query`. */
export async function tableCalls(
  server: Pick<ServerProcess, 'url'>,
  { verb = '', token = '' }: { readonly verb?: string; readonly token?: string } = {},
): Promise<number> {
  const calls = Object.entries(await scrape(server, token)).filter(([name]) =>
    name.startsWith(`event_table_call_duration_seconds_count{verb="${verb}`),
  );
  return calls.reduce((sum, [, count]) => sum + count, 0);
}

/** How many subscriptions of a server are open. */
export async function openSubscriptions(server: Pick<ServerProcess, 'url'>, token = ''): Promise<number> {
  return (await scrape(server, token))['graphql_subscriptions_open'] ?? Number.NaN;
}
