/** Tells whoever started this server where it listens, in the words of the project's own. */
export function announce(address: string): void {
  process.stdout.write(`Listening on ${address}/graphql\n`);
}
