/**
 * Asks ten questions about the same documents, on a decoder that keeps what prompts share and on one that does not, in turns.
 *
 *   npm run build && node bench/prefix-reuse.mjs [--model NAME|FOLDER|FILE.gguf]
 *
 * Options: --items N documents, --tokens N of an answer, --rounds N, --threads N. Both run in one process, question by
 * question, so that what else the machine does slows both; take the ratios.
 */
import { parseArgs } from 'node:util';
import { createDecoder } from '@beltline/decoder';
import { loadDecoder } from '@beltline/node';
import { createProblems } from '@beltline/tasks';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    items: { type: 'string', default: '10' },
    tokens: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string' },
  },
});
const names = ['Ann', 'Bob', 'Carla', 'David', 'Elena', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jonas'];
const { model, tokenizer, dispose } = await loadDecoder(
  values.model,
  values.threads ? { threads: Number(values.threads) } : {},
);
const options = { mode: 'sequential', maxTokens: Number(values.tokens) };
const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) rounds.push(await measureRound(round));
await dispose();

const medianOf = (choose) => rounds.map(choose).sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
console.table(rounds);
console.log(
  `prompts ${medianOf(({ prompts }) => prompts).toFixed(2)}, whole answers ${medianOf(({ answers }) => answers).toFixed(2)} ` +
    'of the time without (medians of the rounds)',
);

/** Ten questions about other documents than in the rounds before. */
async function measureRound(seed) {
  const [{ prompt }] = createProblems({
    family: 'documents',
    seed: seed + 1,
    count: 1,
    items: Number(values.items),
  });
  const decoders = [0, 4096].map((maxTokens) =>
    createDecoder({ model, tokenizer, format: 'trained', prefixCache: { maxTokens } }),
  );
  const totals = decoders.map(() => ({ read: 0, prompts: 0, answers: 0 }));
  let same = 0;
  for (const [index, name] of names.entries()) {
    const question = `${prompt}\n\nWhat do the documents say about ${name}?`;
    const texts = [];
    for (const which of index % 2 ? [0, 1] : [1, 0]) {
      const { text, read, toFirst, whole } = await answer(decoders[which], question);
      texts.push(text);
      totals[which].read += read;
      totals[which].prompts += toFirst;
      totals[which].answers += whole;
    }
    if (texts[0] === texts[1]) same++;
  }
  const [without, kept] = totals;
  return {
    'tokens read, without': without.read,
    'tokens read, kept': kept.read,
    prompts: kept.prompts / without.prompts,
    answers: kept.answers / without.answers,
    'same answers': same,
  };
}

/** Time up to the end of the prompt, and of all, in ms. */
async function answer(decoder, question) {
  const start = performance.now();
  let toFirst = 0;
  let result;
  for await (const event of decoder.generate(question, options)) {
    if (event.type === 'stage-end' && event.stage === 'prefill') toFirst = performance.now() - start;
    if (event.type === 'finish') result = event.result;
  }
  const { promptTokens, reusedTokens } = result.statistics;
  return { text: result.text, read: promptTokens - reusedTokens, toFirst, whole: performance.now() - start };
}
