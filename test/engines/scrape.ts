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
