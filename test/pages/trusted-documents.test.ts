import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { graphql } from '../engines/server-process.ts';
import { examplesOf, exampleWith } from './pages.ts';
import { openShell } from './shell.ts';

const page = 'src/graphql/README.md';
const manifest = exampleWith(page, 'json', '"query Party');

test('the ids of the page are the hashes of their texts', () => {
  for (const [id, text] of Object.entries<string>(JSON.parse(manifest))) {
    expect(id).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
  }
});

test('the server of the page answers a document of the page, and no other', async () => {
  const shell = await openShell();
  await writeFile(join(shell.folder, 'documents.json'), manifest);
  const asked = exampleWith(page, 'sh', '"documentId"');
  const examples = examplesOf(page);
  const answer = examples[examples.findIndex(({ code }) => code === asked) + 1]?.code ?? '';
  const answers: unknown[] = [];
  const ran = await shell.run(exampleWith(page, 'sh', 'TRUSTED_DOCUMENTS'), {}, async (url) => {
    const curl = asked.replace('http://localhost:4000/graphql', url).replace('curl', 'curl -s');
    answers.push(JSON.parse((await shell.run(curl)).stdout), await graphql(url, '{ __typename }'));
  });
  await shell.close();
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(answers).toMatchObject([
    JSON.parse(answer),
    { errors: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }] },
  ]);
});
