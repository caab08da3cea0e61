/**
 * Reads six documents at once over one shared context, and concludes from what was found in them.
 *
 *   npm run setup && npm run build && node examples/read-documents.mjs
 *
 * The program knows its branches, so the model need not write their titles first: `fork` starts one for each document, in
 * lock step, and `join` goes on after all of them.
 */
import { readFile } from 'node:fs/promises';
import { loadDecoder } from '@beltline/node';

const question = await readFile(new URL('documents.txt', import.meta.url), 'utf8');
const documents = question.match(/^Document \d+/gm);

const decoder = await loadDecoder(); // the embedded model: small, weak, and always there
const fork = decoder.fork(
  question,
  documents.map((document) => ({ prompt: `####${document}:`, stop: ['\n', '####'], maxTokens: 60 })),
);

// All documents are being read at once; whoever is looked at first makes all of them go on.
for (const [index, document] of documents.entries()) {
  process.stdout.write(`${document}:`);
  for await (const text of fork.branches[index]) process.stdout.write(text);
  process.stdout.write('\n');
}

const conclusion = await fork.join('####%%%%\n', { maxTokens: 60 }).result();
console.log(`\n${conclusion.text.trim()}`);
const { forwardPasses, stages } = conclusion.statistics;
const { tokens } = stages.find(({ stage }) => stage === 'branches');
console.log(
  `\n${tokens} tokens of ${documents.length} branches and the conclusion in ${forwardPasses} forward passes`,
);
await decoder.dispose();
